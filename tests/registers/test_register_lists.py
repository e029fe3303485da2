"""A register's workbook: read under its own headings, its rows linked and settled as they are stored, taken back."""
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import Workbook

from jobs.lists.firms import Firms, normal_firm
from jobs.models import Employer, Question, RegisterOutcome, Sighting
from jobs.services.linking import choose_nobody, choose_person, take_choice_back
from jobs.services.registers import receive_register
from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.lists.scene import number
from workers.lists.kinds import kind_of
from workers.models import ListImport, ListRow, Registration
from workers.services.list_imports import confirm, take_back
from workers.services.list_work import carry_on

# The work says from a thread of its own that it is alive: it must see what the test has stored.
pytestmark = pytest.mark.django_db(transaction=True)

HEADINGS = ("姓名", "身份证号(隐去中间)", "手机", "核验时间", "卡口", "单位名称")
QIN, TAN, STRANGER = number(101), number(202), number(303)


@dataclass
class Office:
    campaign: Campaign
    bureau: Organisation
    staff: User
    firm: Employer
    qin: Registration
    tan: Registration


@pytest.fixture
def office() -> Office:
    codes_ = make.make_code_list()
    origin = make.make_place("prefecture", name="恩施州", code_list=codes_)
    make.make_place("county", name="利川市", parent=origin)
    destination = make.make_place("prefecture", name="杭州市", code_list=codes_)
    make.make_place("district", name="萧山区", parent=destination)
    campaign = make.make_campaign(origin=origin, destination=destination)
    bureau = make.make_organisation("bureau", place=origin)
    campaign.participants.set([bureau])
    firm = make.make_employer(campaign, name="杭州钱塘制衣有限公司")
    qin = make.make_registration(campaign, worker=make.make_worker(name="覃凤仙", identity=QIN), phone="13800001234")
    tan = make.make_registration(campaign, worker=make.make_worker(name="谭大山", identity=TAN), phone="13900005678")
    return Office(campaign, bureau, make.make_member("planner", organisation=bureau), firm, qin, tan)


def masked(whole: str) -> str:
    return f"{whole[:6]}********{whole[-4:]}"


def workbook(rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["卡口核验名册"])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(office: Office, rows: Sequence[Sequence[object]], source: str = "gate", *, as_of: date = date(2020, 3, 25),
         headings: Sequence[str] = HEADINGS) -> ListImport:
    imported = receive_register(
        campaign=office.campaign, source=source, office="萧山区卡口专班", as_of=as_of, sender=office.bureau,
        by=office.staff, data=workbook(rows, headings), file_name="register.xlsx")
    return carried_on(imported, "ready")


def carried_on(imported: ListImport, state: str) -> ListImport:
    carry_on(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.failure) == (state, "")
    return imported


def store(office: Office, rows: Sequence[Sequence[object]], source: str = "gate", **told: object) -> ListImport:
    imported = send(office, rows, source, **told)  # type: ignore[arg-type]
    confirm(imported=imported, by=office.staff)
    return carried_on(imported, "stored")


def outcomes(office: Office) -> tuple[str | None, str | None]:
    return tuple(Registration.objects.order_by("pk").values_list("outcome", flat=True))  # type: ignore[return-value]


def codes() -> list[list[str]]:
    return [[code for code, _named in row.remarks] for row in ListRow.objects.order_by("line")]


ROWS = [
    ["覃凤仙", masked(QIN), "13800001234", "2020/3/23", "萧山园区东门", "杭州钱塘制衣公司"],
    ["谭大山", masked(TAN), "139 0000 5678", "3月24日 07:55", "", "某某厂"],
    ["外来客", masked(STRANGER), "", "2020-03-24", "萧山园区东门", ""],
]


def test_a_preview_stores_nothing_and_says_what_it_would_do(office: Office) -> None:
    imported = send(office, ROWS)
    assert (imported.rows, imported.new, imported.rejected) == (3, 3, 0)
    assert not Sighting.objects.exists()
    told = kind_of(imported).told(imported)
    assert "萧山区卡口专班" in told[0]
    assert len(told) == 2


def test_rows_are_sightings_that_are_linked_and_settle_who_is_back(office: Office) -> None:
    imported = store(office, ROWS)
    qin, tan, stranger = Sighting.objects.order_by("pk")
    assert (qin.registration, qin.link, qin.seen_on, qin.employer) == (office.qin, "linked", date(2020, 3, 23), office.firm)
    assert (tan.registration, tan.phone, tan.seen_on, tan.employer) == (
        office.tan, "13900005678", date(2020, 3, 24), None)
    assert (stranger.link, stranger.registration) == ("unlinked", None)
    assert outcomes(office) == ("already_back", "already_back")
    assert set(RegisterOutcome.objects.values_list("register", flat=True)) == {imported.register.pk}
    assert codes()[1] == ["register_firm"]


