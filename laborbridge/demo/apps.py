from django.apps import AppConfig


class DemoConfig(AppConfig):
    """In the wiring layer: it may import every app, and none imports it."""

    name = "laborbridge.demo"
    label = "demo"
