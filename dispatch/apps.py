from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "dispatch"

    def ready(self) -> None:
        from jobs.services.asking import tell_who_comes_late
        from jobs.services.places_held import tell_who_has_a_place
        from laborbridge.rules import register
        from workers.one_person import carried_by, put_back_by, seated_by, weighed_by
        from workers.services.leaving import held_by, spoken_of_by

        from .queries import merging
        from .queries.arriving import too_late
        from .queries.held import employers_of
        from .queries.leaving import held_by_published_plans, kept_on_record
        from .sentences import SENTENCES
        from .services.pinning import let_go_of_pin

        register(SENTENCES)
        seated_by(merging.seats)
        weighed_by(merging.weights)
        carried_by(merging.carry)
        put_back_by("dispatch.pin", let_go_of_pin)
        tell_who_has_a_place(employers_of)
        held_by(held_by_published_plans)
        spoken_of_by(kept_on_record)
        tell_who_comes_late(too_late)
