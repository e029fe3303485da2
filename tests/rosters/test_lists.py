"""Printed lists, read again as workbook and as PDF."""
import io

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation
from pypdf import PdfReader

from dispatch.models import Plan, SeatBooking
from dispatch.rosters import codes, lists, pdf, reading, summaries, xlsx
from dispatch.rosters.glyphs import advances, printable
from dispatch.rosters.sheet import Edition, Sheet, file_name
from tests import factories as make
from transport.models import Trip
from transport.queries import calls_of

from .scene import LONG, NUMBER, RARE, Printed, make_printed


@pytest.fixture
def printed(db: None) -> Printed:
    return make_printed()


@pytest.fixture(autouse=True)
def own_files(tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def edition(printed: Printed) -> Edition:
    return Edition.of(printed.plan, make.at(3))


def manifest_of(printed: Printed, trip: Trip) -> Sheet:
    rows = reading.riders(printed.plan, [trip.pk]).get(trip.pk, [])
    return lists.manifest(trip, calls_of([trip.pk])[trip.pk], rows, edition(printed), len(rows))


def summary_of(printed: Printed) -> Sheet:
    plan = printed.plan
    return summaries.campaign(reading.home_counts(plan), reading.employer_counts(plan), reading.trip_counts(plan),
                              edition(printed))


def cells(data: bytes) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)]


def people_in(data: bytes) -> set[int]:
    found = {codes.registration_of(str(row[-1])) for row in cells(data) if row[-1]}
    return {pk for pk in found if pk is not None}


def county_sums(data: bytes) -> list[object]:
    """The sums of the campaign's summary by county: all who go, no longer go, are left."""
    return next(row for row in cells(data) if row[0] == "全部人员")[1:]


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_a_manifest_names_all_its_riders_with_seats_and_what_comes_next(printed: Printed) -> None:
    rows = cells(xlsx.write(manifest_of(printed, printed.train)))
    people = [row for row in rows[3:] if row[2]]
    assert len(people) == SeatBooking.objects.filter(trip=printed.train).count() == printed.going - 1
    first = next(row for row in people if row[2] == LONG)
    assert first[0] == "☐"
    assert first[1] == "01车 1A号"
    assert first[4] == "422801********1234"
    assert first[5] == "138 0000 1234"
    assert first[6].startswith("杭州东站 ")
    # The reception bus leaves from where the train arrives, which is said once.
    assert first[7] == "16:00 接驳大巴 R7"
    assert RARE in [row[2] for row in people]
    assert [row[0] for row in rows if row[0] and "上车" in row[0]] == [
        "恩施站上车，3月21日 周六 08:35：30 人", "宜昌东站上车，3月21日 周六 10:35：29 人"]


def test_a_group_stands_together_though_somebody_sits_between(printed: Printed) -> None:
    rows = [row for row in cells(xlsx.write(manifest_of(printed, printed.bus)))[3:] if row[2]]
    marked = [place for place, row in enumerate(rows) if row[3] == "第1组 2 人"]
    assert marked == [4, 5]
    assert [rows[place][1] for place in (4, 5, 6)] == ["5号座", "7号座", "6号座"]


def test_the_last_coach_of_a_long_train_is_printed(printed: Printed) -> None:
    rows = [row for row in cells(xlsx.write(manifest_of(printed, printed.train)))[3:] if row[2]]
    assert any(str(row[1]).startswith("16车") for row in rows)


def test_an_empty_trip_says_so(printed: Printed) -> None:
    sheet = manifest_of(printed, printed.empty)
    assert "本班次无人乘坐。" in [row[0] for row in cells(xlsx.write(sheet))]
    assert "本班次无人乘坐。" in text_of(pdf.write(sheet))


