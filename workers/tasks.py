"""What Celery carries: ids. Each task calls one service and may come twice."""
from celery import shared_task

from .services.list_imports import hand_over
from .services.list_work import abandoned_lists, carry_on


@shared_task(name="workers.tasks.carry_on_list")
def carry_on_list(imported: int) -> None:
    carry_on(imported)


@shared_task(name="workers.tasks.take_up_abandoned_lists", expires=9)
def take_up_abandoned_lists() -> None:
    for imported in abandoned_lists():
        hand_over(imported)
