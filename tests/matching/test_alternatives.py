"""Options: each is put into effect and checked, differs by what it says, and none that is better is left out."""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.matching.alternatives import Alternatives, Option
from dispatch.matching.check import check
from dispatch.matching.model import build_model
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Stop
from dispatch.matching.situation import Placing, Situation
from dispatch.matching.solve import solve
from tests.matching.changing import placed, situation
from tests.matching.invent import invent, options
from tests.matching.small import HOME, PARK, small, trips
from tests.matching.test_properties import generated


def alternatives(p: Problem, work: int = 20_000) -> Alternatives:
    s = situation(p, solve(p, Stop(work=work), params=Parameters(threads=1)))
    return Alternatives(s, build_model(p, lambda work: None))


def score(s: Situation) -> float:
    return check(s.problem, s.job, s.leg_count, s.legs).score


def prove(a: Alternatives, worker: int) -> list[Option]:
    """The worker's options, each checked as a plan in which nobody else has moved."""
    s, found = a.situation, a.options(worker)
    now = (tuple(s.job[list(s.unit(worker))].tolist()), tuple(s.legs_of(w) for w in s.unit(worker)))
    posts = [tuple(sorted(o.placing.jobs)) for o in found]
    assert len(set(posts)) == len(posts)
    for o in found:
        assert worker in o.placing.workers
        assert (o.placing.jobs, o.placing.legs) != now
        after = placed(s.problem, s, o.placing)
        assert after.faults == []
        assert after.score - score(s) == pytest.approx(o.difference, abs=0.01)
    assert [o.difference for o in found] == sorted((o.difference for o in found), reverse=True)
    return found


def test_the_score_is_the_sum_of_its_terms() -> None:
    p = small(1, worker_priority=[2], worker_min_wage=[3500], worker_preferred_district=[2])
    a = alternatives(p)
    assert astuple(a.why(0)) == (1000, 300, 0, 60, 5, 20, -20, 0)
    assert a.why(0).total == score(a.situation)
    own = alternatives(small(1, worker_reserved_job=[0], job_reserved=[True]))
    assert astuple(own.why(0)) == (1000, 0, 260, 0, 0, 0, -20, 0)


def test_another_departure_to_the_same_post_is_an_option_once() -> None:
    p = small(1, **trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (PARK, 430)], [(HOME, 500), (PARK, 640)]))
    found = prove(alternatives(p), 0)
    assert [o.placing for o in found] == [Placing((0,), (0,), (((1, 0, 1),),))]
    assert found[0].difference == pytest.approx(-1.0)


def test_no_option_where_seats_or_posts_are_others() -> None:
    two = trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (PARK, 430)], seats=1)
    assert [prove(alternatives(small(2, **two)), w) for w in (0, 1)] == [[], []]


def test_who_stays_has_no_options() -> None:
    with pytest.raises(ValueError, match="has no place"):
        alternatives(small(1, worker_age=[15])).options(0)
    with pytest.raises(ValueError, match="has no place"):
        alternatives(small(1, worker_age=[15])).why(0)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_the_best_option_is_the_best_of_all_that_are_possible(seed: int) -> None:
    p = invent(np.random.default_rng(seed), people=4, jobs=4, trips=5)
    a = alternatives(p, 2000)
    s = a.situation
    for w in np.flatnonzero(s.job >= 0).tolist():
        assert prove(a, w) is not None
        if s.unit(w) != (w,):
            continue
        best: dict[int, float] = {}
        for job, legs in options(p, w):
            if (job, legs) == (int(s.job[w]), s.legs_of(w)):
                continue
            after = placed(p, s, Placing((w,), (job,), (legs,)))
            if not after.faults:
                best[job] = max(best.get(job, -1e9), after.score - score(s))
        wanted = sorted(best.values(), reverse=True)[:3]
        assert [o.difference for o in a.options(w)] == pytest.approx(wanted, abs=0.01)


def test_options_of_a_generated_campaign(tmp_path: Path) -> None:
    p = generated(tmp_path, 1400, 1)
    a = alternatives(p, 300_000)
    s = a.situation
    total = sum(a.why(w).total for w in np.flatnonzero(s.job >= 0).tolist())
    assert total == pytest.approx(score(s), abs=0.01)
    some = np.random.default_rng(1).permutation(np.flatnonzero(s.job >= 0))[:60].tolist()
    found = {w: prove(a, w) for w in some}
    assert sum(len(x) for x in found.values()) > 60
    assert any(x and len(x[0].placing.workers) > 1 for x in found.values())
