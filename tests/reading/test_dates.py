"""Days: whatever form somebody wrote, it is that day or nothing."""
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.reading.dates import FAULTS, read_date

from .test_identities import wide

NEAR = date(2020, 3, 20)
DAYS = st.dates(date(1921, 1, 1), date(2099, 12, 31))
SOON = st.dates(NEAR - timedelta(180), NEAR + timedelta(180))
SIGNS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    if number < 10:
        return SIGNS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else SIGNS[tens]) + "十" + (SIGNS[ones] if ones else "")


def chinese_year(year: int) -> str:
    return "".join(SIGNS[int(figure)] for figure in str(year))


def serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


FORMS = st.sampled_from([
    lambda d: d, lambda d: datetime.combine(d, time(8, 30)), lambda d: f"{d:%Y-%m-%d}", lambda d: f"{d:%Y.%m.%d}",
    lambda d: f"{d:%Y/%-m/%-d}", lambda d: f"{d:%Y-%-m-%-d}", lambda d: f"{d:%Y%m%d}", lambda d: int(f"{d:%Y%m%d}"),
    lambda d: f"{d:%Y年%-m月%-d日}", lambda d: f"{d:%Y年%m月%d日}", lambda d: f"{d:%Y年%-m月%-d号}",
    lambda d: f"{d:%Y年%-m月%-d}",
    lambda d: f"{d:%Y 年 %-m 月 %-d 日}", lambda d: wide(f"{d:%Y/%m/%d}"), lambda d: f"{d:%Y-%m-%d 08:30}",
    lambda d: f"{d:%Y-%m-%dT08:30:00}",
    lambda d: f"{d:%Y-%m-%d 8:30:15.000}", lambda d: f"{d:%Y年%-m月%-d日 上午8时}", lambda d: f"{d:%Y年%-m月%-d日8点30分}",
    lambda d: f"{d:%Y/%-m/%-d 8:05 AM}",
    lambda d: f"{chinese_year(d.year)}年{chinese(d.month)}月{chinese(d.day)}日",
    lambda d: f"'{d:%Y-%m-%d}", lambda d: f"{d:%Y.%-m.%-d}.",
    lambda d: f"{d:%Y-%m-%d}(星期四)", lambda d: f"{d:%Y年%-m月%-d日 星期日}", lambda d: f"{d:%d %b %Y}",
    lambda d: f"{d:%d-%b-%Y}",
    lambda d: f"{d:%b %d, %Y}", lambda d: f"{d:%B %-d, %Y}"])


@given(DAYS, FORMS)
def test_a_day_is_read_back_from_any_form(day: date, form: object) -> None:
    assert (read_date(form(day), NEAR).value, read_date(form(day), NEAR).fault) == (day, "")


@given(st.dates(date(1960, 1, 1), date(2099, 12, 31)),
    st.sampled_from([int, float, str, lambda n: n + 0.35, lambda n: f"{n}.35"]))
def test_a_spreadsheets_count_of_days(day: date, form: object) -> None:
    assert read_date(form(serial(day)), NEAR).value == day


@given(DAYS, st.sampled_from(["{d}/{m}/{y}", "{m}/{d}/{y}", "{d}.{m}.{y}", "{d}-{m}-{y}"]))
def test_a_year_at_the_end_where_it_has_one_meaning(day: date, form: str) -> None:
    read = read_date(form.format(d=day.day, m=day.month, y=day.year), NEAR)
    if day.day > 12 or day.day == day.month:
        assert (read.value, read.fault) == (day, "")
    else:
        assert (read.value, read.fault) == (None, "date_ambiguous")


@given(SOON, st.sampled_from([
    lambda d: f"{d.month}月{d.day}日", lambda d: f"{d.month}月{d.day}", lambda d: f"{d.month}.{d.day}",
    lambda d: f"{d.month}/{d.day}", lambda d: f"{d:%m-%d}",
    lambda d: f"{chinese(d.month)}月{chinese(d.day)}日", lambda d: f"{d.month}月{d.day}号左右", lambda d: f"{d:%-d %b}",
    lambda d: f"{d.month}月{d.day}日上午", lambda d: f"{d.month}月{d.day}日前", lambda d: f"{d.month}月{d.day}日以后"]))
def test_without_a_year_it_is_the_nearest(day: date, form: object) -> None:
    assert read_date(form(day), NEAR).value == day


@given(SOON)
def test_two_figures_of_a_year(day: date) -> None:
    for form in (f"{day:%y.%-m.%-d}", f"{day:%y-%m-%d}", f"{day:%y年%-m月%-d日}"):
        assert read_date(form, NEAR).value == day


@given(st.one_of(st.text(max_size=30), st.text("0123456789年月日.-/ :", max_size=20), st.floats(), st.integers(),
    st.booleans(),
                 st.none(), st.dates(), st.datetimes()), st.dates())
def test_anything_gets_an_answer(raw: object, near: date) -> None:
    read = read_date(raw, near)
    assert read.fault == "" or read.fault in FAULTS
    assert not (read.value and read.fault)


@pytest.mark.parametrize("raw, fault", [
    ("2020-02-30", "date_impossible"), ("2月30日", "date_impossible"), ("13月1日", "date_impossible"),
    ("2020年13月1日", "date_impossible"),
    ("随时", "date_unreadable"), ("3月下旬", "date_unreadable"), ("春节后", "date_unreadable"), ("3月", "date_unreadable"),
    ("3/4/2020", "date_ambiguous"),
    ("3月19日-3月25日", "date_several"), ("3.19至3.25", "date_several"), ("3月19日或20日", "date_several"),
    (True, "date_unreadable"), ("#VALUE!", "spreadsheet_error"), ("3200-01-01", "date_impossible"), (0, "date_unreadable"),
    (12345678901, "date_unreadable"),
])
def test_each_damage_has_its_own_name(raw: object, fault: str) -> None:
    assert (read_date(raw, NEAR).fault, read_date(raw, NEAR).value) == (fault, None)


def test_a_number_cell_that_means_month_and_day() -> None:
    assert read_date(3.19, NEAR).value == date(2020, 3, 19)
    # 3.2 is what a number's cell keeps of 3.20: nobody can say which day was meant.
    assert read_date(3.2, NEAR).fault == "date_ambiguous"
    assert read_date("3.2", NEAR).value == date(2020, 3, 2)


def test_the_29th_of_february_is_that_of_the_nearest_leap_year() -> None:
    assert read_date("2月29日", date(2021, 6, 1)).value == date(2020, 2, 29)


def test_nothing_is_no_fault() -> None:
    for raw in (None, "", "  ", "'"):
        assert (read_date(raw, NEAR).value, read_date(raw, NEAR).fault) == (None, "")
