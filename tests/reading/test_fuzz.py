"""Files damaged at random: always a workbook or a refusal in words, never another error, and no line is lost silently."""
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.reading import Unreadable, Workbook
from workers.reading.giving_back import give_back

from .making import by_hand, data_of, line, parts_of, taken, xlsx, zipped
from .old import container, figure, text, workbook
from .test_old import REAL
from .test_tables import HEADS, OTHER, PERSON
from .test_texts import WEB

NEW = xlsx({"一": [["名单"], HEADS, PERSON, [], OTHER, ["合计", 2]], "二": [["姓名", "电话"], ["覃勇", 13700001234]]},
    ["A1:E1"])
FILES = {
    "new": NEW, "old": REAL.read_bytes(), "web": WEB.encode("gb18030"),
    "by hand": container({"Workbook": workbook([text(0, 0, "姓名"), text(0, 1, "电话"), text(1, 0, "向大山"),
        figure(1, 1, 1.0)])}),
    "text": "姓名,电话\r\n\"向大山\",13800001234\r\n黄莉,139\r\n".encode("gb18030"),
    "wide": "姓名\t电话\n向大山\t1\n".encode("utf-16"),
}


def looked_at(data: bytes) -> Workbook | None:
    """None where it was refused; what was taken can also be given back."""
    try:
        book = taken(data)
    except Unreadable as refusal:
        assert str(refusal)
        return None
    numbers = [(sheet.title, one.number) for sheet, one in book.lines()]
    remarks = dict.fromkeys(numbers[:5], "看")
    if remarks:
        back, extension = give_back(data, book.kind, remarks, "说明")
        assert back and extension in ("xlsx", "csv")
    return book


@pytest.mark.parametrize("kind", FILES)
def test_whole_they_are_taken(kind: str) -> None:
    book = looked_at(FILES[kind])
    assert book and list(book.lines())


@pytest.mark.parametrize("kind", FILES)
def test_cut_off_anywhere(kind: str) -> None:
    data = FILES[kind]
    for length in sorted({*range(0, len(data), max(1, len(data) // 120)), *range(max(0, len(data) - 40), len(data))}):
        looked_at(data[:length])


@pytest.mark.parametrize("kind", FILES)
@given(seed=st.integers(0, 2**32), many=st.integers(1, 30))
@settings(max_examples=120, deadline=None)
def test_bytes_changed_anywhere(kind: str, seed: int, many: int) -> None:
    rng = random.Random(seed)
    data = bytearray(FILES[kind])
    for _ in range(many):
        data[rng.randrange(len(data))] = rng.randrange(256)
    looked_at(bytes(data))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_parts_changed_before_they_are_zipped(data: st.DataObject) -> None:
    """The archive is whole, so that the damage reaches what reads the parts."""
    parts = parts_of(NEW)
    name = data.draw(st.sampled_from([name for name in parts if name.endswith((".xml", ".rels"))]))
    said = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(said) - 1))
        kind = data.draw(st.sampled_from(["sign", "cut", "twice", "number"]))
        if kind == "sign":
            said[place] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del said[place : place + data.draw(st.integers(1, 40))]
        elif kind == "twice":
            said[place:place] = said[place : place + 60]
        else:
            said[place:place] = str(data.draw(st.integers(-(10**20), 10**20))).encode()
        if not said:
            break
    looked_at(zipped({**parts, name: bytes(said)}))


@given(st.dictionaries(st.sampled_from(["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml",
                                        "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml", "a"]),
                       st.one_of(st.binary(max_size=60), st.just(b"<a/>"), st.just(b"")), max_size=5))
@settings(deadline=None)
def test_any_parts_in_an_archive(more: dict[str, bytes]) -> None:
    looked_at(zipped({**parts_of(by_hand(data_of(line(1, ["姓名", "电话"]), line(2, ["向大山", 1])))), **more}))


@given(st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<table>", b"\xff\xfe", b"a,b\n"]))
@settings(max_examples=300, deadline=None)
def test_junk(data: bytes, head: bytes) -> None:
    looked_at(head + data)


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_records_of_an_old_workbook_changed_in_place(seed: int) -> None:
    rng = random.Random(seed)
    stream = bytearray(workbook([text(0, 0, "姓名"), text(0, 1, "电话"), text(1, 0, "向大山"), figure(1, 1, 13800001234.0)]))
    for _ in range(rng.randint(1, 6)):
        stream[rng.randrange(len(stream))] = rng.choice([0, 1, 127, 128, 255, rng.randrange(256)])
    looked_at(container({"Workbook": bytes(stream)}))


def test_damage_costs_no_more_than_the_file_does() -> None:
    rng = random.Random(7)
    tracemalloc.start()
    try:
        for number in range(200):
            kind = list(FILES)[number % len(FILES)]
            data = bytearray(FILES[kind])
            for _ in range(8):
                data[rng.randrange(len(data))] = rng.choice([0, 255, rng.randrange(256)])
            tracemalloc.reset_peak()
            looked_at(bytes(data))
            assert tracemalloc.get_traced_memory()[1] < 40_000_000, (kind, number)
    finally:
        tracemalloc.stop()


@given(st.lists(st.sampled_from(["person", "gap", "total", "heading", "note", "serial"]), min_size=1, max_size=25))
@settings(max_examples=80, deadline=None)
def test_every_line_that_holds_something_is_a_line_or_passed_over(kinds: list[str]) -> None:
    """Nothing is lost silently, whatever the order."""
    shapes: dict[str, list[object]] = {
        "person": PERSON, "gap": [], "total": ["合计", 3], "heading": HEADS, "note": ["备注:无"], "serial": [7]}
    book = taken(xlsx([["名单"], HEADS, *(shapes[kind] for kind in kinds)]))
    [sheet] = book.sheets
    wanted = {place: kind for place, kind in enumerate(kinds, 3) if kind != "gap"}
    assert [one.number for one in sheet.lines] == [place for place, kind in wanted.items() if kind == "person"]
    passed = {place: why for place, why in sheet.passed_over if why != "gap"}
    assert passed == {place: {"serial": "nobody"}.get(kind, kind) for place, kind in wanted.items() if kind != "person"}
