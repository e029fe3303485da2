"""Both lists of a small campaign through the services, and whether each row came to the right person."""
import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from openpyxl import Workbook

from laborbridge.campaigns.models import Campaign
from laborbridge.demo.rosters import Bench
from tests.lists.scene import number

HEADINGS = ("序号", "姓名", "身份证号", "联系电话", "乡镇", "村(社区)", "意向工种")
FIRMS = {"E1.xlsx": ("姓名", "身份证号码", "联系电话"), "E2.xlsx": ("名字", "身份证后四位", "手机号码"),
         "E3.xlsx": ("姓  名", "身份证号(隐去中间)", "电话")}
# Name, serial of the number, telephone; the last two sound the same.
PEOPLE = [("覃凤仙", 101, "13800001234"), ("向国华", 202, "13900005678"), ("田桂英", 303, "13700004321"),
          ("谭自强", 404, "13600008765"), ("张伟", 505, "13500001111"), ("张玮", 515, "13500002222")]
# Who of them each firm wants back, and how its list differs: another telephone, a sign mistyped.
WANTED = {"E1.xlsx": [(0, {}), (1, {"phone": "13111112222"})], "E2.xlsx": [(2, {}), (3, {"name": "谭自弱"})],
          "E3.xlsx": [(0, {}), (4, {})]}
STRANGER = ("李小梅", 999, "13000009999")


def shown(firm: str, whole: str) -> str:
    return {"E1.xlsx": whole, "E2.xlsx": whole[-4:], "E3.xlsx": f"{whole[:6]}********{whole[-4:]}"}[firm]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """county.xlsx and employers/*.xlsx as offices send them: a title, headings, a total."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "恩施市"
    page.append(["恩施市有意愿外出务工人员登记表"])
    page.append(list(HEADINGS))
    for n, (name, serial, phone) in enumerate(PEOPLE, 1):
        page.append([n, name, number(serial), phone, "龙凤镇", "双堰塘村", "缝纫工"])
    page.append([7, "陈大山", number(606)[:-2] + "00", "13400000000", "龙凤镇", "双堰塘村", "缝纫工"])
    page.append(["合计", 7])
    book.save(tmp_path / "county.xlsx")
    (tmp_path / "employers").mkdir()
    for firm, headings in FIRMS.items():
        book = Workbook()
        page = book.active
        assert page is not None
        page.append(["返岗员工名单"])
        page.append(list(headings))
        for at, differs in WANTED[firm]:
            name, serial, phone = PEOPLE[at]
            page.append([differs.get("name", name), shown(firm, number(serial)), differs.get("phone", phone)])
        page.append([STRANGER[0], shown(firm, number(STRANGER[1])), STRANGER[2]])
        book.save(tmp_path / "employers" / firm)
    (tmp_path / "places.csv").write_text(
        "code,name,level,parent\n42,湖北省,province,\n4228,恩施州,city,42\n422801,恩施市,county,4228\n"
        "422801100,龙凤镇,township,422801\n422801100001,双堰塘村委会,village,422801100\n", encoding="utf-8")
    return tmp_path


def check(rows: list[list[str]]) -> None:
    """Each registered person's key, then that every row of a firm has the right one."""
    found = {(file, int(line)): (outcome, subject, candidates) for file, line, outcome, subject, candidates in rows}
    county = [found["county.xlsx/恩施市", line] for line in range(3, 10)]
    assert [outcome for outcome, *_ in county] == ["created"] * 6 + ["rejected"]
    keys = [subject for _outcome, subject, _candidates in county[:6]]
    assert len(set(keys)) == 6
    for firm, wanted in WANTED.items():
        for line, (at, differs) in enumerate(wanted, 3):
            outcome, subject, candidates = found[f"employers/{firm}", line]
            assert keys[at] in (subject, *candidates.split(";")), (firm, line, outcome)
            assert differs or (outcome, subject) == ("linked", keys[at]), (firm, line)
        assert found[f"employers/{firm}", 3 + len(wanted)] == ("unlinked", "", "")
    assert len(found) == 7 + 9


def test_every_row_comes_to_the_right_person(db: None, folder: Path) -> None:
    bench = Bench.begin(folder, folder / "places.csv")
    check([[str(value) for value in row] for row in bench.run()])
    assert bench.campaign.origin is not None
    assert bench.campaign.origin.name == "恩施州"
    assert [(what, rows) for what, rows, _wall, _processor in bench.took.parts] == [
        ("the county's list: read and judged", 7), ("the county's list: stored and linked", 7),
        ("employers' lists: read and judged", 9), ("employers' lists: stored and linked", 9)]


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_the_rows_and_leaves_nothing_behind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def databases() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'scratch%'")
            return {name for (name,) in cursor.fetchall()}

    before, here = databases(), connection.settings_dict["NAME"]
    call_command("roster_bench", str(folder), places=folder / "places.csv", out=folder / "rows.csv")
    with (folder / "rows.csv").open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    assert head == ["file", "row", "outcome", "subject", "candidates"]
    check(rows)
    assert "peak memory" in capsys.readouterr().out
    assert (databases(), connection.settings_dict["NAME"]) == (before, here)
    assert not Campaign.objects.exists()


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"county\.xlsx is not there"):
        call_command("roster_bench", str(tmp_path), out=tmp_path / "rows.csv")
