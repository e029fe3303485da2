"""Shares placed: by what people are, everybody counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.matching.fairness import ALL, Share, fairness
from tests.matching.invent import invent
from tests.matching.small import COUNTY, HOME, VILLAGE, small


def test_shares_by_home_priority_trade_and_size() -> None:
    p = small(
        5,
        worker_township=[HOME, HOME, VILLAGE, HOME, HOME],
        worker_priority=[0, 0, 2, 2, 2],
        worker_group=[0, 0, 1, 1, -1],
        group_may_split=[False, True],
        worker_occupation_start=[0, 1, 2, 4, 4, 5],
        worker_occupation=[0, 0, 0, 1, 1],
    )
    found = fairness(p, [-1, -1, 0, 0, -1])
    assert tuple(found) == ALL
    assert found["county"] == [Share(COUNTY, 5, 2)]
    assert found["township"] == [Share(HOME, 5, 2)]
    assert found["priority"] == [Share(0, 2, 0), Share(2, 3, 2)]
    assert found["trade"] == [Share(0, 3, 1), Share(1, 2, 1), Share(-1, 1, 1)]
    assert found["group size"] == [Share(2, 2, 0), Share(1, 3, 2)]
    assert found["priority"][1].share == pytest.approx(2 / 3)


def test_nobody_and_another_plan() -> None:
    assert fairness(small(0), []) == {name: [] for name in ALL}
    with pytest.raises(ValueError, match="2 rows"):
        fairness(small(2), [0])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_everybody_counts_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = invent(rng, people=7)
    job = rng.integers(-1, p.jobs, p.workers)
    for name, rows in fairness(p, job).items():
        if name != "trade":
            assert sum(r.people for r in rows) == p.workers
            assert sum(r.placed for r in rows) == (job >= 0).sum()
        assert all(0 <= r.placed <= r.people and r.people > 0 for r in rows)
        assert [r.share for r in rows] == sorted(r.share for r in rows)
