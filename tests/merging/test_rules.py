"""Each rule of merging, broken by raw SQL."""
import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from laborbridge.rules import broken_rule, registered
from tests import factories as make
from tests.rules.world import refused
from workers.models import Registration, Worker, WorkerMerge
from workers.sentences import SENTENCES
from workers.services.merging import undo_merge

from .scene import Twice, make_twice

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice() -> Twice:
    return make_twice()


def onto(gone: Worker, kept: Worker | None) -> str:
    return f"UPDATE workers_worker SET merged_into_id = {kept.pk if kept else 'NULL'} WHERE id = {gone.pk}"


def on_record(gone: Worker, kept: Worker, by: int) -> str:
    return ("INSERT INTO workers_workermerge (kept_id, gone_id, why, moved, by_id, at) "
            f"VALUES ({kept.pk}, {gone.pk}, 'one person', '[]', {by}, now())")


def ended(registration: Registration) -> str:
    return f"UPDATE workers_registration SET outcome = 'duplicate', outcome_at = now() WHERE id = {registration.pk}"


def test_never_in_a_circle(twice: Twice) -> None:
    third = make.make_worker()
    assert refused(onto(twice.gone, twice.gone)) in ("workers_never_merged_in_a_circle", "worker_merged_into_somebody_else")
    assert refused(onto(twice.gone, twice.kept), onto(twice.kept, twice.gone)) == "workers_never_merged_in_a_circle"
    assert refused(onto(twice.gone, third), onto(third, twice.kept), onto(twice.kept, twice.gone)) == \
        "workers_never_merged_in_a_circle"


def test_who_is_gone_has_no_open_registration(twice: Twice) -> None:
    by = twice.staff.pk
    merged = (on_record(twice.gone, twice.kept, by), onto(twice.gone, twice.kept))
    assert refused(*merged) == "merged_worker_has_no_open_registration"
    assert refused(ended(twice.second), *merged) == ""
    elsewhere = make.make_registration(make.make_campaign())
    opened = f"UPDATE workers_registration SET outcome = NULL, outcome_at = NULL WHERE id = {twice.second.pk}"
    assert refused(opened) == "merged_worker_has_no_open_registration"
    assert refused(f"UPDATE workers_registration SET worker_id = {twice.gone.pk} WHERE id = {elsewhere.pk}") == \
        "merged_worker_has_no_open_registration"
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make.make_registration(make.make_campaign(), worker=twice.gone)
    assert broken_rule(error.value) == "merged_worker_has_no_open_registration"


def test_who_is_gone_has_no_place(twice: Twice) -> None:
    """By way of the outcome: whoever has one has no live assignment, and the other way round."""
    plan = make.make_plan(twice.campaign)
    make.place_person(plan, twice.second, make.make_posting(twice.campaign))
    make.publish(plan)
    merged = (on_record(twice.gone, twice.kept, twice.staff.pk), onto(twice.gone, twice.kept))
    assert refused(ended(twice.second), *merged) == "registration_has_an_outcome_or_an_assignment"


def test_each_merge_says_who_decided_it(twice: Twice) -> None:
    by = twice.staff.pk
    assert refused(ended(twice.second), onto(twice.gone, twice.kept)) == "worker_merge_is_on_record"
    assert refused(on_record(twice.gone, twice.kept, by)) == "worker_merge_is_on_record"
    merge = twice.merge()
    assert refused(onto(twice.gone, None)) == "worker_merge_is_on_record"
    assert refused(onto(twice.gone, make.make_worker())) == "worker_merge_is_on_record"
    third = make.make_worker()
    assert refused(on_record(twice.gone, third, by)) == "worker_merged_away_once"
    for changed in ("why = 'another reason'", "moved = '[]'", f"kept_id = {third.pk}", "at = now() + interval '1 day'"):
        assert refused(f"UPDATE workers_workermerge SET {changed} WHERE id = {merge.pk}") == "worker_merge_stays_on_record"
    assert refused(f"DELETE FROM workers_workermerge WHERE id = {merge.pk}") == "worker_merge_stays_on_record"
    undo_merge(merge=merge, by=twice.staff, why="two sisters")
    again = f"UPDATE workers_workermerge SET undone_at = NULL, undone_by_id = NULL WHERE id = {merge.pk}"
    assert refused(again) == "worker_merge_stays_on_record"
    assert WorkerMerge.objects.get().undone_at is not None


def test_nobody_comes_by_a_merge_to_a_place_that_is_not_theirs(twice: Twice) -> None:
    """The other entry's registration has a place that the kept person is too young for."""
    elsewhere = make.make_campaign()
    placed = make.make_registration(elsewhere, worker=twice.gone)
    plan = make.make_plan(elsewhere)
    make.place_person(plan, placed, make.make_posting(elsewhere))
    make.publish(plan)
    Worker.objects.filter(pk=twice.kept.pk).update(birth_date=make.FIRST_DAY.replace(year=2005))
    assert refused(
        ended(twice.second), f"UPDATE workers_registration SET worker_id = {twice.kept.pk} WHERE id = {placed.pk}",
        on_record(twice.gone, twice.kept, twice.staff.pk), onto(twice.gone, twice.kept),
    ) == "worker_under_16_is_never_matched"


def test_a_worker_does_not_begin_merged_without_a_record(twice: Twice) -> None:
    new = ("INSERT INTO workers_worker (name, name_keys, sex, merged_into_id) "
           f"VALUES ('向桂英', 'xiangguiying', '', {twice.kept.pk})")
    assert refused(new) == "worker_merge_is_on_record"


def test_each_rule_has_its_sentence() -> None:
    assert set(SENTENCES) <= set(registered())
