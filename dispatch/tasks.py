"""What Celery carries: ids. Each task calls one service and may come twice."""
from celery import shared_task

from .services.locking import freeze_due
from .services.rosters import take_up_abandoned as take_up_abandoned_bundles
from .services.run_parts import take_up_abandoned_parts
from .services.runs import take_up_abandoned


@shared_task(name="dispatch.tasks.execute_run")
def execute_run(run: int) -> None:
    # Loads compiled numeric code, which the web server and beat, who import this module too, have no use for.
    from .services.executing import execute_run as execute

    execute(run)


@shared_task(name="dispatch.tasks.execute_run_part")
def execute_run_part(part: int) -> None:
    from .services.executing import execute_run_part as execute

    execute(part)


@shared_task(name="dispatch.tasks.take_up_abandoned_runs", expires=9)
def take_up_abandoned_runs() -> None:
    take_up_abandoned()
    take_up_abandoned_parts()


@shared_task(name="dispatch.tasks.write_rosters")
def write_rosters(bundle: int) -> None:
    # Loads the printing of PDF, which the web server loads when somebody prints.
    from .services.rosters import write_bundle

    write_bundle(bundle)


@shared_task(name="dispatch.tasks.take_up_abandoned_rosters", expires=9)
def take_up_abandoned_rosters() -> None:
    take_up_abandoned_bundles()


@shared_task(name="dispatch.tasks.freeze_due_lists", expires=9)
def freeze_due_lists() -> None:
    freeze_due()
