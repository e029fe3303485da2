from django.apps import AppConfig


class WorkersConfig(AppConfig):
    name = "workers"

    def ready(self) -> None:
        from laborbridge.rules import register

        from .lists.kinds import register_kind
        from .lists.people import PeopleList
        from .lists.people.said import REMARKS
        from .lists.remarks import register_remarks
        from .sentences import SENTENCES

        register(SENTENCES)
        register_kind(PeopleList())
        register_remarks(REMARKS)
