"""The workbook with whole numbers, and the record of every time it is given."""
import hashlib
import io

import openpyxl
import pytest
from django.utils import translation

from dispatch.models import RealNameTaking
from dispatch.queries import real_names
from dispatch.services import real_names as services
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.rules.world import refused
from workers.queries.finding import whole_identity

from .scene import HEADINGS, LONG, NUMBERS, RARE, Names, replan


def rows(data: bytes) -> list[list[object]]:
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [list(row) for row in page.iter_rows(min_row=HEADINGS, values_only=True)]


def test_the_workbook_has_everybody_with_whole_numbers_and_room_for_the_carrier(names: Names) -> None:
    name, data = services.take_names(names=names.released(), by=names.clerk)
    assert name == "实名制名单 D3205 恩施站 – 杭州东站.xlsx"
    head, *people = rows(data)
    assert head[:8] == ["序号", "姓名", "证件类型", "证件号码", "电话", "上车地点", "下车地点", "计划座位"]
    assert head[8:] == ["车厢", "座位", "票号", "代码"]
    assert [row[1] for row in people[:2]] == [LONG, RARE]
    assert [row[3] for row in people] == [*NUMBERS, None]
    assert [row[2] for row in people] == ["居民身份证"] * 3 + [None]
    assert people[0][4:8] == ["138 0000 0000", "恩施站 08:35", "杭州东站 12:25", "01车 1A号"]
    assert [row[8:11] for row in people] == [[None] * 3] * 4
    assert [row[11] for row in people] == [names.code(n) for n in range(4)]
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.worksheets[0].cell(HEADINGS + 1, 4).data_type == "s"
    assert book.worksheets[0].cell(HEADINGS + 1, 9).number_format == "@"
    facts = book.worksheets[0]["A2"].value
    assert "未登记证件号：1 人" in facts
    assert "用途：专列实名制购票" in facts
    assert [row[0] for row in book.worksheets[1].iter_rows(values_only=True)] == ["车牌号", "驾驶员", "驾驶员电话"]


def test_in_english_too(names: Names) -> None:
    with translation.override("en"):
        head, first, *_rest = rows(services.take_names(names=names.released(), by=names.clerk)[1])
    assert head[8:] == ["Coach", "Seat", "Ticket number", "Code"]
    assert first[2:4] == ["resident identity card", NUMBERS[0]]


def test_a_passport_is_another_document(names: Names) -> None:
    person = make.make_registration(names.campaign, worker=make.make_worker(identity="E12345678"))
    names.people.append(person)
    plan = make.make_plan(names.campaign)
    posting = names.plan.assignments.first().posting
    make.place_person(plan, person, posting, [(names.train, 0, 2, 9)])
    make.publish(plan)
    _head, first = rows(services.take_names(names=names.released(), by=names.clerk)[1])
    assert first[2:4] == ["其他证件", "E12345678"]


def test_every_taking_is_recorded_with_whose_numbers_and_the_digest_of_the_file(names: Names) -> None:
    released = names.released()
    services.make_link(names=released, by=names.asker)
    link = real_names.open_link(released)
    _name, by_clerk = services.take_names(names=released, by=names.clerk)
    _name, by_link = services.take_names(names=released, link=link)
    first, second = RealNameTaking.objects.order_by("pk")
    assert (first.by, first.link, first.rows, first.digest) == (names.clerk, None, 4, hashlib.sha256(by_clerk).hexdigest())
    assert (second.by, second.link, second.digest) == (None, link, hashlib.sha256(by_link).hexdigest())
    assert sorted(first.people) == sorted(person.pk for person in names.people)
    entries = Entry.objects.filter(action="real names taken").order_by("pk")
    assert [(entry.by, entry.detail["rows"], entry.detail["digest"]) for entry in entries] == [
        (names.clerk, 4, first.digest), (None, 4, second.digest)]
    kept = str(list(Entry.objects.values())) + str(list(RealNameTaking.objects.values()))
    assert not any(number in kept for number in NUMBERS)


def test_the_record_stays_and_is_written_only_while_the_list_is_released(names: Names) -> None:
    asked = services.ask_for_names(trip=names.train, purpose="购票", by=names.asker)
    row = ("INSERT INTO dispatch_realnametaking (names_id, plan_id, at, by_id, link_id, rows, digest, people) "
           f"VALUES ({asked.pk}, {names.plan.pk}, now(), %s, %s, 1, 'x', '{{}}')")
    gone = "real_names_given_only_while_released"
    assert refused(row, params=[names.clerk.pk, None]) == gone
    with pytest.raises(RuleBroken):
        services.take_names(names=asked, by=names.clerk)
    released = services.release_names(names=asked, by=names.second)
    services.make_link(names=released, by=names.asker)
    link = real_names.open_link(released)
    assert link is not None
    assert refused(row, params=[None, None]) == "real_names_taken_by_somebody_known"
    assert refused(row, params=[names.clerk.pk, link.pk]) == "real_names_taken_by_somebody_known"
    assert refused(row, params=[None, link.pk]) == ""
    for change in ("UPDATE dispatch_realnametaking SET rows = 0", "DELETE FROM dispatch_realnametaking"):
        assert refused(change) == "real_names_taking_never_changes"
    services.revoke_link(names=released, by=names.second)
    assert refused(row, params=[None, link.pk]) == gone
    with pytest.raises(RuleBroken) as broken:
        services.take_names(names=released, link=link)
    assert broken.value.rule == gone
    services.close_names(names=released, why="收回", by=names.second)
    assert refused(row, params=[names.clerk.pk, None]) == gone


def test_a_newer_plan_is_in_the_next_taking_and_the_difference_is_told(names: Names) -> None:
    released = names.released()
    services.take_names(names=released, by=names.clerk)
    plan = replan(names, 0, 1, 2)
    rides = real_names.rides_of(names.train, plan)
    assert real_names.since_last_taking(names.train, rides) == real_names.Since(came=0, left=1)
    _head, *people = rows(services.take_names(names=released, by=names.clerk)[1])
    assert [row[11] for row in people] == [names.code(n) for n in range(3)]
    assert RealNameTaking.objects.first().plan == plan
    assert real_names.since_last_taking(names.train, rides) == real_names.Since(0, 0)


def test_no_whole_number_without_a_purpose(names: Names) -> None:
    with pytest.raises(ValueError, match="purpose"):
        whole_identity(names.people[0].worker.identity_cipher, purpose=" ")
