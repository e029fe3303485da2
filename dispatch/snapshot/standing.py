"""A plan as it stands, in memory: what it uses and what is free, to be asked of one person after another."""
import threading
import time
from typing import NamedTuple

from django.db.models import Max

from dispatch.matching.alternatives import Alternatives
from dispatch.matching.model import build_model
from dispatch.matching.situation import Situation
from dispatch.models import Plan, PlanChange

from .plans import read_plan
from .reading import Snapshot, take_snapshot

KEPT = 120.0  # seconds: what changes in the lists meanwhile shows after these


class Standing(NamedTuple):
    snapshot: Snapshot
    alternatives: Alternatives


# One plan a process: the journeys of a large one take hundreds of megabytes.
_held: list[tuple[tuple[int, int], float, Standing]] = []
_building = threading.Lock()


def standing(plan: Plan) -> Standing:
    """Kept by this process for a while, and made anew after a recorded change of the plan."""
    last = PlanChange.objects.filter(plan=plan).aggregate(last=Max("pk"))["last"] or 0
    key = plan.pk, last
    with _building:
        for held, until, found in _held:
            if held == key and time.monotonic() < until:
                return found
        _held.clear()
        found = _build(plan)
        _held.append((key, time.monotonic() + KEPT, found))
    return found


def _build(plan: Plan) -> Standing:
    snapshot = take_snapshot(plan.campaign)
    now = read_plan(plan, snapshot)
    # Who has a leg on a trip that no longer runs has no place that could be compared.
    gone = ((now.legs[:, :, 0] < 0) & (now.legs[:, :, 1] >= 0)).any(axis=1)
    now.job[gone], now.leg_count[gone] = -1, 0
    now.leg_count[now.job < 0] = 0
    situation = Situation(snapshot.problem, now.job, now.leg_count, now.legs)
    return Standing(snapshot, Alternatives(situation, build_model(snapshot.problem, lambda _work: None)))
