"""A firm's workbook: read under its own headings, employees created or recognised, linked as it is stored, taken back."""
import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from jobs.models import Question, ReservedPost, ReturningEmployee
from jobs.services.returning import receive_returning
from laborbridge.accounts.models import Organisation
from tests import factories as make
from tests.lists.scene import account, codes, number, outcomes
from tests.lists.scene import person as wish
from tests.lists.scene import workbook as people_list
from workers.models import ListImport, ListRow, Registration
from workers.services.list_imports import confirm, receive_list, take_back
from workers.services.list_work import carry_on

from .scene import TwoLists

HEADINGS = ("员工姓名", "身份证号(隐去中间)", "手机", "岗位", "籍贯", "岗位编号")
A, B, C = number(101), number(202), number(303)


def masked(whole: str) -> str:
    return f"{whole[:6]}********{whole[-4:]}"


def workbook(rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["杭州某某制造有限公司返岗员工名单"])
    page.append(list(headings))
    for row in rows:
        page.append(list(row))
    page.append(["合计", len(rows)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(lists: TwoLists, rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS) -> ListImport:
    imported = receive_returning(employer=lists.firm, sender=lists.bureau, by=lists.staff,
                                 data=workbook(rows, headings), file_name="returning.xlsx")
    carry_on(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.failure) == ("ready", "")
    return imported


def store(lists: TwoLists, rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS) -> ListImport:
    return _confirmed(lists, send(lists, rows, headings))


def _confirmed(lists: TwoLists, imported: ListImport) -> ListImport:
    confirm(imported=imported, by=lists.staff)
    carry_on(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.failure) == ("stored", "")
    return imported


def back(lists: TwoLists, imported: ListImport) -> None:
    take_back(imported=imported, by=lists.staff, reason="wrong list")
    carry_on(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.failure) == ("taken_back", "")


def links() -> dict[str, tuple[str, int | None]]:
    return {e.name: (e.link, e.registration_id) for e in ReturningEmployee.objects.order_by("pk")}


@pytest.fixture
def ada(lists: TwoLists) -> Registration:
    return lists.register("覃凤仙", A, "13800001234")


@pytest.mark.parametrize(("headings", "shown"), [
    (("姓名", "身份证号码", "联系电话", "岗位"), A), (("姓  名", "身份证号(隐去中间)", "电话", "返岗岗位"), masked(A)),
    (("名字", "身份证后四位", "手机号码", "职务"), A[-4:]), (("Name", "ID number", "Phone", "Position"), A),
])
def test_under_the_firms_own_headings_each_shape_is_read_and_linked(
    lists: TwoLists, ada: Registration, headings: tuple[str, ...], shown: str
) -> None:
    imported = store(lists, [("覃凤仙", shown, "13800001234", "缝纫工")], headings)
    assert account(imported) == (1, 1, 0, 0, 0, 0)
    assert links() == {"覃凤仙": ("linked", ada.pk)}
    assert ReturningEmployee.objects.get().trade == "缝纫工"


def test_nothing_of_a_number_is_left_in_clear(lists: TwoLists) -> None:
    imported = store(lists, [("覃凤仙", A, "13800001234"), ("向国华", masked(B), ""), ("李小梅", "1" + C, "")])
    said = str([(row.values, row.remarks, row.changes) for row in ListRow.objects.filter(imported=imported)])
    assert not any(whole in said for whole in (A, B, C))
    assert ListRow.objects.filter(imported=imported).values_list("values__shown", flat=True).order_by("pk")[0] == masked(A)


def test_a_preview_stores_nothing_and_a_row_without_a_name_comes_back(lists: TwoLists) -> None:
    imported = send(lists, [("覃凤仙", A, ""), ("", B, "13900005678"), ("向国华", "42280119850517123", "139")])
    assert not ReturningEmployee.objects.exists()
    assert outcomes(imported) == ["new", "rejected", "new"]
    assert codes(imported)[1:] == [["employee_no_name"], ["employee_identity_too_short", "employee_phone_too_short"]]


def test_the_same_file_again_changes_nothing_and_a_fuller_one_brings_up_to_date(lists: TwoLists, ada: Registration) -> None:
    first = [("覃凤仙", A[-4:], "13800001234", "缝纫工"), ("向国华", B[-4:], "", "")]
    store(lists, first)
    again = store(lists, first)
    assert account(again) == (2, 0, 0, 2, 0, 0)
    fuller = store(lists, [("覃凤仙", A, "13800001234", "缝纫工", "恩施"), ("向国华", masked(B), "13900005678", "")])
    assert account(fuller) == (2, 0, 2, 0, 0, 0)
    employee = ReturningEmployee.objects.get(name="覃凤仙")
    assert (employee.home, bool(employee.identity_whole), employee.registration) == ("恩施", True, ada)
    assert ReturningEmployee.objects.count() == 2
    back(lists, fuller)
    employee.refresh_from_db()
    assert (employee.home, employee.identity_whole, bool(employee.identity_last4)) == ("", None, True)


def test_another_number_is_another_person_and_the_same_one_twice_is_one(lists: TwoLists) -> None:
    imported = store(lists, [("覃凤仙", A, ""), ("覃凤仙", B, ""), ("覃凤仙", masked(A), "13800001234")])
    assert account(imported) == (3, 2, 0, 1, 0, 0)
    assert codes(imported)[2] == ["employee_again"]
    assert ReturningEmployee.objects.count() == 2


def test_a_link_keeps_the_post_that_the_list_names(lists: TwoLists, ada: Registration) -> None:
    named, other = (make.make_posting(lists.campaign, employer=lists.firm, kind="reserved") for _ in range(2))
    imported = store(lists, [("覃凤仙", A, "", "", "", named.ref), ("向国华", B, "", "", "", "nowhere")])
    assert ReservedPost.objects.get().posting == named
    assert ReservedPost.objects.get().registration == ada
    assert codes(imported)[1] == ["employee_posting_unknown"]
    assert other.reserved_posts.count() == 0


def test_taken_back_all_of_it_is_gone(lists: TwoLists, ada: Registration) -> None:
    make.make_posting(lists.campaign, employer=lists.firm, kind="reserved")
    lists.register("李小梅")
    lists.register("李小梅")
    imported = store(lists, [("覃凤仙", A, ""), ("李小梅", "", "13900005678")])
    assert ReservedPost.objects.count() == 1
    assert Question.objects.filter(settled_at=None).count() == 1
    back(lists, imported)
    assert not ReturningEmployee.objects.exists()
    assert not ReservedPost.objects.exists()
    assert not Question.objects.filter(settled_at=None).exists()
    # Once more the same list does the same.
    store(lists, [("覃凤仙", A, "")])
    assert links() == {"覃凤仙": ("linked", ada.pk)}


def test_who_has_been_asked_or_is_on_a_later_list_stays(lists: TwoLists, ada: Registration) -> None:
    first = store(lists, [("覃凤仙", A, ""), ("向国华", B, ""), ("李小梅", C, "")])
    store(lists, [("向国华", B, "")])
    ReturningEmployee.objects.filter(name="覃凤仙").update(wish="returns", wish_at=make.at(8))
    back(lists, first)
    assert set(links()) == {"覃凤仙", "向国华"}


def test_a_later_list_of_people_links_and_taking_it_back_unlinks(lists: TwoLists) -> None:
    county = make.make_place("county", parent=lists.campaign.origin, name="恩施市")
    make.make_place("village", parent=make.make_place("township", parent=county, name="龙凤镇"), name="龙凤村")
    store(lists, [("覃凤仙", A, "13800001234"), ("向国华", B, "")])
    assert links() == {"覃凤仙": ("unlinked", None), "向国华": ("unlinked", None)}

    imported = receive_list(campaign=lists.campaign, kind="people", sender=lists.bureau, by=lists.staff, place=county,
                            data=people_list([wish("覃凤仙", 101)]), file_name="people.xlsx")
    carry_on(imported.pk)
    imported.refresh_from_db()
    _confirmed(lists, imported)
    person = Registration.objects.get(campaign=lists.campaign)
    assert links() == {"覃凤仙": ("linked", person.pk), "向国华": ("unlinked", None)}

    back(lists, imported)
    assert links()["覃凤仙"] == ("unlinked", None)
    assert not Registration.objects.filter(campaign=lists.campaign).exists()


def test_a_firm_of_another_campaign_knows_nothing_of_this_one(lists: TwoLists, ada: Registration) -> None:
    other: Organisation = make.make_organisation("employer")
    firm = make.make_employer(make.make_campaign(), organisation=other)
    imported = receive_returning(employer=firm, sender=other, by=lists.staff,
                                 data=workbook([("覃凤仙", A, "")]), file_name="r.xlsx")
    carry_on(imported.pk)
    _confirmed(lists, ListImport.objects.get(pk=imported.pk))
    assert links() == {"覃凤仙": ("unlinked", None)}


def test_a_number_in_another_column_is_masked_and_nobody_s_telephone(lists: TwoLists) -> None:
    imported = send(lists, [
        ("覃凤仙", masked(A), A, "焊工", f"恩施 {A}", ""), (f"谭明{B}", masked(B), "13800001234", B, "", "")])
    kept = str([(row.values, row.remarks) for row in ListRow.objects.filter(imported=imported)])
    assert A not in kept and B not in kept and "phone_is_identity" in str(codes(imported)[0])
    confirm(imported=imported, by=lists.staff)
    carry_on(imported.pk)
    assert set(ReturningEmployee.objects.values_list("phone", flat=True)) == {""}
