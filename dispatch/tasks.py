"""What Celery carries: ids. Each task calls one service and may come twice."""
from celery import shared_task

from .services.runs import take_up_abandoned


@shared_task(name="dispatch.tasks.execute_run")
def execute_run(run: int) -> None:
    # Loads compiled numeric code, which the web server and beat, who import this module too, have no use for.
    from .services.executing import execute_run as execute

    execute(run)


@shared_task(name="dispatch.tasks.take_up_abandoned_runs", expires=9)
def take_up_abandoned_runs() -> None:
    take_up_abandoned()
