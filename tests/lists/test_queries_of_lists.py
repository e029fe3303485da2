"""However many rows a chunk has, judging it asks the database equally often; storing asks once for each chunk."""
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workers.lists import saving
from workers.lists.people import judging
from workers.models import ListRow, Registration

from .scene import Scene, account, person


def rows_of_all_kinds(count: int, base: int) -> list[list[object]]:
    """Somebody known, new, doubled, changed, refused, of an unknown village, and a group."""
    names = [f"赵{chr(0x4E00 + 7 * n)}" for n in range(base, base + count)]
    return [
        person(name, base + n, f"139{base + n:08d}", village="无此村" if n % 5 == 0 else "龙凤村",
               trade=f"工种{'甲乙丙丁戊'[n % 5]}", identity="" if n % 7 == 6 else None)
        for n, name in enumerate(names)
    ]


@pytest.mark.django_db
def test_judging_asks_as_often_for_many_rows_as_for_few(scene: Scene) -> None:
    asked = []
    for count, base in ((10, 100), (60, 200)):
        rows = rows_of_all_kinds(count, base)
        scene.store(rows[: count // 2])
        imported = scene.send([*rows, *rows[:3]])
        judged = list(ListRow.objects.filter(imported=imported).order_by("pk"))
        with CaptureQueriesContext(connection) as queries:
            judging.judge(imported, judged)
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.django_db
def test_a_list_over_several_chunks_is_stored_as_in_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of_all_kinds(40, 300)
    mixed = [*rows, *[person(row[0], 300 + n, row[2], trade="工种己") for n, row in enumerate(rows[:12]) if n % 7 != 6],
             person(str(rows[1][0]), 777, rows[1][2])]
    whole = scene.store(mixed)
    wanted = account(whole)
    found = set(Registration.objects.values_list("worker__name", "contact_phone", "occupations__name"))
    scene.back(whole)
    assert not Registration.objects.exists()
    monkeypatch.setattr(saving, "CHUNK", 7)
    parts = scene.store(mixed)
    assert account(parts) == wanted and wanted[4] == 1
    assert set(Registration.objects.values_list("worker__name", "contact_phone", "occupations__name")) == found
    again = scene.store(mixed)
    assert account(again) == (wanted[0], 0, 0, wanted[0] - wanted[4] - wanted[5], wanted[4], wanted[5])
    scene.back(again)
    scene.back(parts)
    assert not Registration.objects.exists()
