"""Lists for a chat group: everybody's name and seat, and no number by which somebody could be called or known."""
import io
import re

import openpyxl
import pytest
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rosters import chat
from dispatch.rosters.sheet import Edition
from laborbridge.accounts.models import User
from tests import factories as make

from .conftest import NUMBER, PHONE, Morning, make_morning

KINDS = [("liaison", "village"), ("liaison", "eve"), ("county", "eve"), ("planner", "eve"), ("escort", "eve"),
         ("hr", "employer"), ("planner", "train"), ("escort", "bus"), ("liaison", "bus"),
         ("planner", "one employer"), ("county", "one employer"),
         ("planner", "one village"), ("county", "one village")]


def address(morning: Morning, kind: str) -> str:
    campaign = f"/campaigns/{morning.campaign.pk}"
    return {
        "village": f"{campaign}/village/roster/", "eve": f"{campaign}/village/eve/roster/",
        "employer": f"{campaign}/employer/roster/", "train": morning.trip_address(morning.train),
        "bus": morning.trip_address(morning.bus),
        "one employer": f"/plans/{morning.plan.pk}/employers/{morning.posting.site.employer_id}/roster/",
        "one village": f"/plans/{morning.plan.pk}/villages/{morning.village.pk}/roster/",
    }[kind]


def asked(morning: Morning, role: str, kind: str, accept: str = "text/html") -> HttpResponse:
    return morning.client(role).get(address(morning, kind) + "?as=text", headers={"Accept": accept})


def numbers_in(text: str) -> list[str]:
    """Runs of digits as long as a telephone number, however they are grouped; times and dates of the version apart."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", text)
    return re.findall(r"\d(?:[\s-]?\d){6,}", text)


@pytest.mark.parametrize(("role", "kind"), KINDS)
def test_no_number_is_in_any_list(morning: Morning, role: str, kind: str) -> None:
    chinese = asked(morning, role, kind).content.decode()
    User.objects.update(language="en")
    english = asked(morning, role, kind).content.decode()
    assert "Questions? Ask" in english
    for text in (chinese, english):
        assert numbers_in(text) == []
        bare = re.sub(r"[\s-]", "", text)
        for number in (PHONE, PHONE[-7:], NUMBER, NUMBER[:8], NUMBER[-8:], "****"):
            assert number not in bare


@pytest.mark.parametrize(("role", "kind"), KINDS)
def test_the_names_are_those_of_the_printed_list(morning: Morning, role: str, kind: str) -> None:
    text = asked(morning, role, kind).content.decode()
    printed = morning.client(role).get(address(morning, kind) + "?as=xlsx").content
    rows = list(openpyxl.load_workbook(io.BytesIO(printed)).active.iter_rows(min_row=4, values_only=True))
    names = [str(row[2]).replace(PHONE, "…") for row in rows if row[2]]
    assert names
    assert [name for name in names if f" {name}" not in text and f"、{name}" not in text] == []
    assert sum(len(line.split("、")) for line in text.splitlines() if line.startswith(("· ", "  "))) == len(names)


def test_a_liaisons_list_reads_as_one_writes_it(morning: Morning) -> None:
    answer = asked(morning, "liaison", "eve")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    user = morning.users["liaison"]
    version = lines.pop(-2)
    assert re.fullmatch(r"方案 1，\d{4}-\d\d-\d\d \d\d:\d\d 发布", version)
    assert lines == [
        "【3月21日 周六出发名单：桃园村】", "恩施返岗杭州 · 6 人", "",
        "3月21日 周六 08:35 桃园村委会", "直达大巴 K7 · 5 人", "最早 08:35 离家",
        "· 田大山 1号座", "· 向…小河 4号座", "· 覃水生 7号座", "· 谭木兰 10号座、谭木华 13号座（同行 2 人）", "",
        "3月21日 周六 无需乘车，步行", "1 人", "最早 07:00 离家", f"· {morning.walker.worker.name}", "",
        f"有疑问请问：{user.memberships.get().organisation.name}{user.name}。",
    ]


def test_the_button_gets_messages_with_the_words_that_say_what_was_copied(morning: Morning) -> None:
    answer = asked(morning, "liaison", "eve", "application/json")
    (message,) = answer.json()["messages"]
    assert message["copied"] == "已复制，共 6 人。请粘贴到群里。"
    assert message["text"] == asked(morning, "liaison", "eve").content.decode()


def test_a_list_that_is_no_list_of_people_has_no_text(morning: Morning) -> None:
    client = morning.client("planner")
    assert client.get(f"/plans/{morning.plan.pk}/summary/?as=text").status_code == 404


def test_a_full_train_becomes_messages_that_a_chat_takes(db: None) -> None:
    morning = make_morning(on_train=1000)
    found = asked(morning, "planner", "train", "application/json").json()["messages"]
    assert 5 < len(found) < 20
    names: list[str] = []
    for n, message in enumerate(found, 1):
        assert len(message["text"]) <= chat.LONGEST
        lines = message["text"].splitlines()
        assert lines[0].endswith(f" ({n}/{len(found)})")
        assert any(line.startswith("方案 1，") for line in lines)
        # The first line below the head says when and where, then with what, then which coach.
        assert lines[3].endswith("恩施站上车")
        assert "车厢" in lines[5]
        here = [line for line in lines if line.startswith("· ")]
        assert message["people"] == f"{len(here)} 人"
        names += here
    assert len(names) == len(set(names)) == 1000


NAMES = st.text(st.sampled_from("田向覃·A 0123456789０７"), min_size=1, max_size=40)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=45), max_size=60))
def test_no_message_is_too_long_and_nobody_is_left_out(units: list[list[str]]) -> None:
    edition = Edition("返岗", 3, make.at(3), make.at(4))
    made = chat.messages("名单", [chat.Block(["桃园村委会"], units)], edition, "王主任")
    assert all(len(message.text) <= chat.LONGEST for message in made)
    assert sum(message.people for message in made) == sum(map(len, units))
    assert not [number for message in made for number in numbers_in(message.text.partition("方案")[0])]
