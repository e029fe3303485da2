"""A run taken apart into tasks, and the one named who adds them up."""
import uuid
from functools import partial

from django.db import transaction
from django.db.models.functions import Now

from dispatch.matching.joining import parts_among, rows_of, sub_before, sub_pins, sub_problem, together
from dispatch.matching.parts import Parts
from dispatch.matching.result import Result
from dispatch.models import Run, RunInput, RunPart
from dispatch.snapshot.keeping import Kept, Task, keep_input, keep_result, keep_task

from .run_parts import hand_over_part, tell_run
from .runs import ClaimLost

LEAST = 250  # people: fewer are not worth a message and a row
State = RunPart.State


def tasks_of(parts: Parts) -> Parts:
    """The task that each row goes to; one where the run is better left whole."""
    return together(parts, LEAST)


def fan_out(*, run: Run, claim: uuid.UUID, task: Task, kept: Kept) -> None:
    """Write down what the whole `task` comes apart into and hand it over; ClaimLost where the run is not ours any more."""
    p, content, rows = task.problem, keep_input(kept), rows_of(kept.tasks)
    problems = [
        keep_task(Task(sub_problem(p, r), parts_among(task.parts, r), sub_pins(p, r, task.pins),
                       sub_before(p, r, task.before) if task.before is not None else None))
        for r in rows
    ]
    with transaction.atomic():
        if not Run.objects.filter(pk=run.pk, claim=claim, state=Run.State.RUNNING).update(
                heartbeat_at=Now(), phase="parts", share_done=0):
            raise ClaimLost
        RunInput.objects.create(run=run, kept_at=Now(), content=content)
        made = RunPart.objects.bulk_create(
            RunPart(run=run, number=k, people=len(r.workers), problem=problem, heartbeat_at=Now())
            for k, (r, problem) in enumerate(zip(rows, problems, strict=True))
        )
        for part in made:
            transaction.on_commit(partial(hand_over_part, part.pk))


def finish_part(*, part: RunPart, claim: uuid.UUID, result: Result) -> uuid.UUID | None:
    """Keep a part's result. Who brings the last one gets the run's claim, to add all of them up; the others None."""
    content = keep_result(result)
    with transaction.atomic():
        run = Run.objects.select_for_update(no_key=True).get(pk=part.run_id)  # two that end at once come one by one
        if not RunPart.objects.filter(pk=part.pk, claim=claim, state=State.RUNNING).update(
            state=State.DONE, result=content, finished_at=Now(), share_done=1, best_score=result.score, bound=result.bound,
            placed=result.placed,
        ):
            raise ClaimLost
        if RunPart.objects.filter(run=run).exclude(state=State.DONE).exists():
            tell_run(run.pk)
            return None
        if run.state != Run.State.RUNNING:
            return None
        Run.objects.filter(pk=run.pk).update(claim=claim, heartbeat_at=Now(), phase="writing")
        return claim