def test_a_pdf_has_embedded_fonts_and_version_page_and_time_on_each_page(printed: Printed) -> None:
    data = pdf.write(manifest_of(printed, printed.train))
    document = PdfReader(io.BytesIO(data))
    assert len(document.pages) == 3
    for number, page in enumerate(document.pages, 1):
        text = page.extract_text()
        assert f"第 {number} 页，共 {len(document.pages)} 页" in text
        assert "方案 1，" in text
        assert "打印时间 2020-03-21 03:00:00" in text
        assert page.mediabox.width > page.mediabox.height
        for font in page["/Resources"]["/Font"].values():
            kind = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(kind)
    whole = "".join(text_of(data).split())
    assert LONG in whole
    assert "[U+20BB7]䶮㛃" in whole
    assert NUMBER not in whole


def test_a_workbook_prints_its_version_page_and_time(printed: Printed) -> None:
    page = openpyxl.load_workbook(io.BytesIO(xlsx.write(manifest_of(printed, printed.train)))).active
    assert page.oddFooter.right.text == "&P / &N"
    assert "方案 1，" in page.oddFooter.left.text
    assert "打印时间 2020-03-21 03:00:00" in page.oddFooter.left.text
    assert page.page_setup.paperSize == 9
    assert page.print_title_rows == "$3:$3"


def test_what_looks_like_a_formula_stays_a_text(printed: Printed) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(summary_of(printed)))).active
    found = [cell for row in book.iter_rows() for cell in row if cell.value == "=1+1 针织厂"]
    assert [cell.data_type for cell in found] == ["s"]


def test_the_same_plan_gives_the_same_bytes_apart_from_the_time_of_print(printed: Printed) -> None:
    later = Edition.of(printed.plan, make.at(4))
    for write in (xlsx.write, pdf.write):
        once, again = (write(summary_of(printed)) for _ in range(2))
        assert once == again
    rows = reading.home_counts(printed.plan)
    now, then = (cells(xlsx.write(summaries.county(rows, which))) for which in (edition(printed), later))
    assert now[1][0].replace("03:00:00", "04:00:00") == then[1][0]
    assert now[2:] == then[2:]


def test_an_employers_list_has_no_identity_number(printed: Printed) -> None:
    counts = reading.employer_counts(printed.plan)
    assert sum(row.people for row in counts) == printed.going
    coming = reading.arrivals(printed.plan, [row.employer for row in counts])
    for row in counts:
        data = xlsx.write(lists.arrivals(row.name, coming[row.employer], edition(printed)))
        assert len(people_in(data)) == row.people
        text = " ".join(str(cell) for line in cells(data) for cell in line)
        assert "****" not in text
        assert "萧山园区" in text


def test_somebody_who_refused_is_in_no_list_and_counted_as_no_longer_going(printed: Printed) -> None:
    from django.db import connection, transaction

    from dispatch.models import PlanChange

    one = printed.plan.assignments.order_by("pk")[2]
    with transaction.atomic():
        PlanChange.objects.create(plan=printed.plan, kind="answer", reason="said no")
        type(one).objects.filter(pk=one.pk).update(state="refused")
        SeatBooking.objects.filter(assignment=one).update(held=False)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert county_sums(xlsx.write(summary_of(printed))) == [printed.going - 1, 1, printed.left, printed.going + printed.left]
    assert one.registration_id not in people_in(xlsx.write(manifest_of(printed, printed.train)))


def test_lists_are_refused_of_a_draft(printed: Printed) -> None:
    with pytest.raises(ValueError, match="draft"):
        Edition.of(make.make_plan(printed.campaign), make.at(3))


def test_a_village_or_an_employer_sees_its_own_people_alone(printed: Printed, client) -> None:
    village = printed.plan.assignments.order_by("pk")[0].registration.village
    liaison = make.make_member("liaison", organisation=make.make_organisation("village", place=village))
    client.force_login(liaison)
    mine = set(printed.plan.assignments.filter(registration__village=village).values_list("registration", flat=True))
    assert people_in(client.get(f"/campaigns/{printed.campaign.pk}/village/roster/?as=xlsx").content) == mine
    data = client.get(f"/trips/{printed.train.pk}/roster/?as=xlsx").content
    assert people_in(data) <= mine
    assert "仅列出您有权查看的 30 人" in cells(data)[1][0]
    assert client.get(f"/trips/{printed.train.pk}/roster/?as=exe").status_code == 404


