"""The sums of all lists are the plan's: after a swap, with local posts, with a group split over employers."""
from itertools import chain

import pytest

from dispatch.models import Assignment, SeatBooking
from dispatch.queries.swaps import Target, preview
from dispatch.rosters import bundle, reading
from dispatch.rosters.sheet import Edition
from dispatch.services.swapping import swap_vehicle
from tests import factories as make
from transport.models import Trip

from .scene import Printed, make_printed

pytestmark = pytest.mark.django_db


def must_add_up(printed: Printed, going: int, gone: int) -> None:
    """Each kind of list holds everybody who goes, once, and each seat that is held, once."""
    plan = printed.plan
    people = [a.registration_id for a in Assignment.objects.filter(plan=plan) if a.state not in ("refused", "withdrawn")]
    assert len(people) == going
    work = bundle._Work(plan, Edition.of(plan, make.at(3)))
    assert len(list(work.sheets())) == work.total
    work.must_add_up()
    assert (work.leaving, work.arriving) == (going, going)
    assert work.riding == SeatBooking.objects.filter(plan=plan, held=True).count()
    assert (sum(row.going for row in work.counts), sum(row.gone + row.left for row in work.counts)) == (going, gone)
    for found in (reading.arrivals(plan, [row.employer for row in work.employers]),
                  reading.departures(plan, work.homes)):
        assert sorted(row.registration for row in chain.from_iterable(found.values())) == sorted(people)


def test_who_lost_the_seat_by_a_swap_is_counted_as_left_and_in_no_list() -> None:
    printed = make_printed(people=20)
    must_add_up(printed, 20, 7)
    target = Target(10, 0, 0, None)
    bus, by = Trip.objects.get(pk=printed.bus.pk), make.make_planner(printed.campaign)
    shown = preview(trip=bus, plan=printed.plan, target=target)
    assert len(shown.lost) == 9
    swap_vehicle(trip=bus, plan=printed.plan, target=target, shown=shown.digest, by=by, reason="坏了一辆车")
    must_add_up(printed, 11, 7 + 9)


def test_a_local_post_without_a_trip_is_in_every_list_but_a_manifest() -> None:
    # The last person of the scene goes on foot.
    printed = make_printed(people=6)
    seats = reading.trip_counts(printed.plan)
    assert sum(row.people for row in seats if row.trip == printed.train.pk) == 5
    must_add_up(printed, 6, 7)


def test_a_group_that_is_split_over_employers_is_with_each_of_them() -> None:
    printed = make_printed(people=8)
    pair = Assignment.objects.filter(plan=printed.plan, registration__group__isnull=False)
    employers = [a.posting.site.employer_id for a in pair.select_related("posting__site")]
    assert len(set(employers)) == 2
    coming = reading.arrivals(printed.plan, employers)
    for mine, employer in zip(pair, employers, strict=True):
        assert mine.registration_id in [row.registration for row in coming[employer]]
    must_add_up(printed, 8, 7)
