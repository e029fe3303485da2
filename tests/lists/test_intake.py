"""A list from its bytes to registrations: what is new, updated, unchanged, possible, rejected, and that it adds up."""
from datetime import date

import pytest
from django.utils.translation import override

from laborbridge.identity import seal
from laborbridge.rules import RuleBroken
from tests import factories as make
from workers.lists.kinds import kind_of
from workers.models import ListImport, ListRow, Occupation, Registration, Worker
from workers.services.list_imports import confirm, drop
from workers.services.list_work import carry_on
from workers.services.merging import merge_workers

from .scene import Scene, account, codes, everybody, number, outcomes, person

LONG = "龙凤村村委会"


def test_a_list_is_stored_as_it_says(scene: Scene) -> None:
    imported = scene.send([
        person("张三", 1), person("李四", 2, "13800005678", township="白果", village="桃园村", trade="缝纫工、普工",
                                ready="2020.4.2", poor="是")])
    assert account(imported) == (2, 2, 0, 0, 0, 0)
    assert Registration.objects.count() == 0 and Worker.objects.count() == 0  # a preview stores nothing
    scene.confirm(imported)
    assert account(imported) == (2, 2, 0, 0, 0, 0)
    assert everybody(scene.campaign) == {
        "张三": ("13800001234", "龙凤镇", LONG, 0, 0, "03-25 00:00", None, "电焊工"),
        "李四": ("13800005678", "白果乡", "桃园社区居民委员会", 0, 2, "04-02 00:00", None, "普工、缝纫工"),
    }
    worker = Worker.objects.get(name="李四")
    assert (worker.sex, worker.birth_date, worker.name_keys.split()[0]) == ("f", date(1985, 5, 17), "lisi")
    sealed = seal(number(2))
    assert bytes(worker.identity_whole or b"") == sealed.whole and bytes(worker.identity_last4 or b"") == sealed.last4
    refs = set(Registration.objects.values_list("ref", flat=True))
    assert refs == {f"LB{pk}" for pk in Registration.objects.values_list("pk", flat=True)}


def test_the_same_file_again_changes_nothing(scene: Scene) -> None:
    rows = [
        person("张三", 1), person("张三", 1, "13900000000", trade="缝纫工", ready="4月1日"),
        person("李四", 2, "13800005678")]
    first = scene.store(rows)
    assert account(first) == (3, 2, 1, 0, 0, 0)
    before = everybody(scene.campaign)
    assert before["张三"] == ("13900000000", "龙凤镇", LONG, 0, 0, "04-01 00:00", None, "缝纫工")
    again = scene.store(rows)
    assert account(again) == (3, 0, 0, 3, 0, 0)
    assert everybody(scene.campaign) == before


def test_empty_cells_never_erase(scene: Scene) -> None:
    scene.store([person("张三", 1, poor="是")])
    before = everybody(scene.campaign)
    again = scene.store([person("张三", 1, None, village=None, trade=None, ready=None, poor=None)])
    assert account(again) == (1, 0, 0, 1, 0, 0)
    assert everybody(scene.campaign) == before


def test_a_row_that_changes_somebody_says_what_was_before(scene: Scene) -> None:
    scene.store([person("张三", 1)])
    imported = scene.send([person("张三", 1, "13900000000", village="柑子坪村", poor="是")])
    row = ListRow.objects.get(imported=imported)
    assert row.outcome == "updated"
    assert row.changes == {
        "contact_phone": ["13800001234", "13900000000"], "priority": [0, 2],
        "village": [scene.villages["龙凤村"].pk, scene.villages["柑子坪"].pk],
    }
    assert codes(imported) == [["moved"]]
    assert everybody(scene.campaign)["张三"][0] == "13800001234"
    scene.confirm(imported)
    assert everybody(scene.campaign)["张三"][:5] == ("13900000000", "龙凤镇", "柑子坪村", 0, 2)


