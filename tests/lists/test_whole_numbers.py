"""An identity number that stands in another column is kept and shown masked, and is nobody's telephone."""
import json

import pytest
from django.test import Client
from django.urls import reverse

from laborbridge.identity import masked
from workers.lists.whole_numbers import masked_within, without_numbers, without_numbers_above
from workers.models import ListImport, ListRow, Registration
from workers.reading import Line, Sheet, Workbook
from workers.reading.values import read_phone

from .scene import HEADINGS, Scene, codes, number, person

WHOLE = number(21)
OLD = WHOLE[:6] + WHOLE[8:17]


def typed(whole: str) -> list[str]:
    """As people type a number."""
    wide = whole.translate({ord("0") + figure: "０１２３４５６７８９"[figure] for figure in range(10)})
    return [
        whole, f"张三{whole}", f"{whole}（本人）", wide, f"{whole[:6]} {whole[6:14]} {whole[14:]}",
        f"{whole[:6]}-{whole[6:14]}-{whole[14:]}", " ".join(whole), f"{whole[:6]}\u200b{whole[6:]}", f"1{whole}",
        f"{whole[:3]} {whole[3:6]}\u00a0{whole[6:10]} {whole[10:14]} {whole[14:]}", f"13800001234 {whole}",
        f"{whole[:6]} {whole[6:14]} {whole[14:]} 13800001234",
    ]


@pytest.mark.parametrize("text", [*typed(WHOLE), *typed(WHOLE[:17] + "X"), OLD, f"{OLD[:6]} {OLD[6:]}", f"村{OLD}号"])
def test_a_number_is_masked_however_it_is_typed(text: str) -> None:
    shown = masked_within(text)
    figures = "".join(sign for sign in shown if sign.isalnum())
    assert "*" in shown and not any(part in figures for part in (WHOLE[6:14], OLD[6:12]))


@pytest.mark.parametrize("text", [
    "13800001234", "13800001234 13900001234", "8123456 13800001234", "0718-8123456 13800001234", "0086 13800001234",
    "008613800001234", "2020-03-24 2020-03-28",
    "电焊工、装配工、缝纫工、电工、叉车工、普工", "三组 12-3-45", "13800001234/13900001234",
])
def test_other_figures_stay(text: str) -> None:
    assert masked_within(text) == text


@pytest.mark.parametrize("cell", [int(WHOLE), float(WHOLE), int(OLD)])
def test_a_number_that_the_spreadsheet_has_as_a_figure(cell: int | float) -> None:
    line = without_numbers(Line(3, {"identity": cell, "phone": cell, "note": cell, "wage": 6000}))
    assert line.cells["identity"] == cell and line.cells["wage"] == 6000
    assert all("*" in str(line.cells[key]) for key in ("phone", "note"))


@pytest.mark.parametrize("cell", [WHOLE, masked(WHOLE), OLD, int(WHOLE), f"13800001234/{WHOLE}"])
def test_it_is_no_telephone(cell: str | int) -> None:
    read = read_phone(cell)
    assert (read.value, read.fault) == (None, "phone_is_identity")


def swept(imported: ListImport, client: Client) -> str:
    """All that is kept and shown of a list."""
    rows = list(ListRow.objects.filter(imported=imported))
    kept = [json.dumps([row.values, row.remarks, row.changes], ensure_ascii=False) for row in rows]
    imported.refresh_from_db()
    kept += [json.dumps(imported.layout, ensure_ascii=False)]
    for address in ("list-import", "list-import-rows", "api-list", "api-list-rows"):
        answer = client.get(reverse(address, args=[imported.pk]), {"rows": "all"})
        assert answer.status_code == 200
        kept.append(answer.content.decode())
    return "\n".join(kept)


def test_nothing_that_is_kept_or_shown_of_a_list_has_a_whole_number(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.clerk)
    others = [number(serial) for serial in range(31, 39)]
    a, b, c, d, e, f, g, h = others
    rows = [
        [*person(f"张三{a}", 1), "", ""], [*person("李四", 2, b), "", ""],
        [*person("王五", 3, village=f"龙凤村{c}"), "", ""],
        [*person("赵六", 4, "13800005678"), f"身份证 {d[:6]} {d[6:14]} {d[14:]}", ""],
        [*person("钱七", 5, f"13800001111 {e}", trade=f"电工 {f}"), "", ""],
        [*person("孙八", 6, "13800002222", ready=g, poor=h), "", ""],
    ]
    imported = scene.send(rows, headings=[*HEADINGS, "备注", "内部编码"], title=f"登记人 {number(40)}")
    assert len(codes(imported)) == 6 and "phone_is_identity" in codes(imported)[1]
    assert ListRow.objects.filter(imported=imported, flagged=True, values__name="李四").exists()
    scene.confirm(imported)
    seen = swept(imported, client).replace(" ", "")
    assert not [whole for whole in [*others, number(40)] if whole in seen]
    phones = set(Registration.objects.values_list("contact_phone", flat=True))
    assert phones == {"", "13800001234", "13800005678", "13800002222"}
    assert ListRow.objects.filter(imported=imported).exclude(identity_cipher=None).count() == 6  # their own are sealed


def test_a_number_in_a_heading_or_a_title() -> None:
    sheet = Sheet("表", 2, {}, {0: "姓名", 1: f"登记人{WHOLE}"}, [], {}, f"填表人 {WHOLE}", [], [])
    (shown,) = without_numbers_above(Workbook("xlsx", [sheet], [])).sheets
    assert (shown.above, shown.headings) == (f"填表人 {masked(WHOLE)}", {0: "姓名", 1: f"登记人{masked(WHOLE)}"})


def test_an_old_number_is_found_fault_with_in_its_own_column(scene: Scene) -> None:
    imported = scene.send([person("张三", 1, identity=OLD), person("李四", 2)])
    assert codes(imported)[0] == ["identity_old"] and "identity_old" not in codes(imported)[1]
