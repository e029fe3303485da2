from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from laborbridge.rules import register
        from workers.one_person import carried_by, weighed_by

        from .queries import merging
        from .sentences import SENTENCES

        register(SENTENCES)
        weighed_by(merging.weights)
        carried_by(merging.carry)