def test_nothing_of_a_number_is_left_in_clear(office: Office) -> None:
    store(office, [["覃凤仙", QIN, "", "2020/3/23", "", ""]])
    row = ListRow.objects.get()
    assert QIN not in str(row.values) + str(row.remarks)
    assert bytes(row.identity_whole or b"") == bytes(office.qin.worker.identity_whole or b"")


def test_taken_back_its_rows_and_outcomes_go(office: Office) -> None:
    imported = store(office, ROWS)
    Registration.objects.filter(pk=office.tan.pk).update(outcome="local_work", outcome_at=timezone.now())
    assert kind_of(imported).would_take_back(imported)
    take_back(imported=imported, by=office.staff, reason="发错了")
    carried_on(imported, "taken_back")
    assert not Sighting.objects.exists()
    assert outcomes(office) == (None, "local_work")
    assert not RegisterOutcome.objects.filter(withdrawn_at=None).exists()


def test_the_same_file_again_says_nothing_new(office: Office) -> None:
    store(office, ROWS)
    again = store(office, [*ROWS, ["覃凤仙", masked(QIN), "13800001234", "2020/3/24", "", ""]])
    assert (again.unchanged, again.new) == (3, 1)
    assert Sighting.objects.count() == 4
    assert RegisterOutcome.objects.count() == 2


def test_what_a_later_register_says_too_outlives_the_first(office: Office) -> None:
    """The cumulative list of an office: whoever is on the newer one is still back when the older one goes."""
    first = store(office, ROWS)
    second, third = store(office, [ROWS[0], ROWS[2]]), store(office, [ROWS[0]])
    qin = Sighting.objects.get(registration=office.qin)
    take_back(imported=first, by=office.staff, reason="发错了")
    carried_on(first, "taken_back")
    assert outcomes(office) == ("already_back", None)
    moved = Sighting.objects.get(registration=office.qin)
    assert (moved.pk, moved.register, moved.row.imported) == (qin.pk, second.register, second)
    assert set(Sighting.objects.values_list("name", "register")) == {
        ("覃凤仙", second.register.pk), ("外来客", second.register.pk)}
    assert RegisterOutcome.objects.get(withdrawn_at=None).register == second.register
    take_back(imported=second, by=office.staff, reason="发错了")
    carried_on(second, "taken_back")
    assert (Sighting.objects.get().register, outcomes(office)) == (third.register, ("already_back", None))
    take_back(imported=third, by=office.staff, reason="发错了")
    carried_on(third, "taken_back")
    assert (Sighting.objects.count(), outcomes(office)) == (0, (None, None))


def test_taking_back_counts_only_who_loses_an_outcome(office: Office) -> None:
    first = store(office, ROWS)
    with override("en"):
        assert "2 people lose" in kind_of(first).would_take_back(first)[0]
        store(office, [ROWS[0]])
        assert "1 person loses" in kind_of(first).would_take_back(first)[0]


def test_a_register_of_another_office_inherits_nothing(office: Office) -> None:
    first = store(office, ROWS[:1], "gate")
    store(office, ROWS[:1], "insurance")
    take_back(imported=first, by=office.staff, reason="发错了")
    carried_on(first, "taken_back")
    assert (Sighting.objects.get().register.source, outcomes(office)) == ("insurance", (None, None))


def test_a_row_twice_in_a_file_counts_once(office: Office) -> None:
    imported = store(office, [ROWS[0], ROWS[0]])
    assert (imported.new, imported.unchanged) == (1, 1)
    assert codes() == [[], ["register_again"]]


def test_days_are_read_as_offices_write_them(office: Office) -> None:
    store(office, [["覃凤仙", masked(QIN), "", "202002", "", ""], ["谭大山", masked(TAN), "", "2020年3月", "", ""],
                   ["外来客", masked(STRANGER), "", "", "", ""]], "insurance")
    assert list(Sighting.objects.order_by("pk").values_list("seen_on", flat=True)) == [
        date(2020, 2, 29), date(2020, 3, 25), date(2020, 3, 25)]
    assert outcomes(office) == (None, None)


def test_what_cannot_be_or_is_to_come_is_given_back(office: Office) -> None:
    imported = send(office, [
        ["覃凤仙", masked(QIN), "", "昨天", "", ""], ["谭大山", masked(TAN), "", "2020-03-26", "", ""],
        ["", masked(TAN), "", "2020-03-24", "", ""]])
    assert imported.rejected == 3
    assert codes() == [
        ["register_day"], ["register_later"], ["employee_no_name"]]


def test_a_trip_may_be_reported_before_it_is_made(office: Office) -> None:
    imported = store(office, [
        ["覃凤仙", masked(QIN), "", "2020-04-02", "", ""], ["谭大山", masked(TAN), "", "2020-06-02", "", ""]], "community")
    assert (imported.new, imported.rejected) == (1, 1)
    assert outcomes(office) == ("reported", None)