def test_both_languages(printed: Printed) -> None:
    with translation.override("en"):
        text = text_of(pdf.write(manifest_of(printed, printed.train)))
    assert "Manifest train D3205" in text
    assert "Page 1 of " in text


def test_names_of_files_are_safe() -> None:
    assert file_name("../恩施/杭州", "a:b\n*?") == "_恩施_杭州 a_b_"
    assert file_name("..", "") == "-"
    assert len(file_name("长" * 300)) == 60


def test_a_character_that_the_font_lacks_is_named() -> None:
    font = settings.FONTS_DIR / "NotoSansSC-Regular.ttf"
    assert {ord("䶮"), ord("A"), ord("·")} <= set(advances(font))
    assert advances(font)[ord("恩")] == 1
    assert printable("𠮷田", advances(font)) == "[U+20BB7]田"
    # What one of them can print, both can.
    assert set(advances(font)) == set(advances(font.with_name("NotoSansSC-Bold.ttf")))


def test_a_draft_has_no_card_of_lists_on_its_page(printed: Printed, client) -> None:
    draft = make.make_plan(printed.campaign)
    client.force_login(make.make_planner(printed.campaign))
    assert "rosters/" not in client.get(f"/plans/{draft.pk}/").content.decode()
    assert "rosters/" in client.get(f"/plans/{printed.plan.pk}/").content.decode()
    assert Plan.objects.get(pk=printed.plan.pk).state == "published"


def test_any_list_for_planners_of_the_whole_and_theirs_for_those_of_a_place(printed: Printed, client) -> None:
    plan = printed.plan
    some = plan.assignments.order_by("pk")[0]
    village, employer = some.registration.village, some.posting.site.employer
    whole = {
        f"villages/{village.pk}": plan.assignments.filter(registration__village=village),
        f"employers/{employer.pk}": plan.assignments.filter(posting__site__employer=employer),
    }
    readers = {make.make_planner(printed.campaign): plan.assignments.all(),
               make.make_planner(printed.campaign, place=village): plan.assignments.filter(registration__village=village)}
    for user, seen in readers.items():
        client.force_login(user)
        for part, rows in whole.items():
            data = client.get(f"/plans/{plan.pk}/{part}/roster/?as=xlsx").content
            assert people_in(data) == set((rows & seen).values_list("registration", flat=True)) != set()


def test_the_summary_of_one_county_has_its_people_alone(printed: Printed, client) -> None:
    client.force_login(make.make_planner(printed.campaign))
    counts = reading.home_counts(printed.plan)
    for county in {row.county_id for row in counts}:
        rows = cells(client.get(f"/plans/{printed.plan.pk}/counties/{county}/summary/?as=xlsx").content)
        mine = [row for row in counts if row.county_id == county]
        assert rows[-1][1:4] == [sum(r.going for r in mine), sum(r.gone for r in mine), sum(r.left for r in mine)]


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "名单暂时无法打印"), ("en", "This list cannot be printed now")])
def test_missing_fonts_are_said_in_a_sentence_and_the_workbook_is_offered(
    printed: Printed, client, settings, tmp_path, language: str, said: str
) -> None:
    user = make.make_planner(printed.campaign)
    user.language = language
    user.save()
    client.force_login(user)
    settings.FONTS_DIR = tmp_path
    client.cookies["django_language"] = language
    answer = client.get(f"/plans/{printed.plan.pk}/summary/")
    assert answer.status_code == 503
    assert said in answer.content.decode()
    assert "NotoSansSC-Regular.ttf" in answer.content.decode()
    assert client.get(f"/plans/{printed.plan.pk}/summary/?as=xlsx").status_code == 200
