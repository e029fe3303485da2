"""All lists of a plan as one zip: of one moment, whole or not at all, the newest kept."""
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from dispatch.models import Assignment, Plan, PlanChange, RosterBundle, SeatBooking
from dispatch.rosters import bundle
from dispatch.rosters.sheet import Edition
from dispatch.services.rosters import cancel_bundle, start_bundle, take_up_abandoned, write_bundle
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make

from .scene import Printed, make_printed
from .test_lists import cells, county_sums, people_in


@pytest.fixture
def printed(transactional_db: None) -> Printed:
    return make_printed()


@pytest.fixture(autouse=True)
def own_files(tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def unpacked(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def written(plan: Plan, path: Path) -> dict[str, bytes]:
    bundle.write(plan.pk, path, lambda done, total: None)
    return unpacked(path)


def elsewhere(work) -> None:
    """By somebody else, in a connection of their own."""
    def run() -> None:
        work()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@transaction.atomic
def refuse(one: Assignment) -> None:
    PlanChange.objects.create(plan=one.plan, kind="answer", reason="said no")
    Assignment.objects.filter(pk=one.pk).update(state="refused")
    SeatBooking.objects.filter(assignment=one).update(held=False)


def must_add_up(printed: Printed, files: dict[str, bytes]) -> None:
    books = {name: data for name, data in files.items() if name.endswith(".xlsx")}
    everybody = set(printed.plan.assignments.values_list("registration", flat=True))
    for folder in ("2 企业", "3 村"):
        lists_of = [people_in(data) for name, data in books.items() if name.startswith(folder)]
        assert sum(map(len, lists_of)) == len(everybody)
        assert set().union(*lists_of) == everybody
    riding = sum(len(people_in(data)) for name, data in books.items() if name.startswith("1 班次"))
    assert riding == SeatBooking.objects.filter(plan=printed.plan).count()
    summary = next(data for name, data in books.items() if name.startswith("0 汇总") and "返岗" in name)
    assert county_sums(summary) == [printed.going, 0, printed.left, printed.going + printed.left]
    counties = [cells(data)[-1] for name, data in books.items() if name.startswith("0 汇总") and "返岗" not in name]
    assert sum(row[1] for row in counties) == printed.going
    assert sum(row[4] for row in counties) == printed.going + printed.left
    assert all(data[:5] == b"%PDF-" for name, data in files.items() if name.endswith(".pdf"))


def test_all_lists_of_the_zip_add_up_with_the_plan(printed: Printed, tmp_path) -> None:
    told: list[tuple[int, int]] = []
    before = timezone.now()
    at = bundle.write(printed.plan.pk, tmp_path / "a.zip", lambda done, total: told.append((done, total)))
    assert before <= at <= timezone.now()
    files = unpacked(tmp_path / "a.zip")
    assert told[-1][0] == told[-1][1] == len(files) / 2
    must_add_up(printed, files)


def test_the_same_plan_printed_at_the_same_time_gives_the_same_zip(printed: Printed, tmp_path, monkeypatch) -> None:
    of = Edition.of
    monkeypatch.setattr(Edition, "of", lambda plan, printed_at: of(plan, make.at(3)))
    for name in ("a.zip", "b.zip"):
        written(printed.plan, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_change_in_the_middle_is_in_none_of_the_lists(printed: Printed, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(bundle, "_AHEAD", 0)  # each list is written before the next is read
    one = printed.plan.assignments.order_by("pk")[2]

    def change(done: int, total: int) -> None:
        if done == 1:
            elsewhere(lambda: refuse(one))

    bundle.write(printed.plan.pk, tmp_path / "a.zip", change)
    one.refresh_from_db()
    assert one.state == "refused"
    must_add_up(printed, unpacked(tmp_path / "a.zip"))


def test_without_one_moment_such_a_change_would_break_the_sums(printed: Printed, tmp_path, monkeypatch) -> None:
    @contextmanager
    def many_moments() -> Iterator[datetime]:
        yield timezone.now()

    monkeypatch.setattr(bundle, "_one_moment", many_moments)
    monkeypatch.setattr(bundle, "_AHEAD", 0)
    one = printed.plan.assignments.order_by("pk")[2]

    def change(done: int, total: int) -> None:
        if done == 1:
            elsewhere(lambda: refuse(one))

    with pytest.raises(RuleBroken, match="方案人数不符"):
        bundle.write(printed.plan.pk, tmp_path / "a.zip", change)


def test_a_plan_that_is_replaced_meanwhile_leaves_no_lists(printed: Printed, tmp_path) -> None:
    def replace(done: int, total: int) -> None:
        if done == 1:
            elsewhere(lambda: make.publish(make.make_plan(printed.campaign)))

    with pytest.raises(RuleBroken, match="新的方案"):
        bundle.write(printed.plan.pk, tmp_path / "a.zip", replace)


def test_a_bundle_is_written_once_and_can_be_fetched(printed: Printed, client) -> None:
    planner = make.make_planner(printed.campaign)
    asked = start_bundle(plan=printed.plan, by=planner)
    with pytest.raises(RuleBroken):
        start_bundle(plan=printed.plan, by=planner)
    write_bundle(asked.pk)
    write_bundle(asked.pk)  # the message came twice
    asked.refresh_from_db()
    assert (asked.state, asked.failure, asked.attempts, asked.done) == ("finished", "", 1, asked.total)
    client.force_login(planner)
    answer = client.get(f"/plans/{printed.plan.pk}/rosters/zip/")
    assert answer.status_code == 200
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    assert len(ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()) == 2 * asked.total
    card = client.get(f"/plans/{printed.plan.pk}/rosters/").content.decode()
    assert "下载全部名单" in card
    assert "重新生成。" not in card
    refuse(printed.plan.assignments.order_by("pk")[2])
    assert "此后方案变更 1 次，请重新生成。" in client.get(f"/plans/{printed.plan.pk}/rosters/").content.decode()


def files() -> set[str]:
    return {f"rosters/{path.name}" for path in (Path(settings.MEDIA_ROOT) / "rosters").iterdir()}


def test_the_newest_finished_file_of_a_plan_is_kept(printed: Printed) -> None:
    planner = make.make_planner(printed.campaign)
    first = start_bundle(plan=printed.plan, by=planner)
    write_bundle(first.pk)
    (Path(settings.MEDIA_ROOT) / "rosters" / f"{first.pk + 1}-of-a-dead-worker.unfinished").write_bytes(b"half")
    newer = start_bundle(plan=printed.plan, by=planner)
    write_bundle(newer.pk)
    newer.refresh_from_db()
    first.refresh_from_db()
    assert first.file == ""
    assert files() == {newer.file}
    # Another plan's file is another plan's.
    plan = make.make_plan(printed.campaign)
    make.publish(plan)
    third = start_bundle(plan=plan, by=planner)
    write_bundle(third.pk)
    third.refresh_from_db()
    assert files() == {newer.file, third.file}


def test_stopped_lists_leave_nothing_and_the_older_ones_stay(printed: Printed, client, monkeypatch) -> None:
    planner = make.make_planner(printed.campaign)
    client.force_login(planner)
    first = start_bundle(plan=printed.plan, by=planner)
    write_bundle(first.pk)
    first.refresh_from_db()
    asked = start_bundle(plan=printed.plan, by=planner)
    assert "停止生成" in client.get(f"/plans/{printed.plan.pk}/rosters/").content.decode()
    made = bundle._made

    def stop_then_make(sheets):
        elsewhere(lambda: cancel_bundle(plan=printed.plan, by=planner))
        yield from made(sheets)

    monkeypatch.setattr(bundle, "_made", stop_then_make)
    write_bundle(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.file) == ("cancelled", "")
    assert files() == {first.file}
    assert Entry.objects.filter(action="lists stopped", by=planner, subject_id=asked.pk).count() == 1
    card = client.get(f"/plans/{printed.plan.pk}/rosters/").content.decode()
    assert "未保留任何文件" in card
    assert "下载全部名单" in card
    # Once more changes nothing, and others can be asked for.
    assert client.post(f"/plans/{printed.plan.pk}/rosters/cancel/").status_code == 302
    assert Entry.objects.filter(action="lists stopped").count() == 1
    start_bundle(plan=printed.plan, by=planner)


def test_lists_that_nobody_has_begun_are_stopped_at_once(printed: Printed) -> None:
    planner = make.make_planner(printed.campaign)
    asked = start_bundle(plan=printed.plan, by=planner)
    cancel_bundle(plan=printed.plan, by=planner)
    write_bundle(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("cancelled", 0)


def test_a_bundle_without_fonts_fails_with_a_sentence(printed: Printed, settings, tmp_path) -> None:
    asked = start_bundle(plan=printed.plan, by=make.make_planner(printed.campaign))
    settings.FONTS_DIR = tmp_path
    write_bundle(asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert f"{tmp_path} 中缺少 NotoSansSC-Regular.ttf" in asked.failure


def test_a_bundle_whose_worker_died_is_taken_up_and_given_up_after_three_deaths(printed: Printed) -> None:
    asked = start_bundle(plan=printed.plan, by=make.make_planner(printed.campaign))
    row = RosterBundle.objects.filter(pk=asked.pk)
    silent = timezone.now() - timedelta(minutes=5)
    row.update(state="running", attempts=1, heartbeat_at=silent, claim="00000000-0000-0000-0000-000000000001")
    take_up_abandoned()
    asked.refresh_from_db()
    assert (asked.state, asked.claim) == ("queued", None)
    # Handed over at once, however young it is: its message went with the worker.
    assert asked.heartbeat_at > silent + timedelta(minutes=4)
    row.update(state="running", attempts=3, heartbeat_at=silent)
    take_up_abandoned()
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.failure


def test_lists_are_refused_of_a_draft(printed: Printed) -> None:
    draft = make.make_plan(printed.campaign)
    with pytest.raises(RuleBroken):
        start_bundle(plan=draft, by=make.make_planner(printed.campaign))
    assert not RosterBundle.objects.exists()
