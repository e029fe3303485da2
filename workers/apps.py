from django.apps import AppConfig


class WorkersConfig(AppConfig):
    name = "workers"

    def ready(self) -> None:
        from laborbridge.rules import register

        from .sentences import SENTENCES_OF_MERGING

        register(SENTENCES_OF_MERGING)