@pytest.mark.parametrize(("identity", "code"), [
    ("", "no_identity"), (number(1)[:-1] + ("0" if number(1)[-1] != "0" else "1"), "identity_checksum"),
    (number(1)[:-2], "identity_too_short"), (f"{number(1)[:6]}********{number(1)[-4:]}", "identity_masked"),
])
def test_without_a_right_number_nobody_is_registered(scene: Scene, identity: str, code: str) -> None:
    imported = scene.send([person("张三", 1, identity=identity), person("李四", 2, "13800005678")])
    assert outcomes(imported) == ["rejected", "new"]
    assert codes(imported)[0] == [code]
    scene.confirm(imported)
    assert set(everybody(scene.campaign)) == {"李四"}
    assert Worker.objects.count() == 1


def test_a_short_telephone_is_stored_and_flagged(scene: Scene) -> None:
    imported = scene.store([person("张三", 1, "1380000123")])
    assert (account(imported), imported.flagged) == ((1, 1, 0, 0, 0, 0), 1)
    assert codes(imported)[0][0] == "phone_too_short"
    assert everybody(scene.campaign)["张三"][0] == "1380000123"


def test_an_unknown_township_rejects_and_an_unknown_village_is_looked_at(scene: Scene) -> None:
    imported = scene.send([
        person("张三", 1, township="龙风镇"), person("李四", 2, "13800005678", village="龙风村"),
        person("王五", 3, "138", township=None)])
    assert outcomes(imported) == ["rejected", "new", "new"]
    rows = list(ListRow.objects.filter(imported=imported).order_by("pk"))
    assert rows[0].remarks[0] == ["township_near", {"value": "龙风镇", "within": "恩施市", "like": "龙凤镇"}]
    assert rows[1].remarks[0] == ["village_near", {"value": "龙风村", "within": "龙凤镇", "like": LONG}]
    assert rows[1].flagged
    scene.confirm(imported)
    assert everybody(scene.campaign)["李四"][1:3] == ("龙凤镇", "")
    assert everybody(scene.campaign)["王五"][1:3] == ("龙凤镇", LONG)  # of a township that only the village tells


def test_outside_the_senders_place_is_rejected(scene: Scene) -> None:
    village = scene.villages["龙凤村"]
    imported = scene.send([
        person("张三", 1), person("李四", 2, village="柑子坪村"), person("王五", 3, township="白果乡", village="桃园"),
    ], place=village)
    assert outcomes(imported) == ["new", "rejected", "rejected"]
    assert codes(imported)[1:] == [["outside_place"], ["outside_place"]]


def test_whom_another_village_has_is_told_with_place_and_day(scene: Scene) -> None:
    scene.store([person("张三", 1, village="柑子坪")])
    imported = scene.send([person("张三", 1)], place=scene.villages["龙凤村"])
    row = ListRow.objects.get(imported=imported)
    assert row.outcome == "rejected"
    code, named = row.remarks[0]
    assert code == "registered_elsewhere" and set(named) == {"place", "day"} and named["place"] == "柑子坪村"


def test_the_same_name_with_the_same_telephone_is_a_possible_duplicate(scene: Scene) -> None:
    scene.store([person("张三", 1)])
    imported = scene.store([
        person("张三", 3), person("张三", 5, "13800009999"), person("张三", 7, "13800008888", village="柑子坪"),
        person("赵六", 9, "139")])
    assert outcomes(imported) == ["possible", "possible", "new", "new"]
    assert codes(imported)[:2] == [["possible_phone"], ["possible_birth"]]
    assert set(Registration.objects.values_list("worker__name", flat=True)) == {"张三", "赵六"}
    assert Registration.objects.count() == 3


