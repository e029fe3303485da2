from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from laborbridge.rules import register
        from workers.lists.kinds import after_storing, after_taking_back, register_kind
        from workers.lists.remarks import register_remarks
        from workers.one_person import carried_by, weighed_by
        from workers.services.leaving import before_leaving

        from .lists import register_fields
        from .lists.fields import REMARKS
        from .lists.register import RegisterKind
        from .lists.returning import ReturningKind
        from .queries import merging
        from .sentences import SENTENCES
        from .services.doubles import ask_when_stored
        from .services.linking import let_go_of_links
        from .services.possible_rows import close_when_taken_back, let_go_of_doubles, store_who_is_like_nobody
        from .services.returning import link_anew

        register(SENTENCES)
        weighed_by(merging.weights)
        carried_by(merging.carry)
        register_kind(ReturningKind())
        register_kind(RegisterKind())
        register_remarks(REMARKS | register_fields.REMARKS)
        after_storing(link_anew)
        after_storing(ask_when_stored)
        after_taking_back(close_when_taken_back)
        after_taking_back(store_who_is_like_nobody)
        after_taking_back(link_anew)
        before_leaving(let_go_of_links)
        before_leaving(let_go_of_doubles)
