"""A train of four people with whole numbers, two planners of the whole campaign, and the carrier's clerk."""
import io
from collections.abc import Mapping
from dataclasses import dataclass

import openpyxl
from django.test import Client

from dispatch.models import Plan, RealNameList
from dispatch.rosters.codes import code_of
from dispatch.services import real_names as services
from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from transport.models import SeatMap, Trip
from transport.seat_maps import TRAIN_8
from workers.models import Registration

LONG, RARE = "买买提·阿卜杜热合曼·吾布力卡斯木江大毛", "𠮷䶮㛃"
NUMBERS = ("422801198505171234", "42280119900101123X", "422801197712120011")
HEADINGS = 4  # the line of the headings, as a spreadsheet counts
COACH, SEAT, TICKET, CODE = 9, 10, 11, 12  # columns, as a spreadsheet counts


@dataclass
class Names:
    campaign: Campaign
    plan: Plan
    train: Trip
    # The first two ride to the end; the third gets off where the fourth, who has no number, gets on: they share a seat.
    people: list[Registration]
    asker: User
    second: User
    clerk: User
    carrier: Organisation

    def code(self, place: int) -> str:
        return code_of(self.people[place].pk)

    def client(self, user: User | None = None) -> Client:
        client = Client()
        if user:
            client.force_login(user)
        return client

    def released(self) -> RealNameList:
        asked = services.ask_for_names(trip=self.train, purpose="专列实名制购票", by=self.asker)
        return services.release_names(names=asked, by=self.second)


def make_names() -> Names:
    campaign = make.make_campaign(name="恩施返岗杭州")
    township, park = make.make_village(campaign, name="桃园村"), make.make_park(campaign)
    posting = make.make_posting(campaign, park=park, headcount=50)
    carrier = make.make_organisation("carrier", name="武汉铁路局")
    seat_map = SeatMap.objects.create(code="t8", name=TRAIN_8.name, coaches=list(TRAIN_8.coaches), seats=TRAIN_8.seats)
    stops = [make.make_place("station", parent=campaign.origin, name=name) for name in ("恩施站", "宜昌东站", "杭州东站")]
    train = make.make_trip(campaign, stops, mode="train", seats=TRAIN_8.seats, seat_map=seat_map, ref="D3205",
                           carrier=carrier)
    plan = make.make_plan(campaign)
    legs = ((0, 2, 0), (0, 2, 1), (0, 1, 2), (1, 2, 2))
    people = []
    for n, (board, alight, seat) in enumerate(legs):
        worker = make.make_worker(name={0: LONG, 1: RARE}.get(n, ""), identity=NUMBERS[n] if n < 3 else None)
        person = make.make_registration(campaign, worker=worker, village=township, phone=f"1380000000{n}")
        make.place_person(plan, person, posting, [(train, board, alight, seat)])
        people.append(person)
    make.publish(plan)
    clerk = make.make_member("carrier", organisation=carrier)
    return Names(campaign, plan, train, people, make.make_planner(campaign), make.make_planner(campaign), clerk, carrier)


def replan(names: Names, *riding: int, seats: Mapping[int, tuple[int, int, int]] | None = None) -> Plan:
    """A newer plan with some of the people; `seats` are other legs than before."""
    plan = make.make_plan(names.campaign)
    posting = names.plan.assignments.get(registration=names.people[0]).posting
    before = {b.assignment.registration_id: (b.board, b.alight, b.seat) for b in
              names.plan.bookings.select_related("assignment")}
    for place in riding:
        person = names.people[place]
        make.place_person(plan, person, posting, [(names.train, *(seats or {}).get(place, before[person.pk]))])
    return make.publish(plan)


def filled(
    data: bytes, rows: Mapping[str, tuple[object, object, object]], crew: Mapping[int, object] | None = None
) -> bytes:
    """The workbook as a carrier sends it back: coach, seat and ticket number by code; lines of the second sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    for line in range(HEADINGS + 1, page.max_row + 1):
        given = rows.get(str(page.cell(line, CODE).value))
        for column, value in zip((COACH, SEAT, TICKET), given or (), strict=False):
            page.cell(line, column).value = value
    for line, value in (crew or {}).items():
        book.worksheets[1].cell(line, 2).value = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
