"""The Celery application: tasks carry ids only, the database is the truth."""
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborbridge.settings")

app = Celery("laborbridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
