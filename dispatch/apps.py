from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "dispatch"

    def ready(self) -> None:
        from laborbridge.rules import register

        from .sentences import SENTENCES

        register(SENTENCES)