def test_a_double_within_one_list_is_seen_too(scene: Scene) -> None:
    imported = scene.store([person("张三", 1), person("张三", 3, village="柑子坪"), person("李四", 2)])
    assert outcomes(imported) == ["new", "possible", "new"]
    rows = list(ListRow.objects.filter(imported=imported).order_by("pk"))
    assert rows[1].remarks[0][0] == "possible_row" and rows[1].remarks[0][1]["line"] == rows[0].line
    assert rows[1].registration_id == rows[0].registration_id  # whom it may be
    assert account(imported) == (3, 2, 0, 0, 1, 0)


def test_a_number_under_two_names(scene: Scene) -> None:
    scene.store([person("张小三", 1)])
    imported = scene.send([
        person("张晓三", 1), person("欧阳娜娜", 1), person("李四", 3, "139"), person("王麻子", 3, "137")])
    assert outcomes(imported) == ["unchanged", "rejected", "new", "rejected"]
    assert codes(imported)[0] == ["other_name"]
    assert codes(imported)[1] == ["number_of_another"] and "number_of_another_row" in codes(imported)[3]


def test_a_merged_entry_leads_to_the_one_that_was_kept(scene: Scene) -> None:
    scene.store([person("张三", 1)])
    kept = Worker.objects.get()
    gone = make.make_worker(name="张三", identity=number(3))
    merge_workers(kept=kept, gone=gone, why="the same person", by=scene.clerk)
    imported = scene.store([person("张三", 3, "13900000000"), person("张三", 1)])
    assert Registration.objects.count() == 1
    assert outcomes(imported) == ["unchanged", "unchanged"]  # the list's last word is what is there


def test_new_trades_are_told_and_made_once(scene: Scene) -> None:
    make.make_occupation(scene.campaign, name="电焊工")
    imported = scene.send([
        person("张三", 1, trade="电 焊 工"), person("李四", 2, "1", trade="绣花工/电焊工"),
        person("王五", 3, "2", trade="绣花工")])
    with override("en"):
        assert kind_of(imported).told(imported) == ["1 new trade: 绣花工."]
    assert Occupation.objects.count() == 1
    scene.confirm(imported)
    assert set(Occupation.objects.values_list("name", flat=True)) == {"电焊工", "绣花工"}


def test_a_preview_differs_from_what_is_stored_when_others_stored_meanwhile(scene: Scene) -> None:
    rows = [person("张三", 1), person("李四", 2, "13800005678")]
    mine = scene.send(rows)
    scene.store(rows[:1])
    scene.confirm(mine)
    assert account(mine) == (2, 1, 0, 1, 0, 0)
    assert mine.previewed["new"] == 2 and mine.previewed["unchanged"] == 0


def test_a_list_is_confirmed_or_dropped_once(scene: Scene) -> None:
    imported = scene.send([person("张三", 1)])
    drop(imported=imported, by=scene.clerk)
    carry_on(imported.pk)
    with pytest.raises(RuleBroken):
        confirm(imported=imported, by=scene.clerk)
    imported.refresh_from_db()
    assert imported.state == "dropped" and not imported.list_rows.exists() and not hasattr(imported, "file")
    assert Registration.objects.count() == 0


def test_what_is_no_list_fails_in_words(scene: Scene) -> None:
    imported = scene.send(b"%PDF-1.4 nothing", name="list.xlsx")
    assert imported.state == "failed" and imported.failure
    assert ListImport.objects.get().claim is None


def test_nobody_has_a_number_in_twenty_one_rows(scene: Scene) -> None:
    imported = scene.send([person("张三", 1)] * 21 + [person("李四", 2, "139")])
    assert outcomes(imported) == ["rejected"] * 21 + ["new"]
    assert codes(imported)[0] == ["number_of_many"]


def test_who_is_ready_after_the_campaign_is_not_planned_earlier(scene: Scene) -> None:
    imported = scene.store([person("张三", 1, ready="2020-05-01")])
    assert codes(imported) == [["date_outside"]] and imported.flagged == 1
    assert everybody(scene.campaign)["张三"][5] == "05-01 00:00"