def test_a_place_at_home_says_of_nobody_that_they_are_back(office: Office) -> None:
    store(office, [["覃凤仙", masked(QIN), "", "2020-03-24", "利川市高速卡口", ""],
                   ["谭大山", masked(TAN), "", "2020-03-24", "萧山区恩施州返岗接待点", ""]])
    assert outcomes(office) == (None, "already_back")
    assert list(Sighting.objects.order_by("pk").values_list("there", flat=True)) == [False, True]
    assert ListRow.objects.get(values__name="覃凤仙").flagged


def test_a_doubtful_row_is_asked_and_its_outcome_follows_the_decision(office: Office) -> None:
    twin = make.make_registration(office.campaign, worker=make.make_worker(name="覃凤仙"))
    store(office, [["覃凤仙", "", "", "2020-03-24", "", ""]])
    question = Question.objects.get(kind="which_person")
    assert (question.owner, question.sighting.link) == (office.bureau, "doubtful")
    assert outcomes(office) == (None, None, None)
    choose_person(question=question, registration=twin.pk, by=office.staff)
    twin.refresh_from_db()
    assert (twin.outcome, twin.outcome_by) == ("already_back", office.staff)
    take_choice_back(question=question, by=office.staff)
    twin.refresh_from_db()
    assert twin.outcome is None
    choose_nobody(question=question, by=office.staff)
    assert outcomes(office) == (None, None, None)


def test_questions_of_whoever_is_back_are_closed(office: Office) -> None:
    from jobs.services.asking import ask_what_follows

    from .lists import asked, make_employee

    for employer in (office.firm, make.make_employer(office.campaign)):
        make_employee(employer, office.qin)
    ask_what_follows(office.campaign)
    assert asked(office.campaign) == ["two_claims"]
    imported = store(office, ROWS[:1])
    assert asked(office.campaign) == []
    take_back(imported=imported, by=office.staff, reason="发错了")
    carried_on(imported, "taken_back")
    assert asked(office.campaign) == ["two_claims"]


@pytest.mark.parametrize(("said", "known"), [
    ("杭州钱塘制衣有限公司", "杭州钱塘制衣"), ("杭州钱塘制衣（集团）有限责任公司", "杭州钱塘制衣集团"),
    ("杭州 钱塘制衣 有限公司 ", "杭州钱塘制衣"),
    ("杭州钱塘制衣股份有限公司", "杭州钱塘制衣"), ("Qiantang Garments Co., Ltd.", "qiantanggarments"), ("公司", "公司"),
])
def test_firms_are_named_with_and_without_their_form(said: str, known: str) -> None:
    assert normal_firm(said) == known


def test_a_name_of_two_employers_means_neither(office: Office) -> None:
    make.make_employer(office.campaign, name="杭州钱塘制衣集团公司")
    assert Firms(office.campaign).employer("杭州钱塘制衣") is None
    assert Firms(make.make_campaign()).employer("杭州钱塘制衣") is None


def test_what_is_no_register_is_refused_in_words(office: Office) -> None:
    for told in ({"source": "police"}, {"office": " "}, {"as_of": timezone.localdate() + timedelta(days=1)}):
        given = {"source": "gate", "office": "卡口", "as_of": date(2020, 3, 25)} | told
        with pytest.raises(RuleBroken):
            receive_register(campaign=office.campaign, sender=office.bureau, by=office.staff, data=b"x", **given)  # type: ignore[arg-type]
    assert not ListImport.objects.exists()


def test_the_number_of_queries_does_not_grow(office: Office) -> None:
    counts = []
    for people in (1, 3):
        rows = [["务工" + sign, "", f"1380000{people}{place:03d}", "2020-03-24", "", ""]
                for place, sign in enumerate("甲乙丙"[:people])]
        imported = send(office, rows)
        confirm(imported=imported, by=office.staff)
        with CaptureQueriesContext(connection) as queries:
            carried_on(imported, "stored")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_takes_a_register_and_says_what_is_missing(office: Office) -> None:
    client, address = Client(), reverse("register-send", args=[office.campaign.pk])
    client.force_login(office.staff)
    answer = client.post(address, {"source": "gate", "office": "", "as_of": "bald"})
    assert answer.status_code == 422
    assert "请填写保管名册的部门" in answer.content.decode()
    assert "2020-03-21" in answer.content.decode()
    told = {"source": "gate", "office": "萧山区卡口专班", "as_of": "2020-03-25"}
    assert "没有收到" in client.post(address, told).content.decode()
    cells = "姓名\t手机\t日期\n覃凤仙\t13800001234\t2020-03-24"
    answer = client.post(address, told | {"cells": cells})
    imported = ListImport.objects.get()
    assert answer["Location"] == reverse("list-import", args=[imported.pk])
    carried_on(imported, "ready")
    assert (imported.new, imported.register.office) == (1, "萧山区卡口专班")
    client.post(reverse("list-import-confirm", args=[imported.pk]))
    carried_on(imported, "stored")
    assert "萧山区卡口专班" in client.get(reverse("back", args=[office.campaign.pk])).content.decode()
