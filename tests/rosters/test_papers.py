"""What holds of every kind of list: the same bytes twice, version, page and time of print, the carrier's seats."""
import io
from collections.abc import Callable

import openpyxl
import pytest
from django.utils import timezone, translation
from pypdf import PdfReader

from dispatch.models import CarrierAnswer, Ticket
from dispatch.rosters import chat, pdf, reading, xlsx
from dispatch.rosters import eve as eve_lists
from dispatch.rosters.sheet import Edition, Sheet
from dispatch.services import real_names as names_services
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from tests.locks.scene import make_locking, settle
from tests.realnames.scene import make_names
from transport.models import Trip
from transport.queries import calls_of
from workers.models import Registration

from .kinds import kinds, locked, manifest
from .scene import make_printed

KINDS = ("train", "bus", "empty", "arrivals", "village", "eve", "county", "campaign", "station", "city", "locked")
VERSION = {"zh-hans": ("方案 1，", "打印时间 2020-03-21 03:00:00"), "en": ("Plan 1, ", "Printed 2020-03-21 03:00:00")}


def maker(kind: str) -> Callable[[int], Sheet]:
    """The list of this kind as it is printed at an hour."""
    if kind != "locked":
        printed = make_printed()
        return lambda hour: kinds(printed, make.at(hour))[kind]()
    scene = make_locking()
    scene.freeze()
    scene.sign(0)
    settle()
    scene.withdraw(scene.people[1])
    return lambda hour: locked(scene, make.at(hour))


def texts(data: bytes) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_plan_gives_the_same_bytes_apart_from_the_time_of_print(db: None, kind: str) -> None:
    made = maker(kind)
    for write in (xlsx.write, pdf.write):
        assert write(made(3)) == write(made(3)) != write(made(4))
    now, later = texts(xlsx.write(made(3))), texts(xlsx.write(made(4)))
    assert now != later
    assert now[2:] == later[2:]
    assert str(now[1][0]).replace("03:00:00", "04:00:00") == later[1][0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_says_its_version_its_page_and_when_it_was_printed(db: None, kind: str, language: str) -> None:
    version, printed = VERSION[language]
    with translation.override(language):
        sheet = maker(kind)(3)
        book, paper = openpyxl.load_workbook(io.BytesIO(xlsx.write(sheet))), PdfReader(io.BytesIO(pdf.write(sheet)))
    for page in book.worksheets:
        assert version in page.oddFooter.left.text
        assert printed in page.oddFooter.left.text
        assert page.oddFooter.right.text == "&P / &N"
    for number, leaf in enumerate(paper.pages, 1):
        said, pages = leaf.extract_text(), len(paper.pages)
        number_of = f"第 {number} 页，共 {pages} 页" if language == "zh-hans" else f"Page {number} of {pages}"
        assert all(part in said for part in (version, printed, number_of))


def test_the_carriers_workbook_says_so_on_both_of_its_sheets(db: None) -> None:
    names = make_names()
    _name, data = names_services.take_names(names=names.released(), by=names.clerk)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.worksheets) == 2
    for page in book.worksheets:
        assert "方案 1，" in page.oddFooter.left.text
        assert "打印时间 " in page.oddFooter.left.text
        assert page.oddFooter.right.text == "&P / &N"
    assert "打印时间 " in book.worksheets[0]["A2"].value


def test_a_county_s_summary_names_the_campaign_once(db: None) -> None:
    printed = make_printed()
    facts = str(texts(xlsx.write(kinds(printed, make.at(3))["county"]()))[1][0])
    assert facts.count(printed.campaign.name) == 1


def ticket(trip: Trip, who: Registration, campaign: Campaign, coach: str, seat: str) -> None:
    by = make.make_planner(campaign)
    asked = names_services.ask_for_names(trip=trip, purpose="购票", by=by)
    names = names_services.release_names(names=asked, by=make.make_planner(campaign))
    answer = CarrierAnswer.objects.create(names=names, by=by, rows=1, new=1, changed=0, unchanged=0, empty=0, changes=[])
    Ticket.objects.create(trip=trip, registration=who, coach=coach, seat=seat, number="", given_at=timezone.now(),
                          answer=answer)


def test_the_carriers_seat_is_the_one_on_every_list(db: None) -> None:
    """The manifest at the door, the eve's list in the village and the chat group send nobody to two seats."""
    printed = make_printed()
    plan, train = printed.plan, printed.train
    who = plan.assignments.order_by("pk")[2].registration
    ticket(train, who, printed.campaign, "09", "17F")
    edition, seat = Edition.of(plan, make.at(3)), "09车 17F号"
    manifests = [row for section in manifest(printed, train, edition).sections for row in section.rows]
    assert [row[1] for row in manifests if row[2] == who.worker.name] == [seat]
    leaving = reading.departures(plan, [who.village_id])[who.village_id]
    pick_ups = eve_lists.pick_ups(leaving, eve_lists.seats_by_trip(leaving))
    eve = eve_lists.sheet(pick_ups, make.FIRST_DAY, edition, "桃园村")
    assert [row[4] for section in eve.sections for row in section.rows if row[2] == who.worker.name] == [seat]
    assert f"{who.worker.name} {seat}" in chat.messages("x", chat.of_pick_ups(pick_ups), edition, "x")[0].text
    riders = reading.riders(plan, [train.pk])[train.pk]
    block = next(b for b in chat.of_trip(train, calls_of([train.pk])[train.pk], riders) if "09 车厢" in b.heading[-1])
    assert [f"{who.worker.name} 17F"] in block.units
