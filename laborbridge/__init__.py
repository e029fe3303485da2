"""The ground that all apps stand on, and the wiring on top of them."""
from .celery import app as celery_app

__all__ = ["celery_app"]
