"""The Celery application: tasks carry ids only, the database is the truth."""
import os

from celery import Celery
from celery.signals import worker_process_init

from .parent_death import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborbridge.settings")

worker_process_init.connect(lambda **_: die_with_parent(), weak=False)

app = Celery("laborbridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
