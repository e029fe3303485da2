"""How names are read, and that everybody who has a name has its keys."""
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests import factories as make
from workers.invention import names
from workers.models import Worker
from workers.name_keys import folded, keys_of


@pytest.mark.parametrize(("name", "read"), [
    ("张伟", "zhangwei zw"), ("单雄信", "shanxiongxin sxx"), ("曾国强", "zengguoqiang zgq"), ("解学文", "xiexuewen xxw"),
    ("仇和平", "qiuheping qhp"), ("查良明", "zhaliangming zlm"), ("区建军", "oujianjun ojj"), ("尉迟恭", "yuchigong ycg"),
    ("冉光辉", "ranguanghui rgh"), ("向代兵", "xiangdaibing xdb"), ("吕军", "lvjun lj"), ("牟平", "muping mouping mp"),
    ("覃国强", "qinguoqiang tanguoqiang qgq tgq"), ("欧阳修远", "ouyangxiuyuan oyxy"), ("万俟辉", "moqihui mqh"),
    ("迪丽·木拉提", "dilimulati dlmlt"), ("李乐", "lile liyue ll ly"), ("李单", "lidan lishan ld ls"),
    ("\U00020bb7野", "jiye jy"), ("䶮堃", "yankun yk"), ("𬭚赟", "chunyun cy"), ("王㛃", "wangjie wj"),
])
def test_a_name_is_read_as_people_read_it(name: str, read: str) -> None:
    keys = keys_of(name).split(" ")
    latin = [key for key in keys if key.isascii()]
    assert latin == read.split(" ")
    assert keys[len(latin)] == folded(name)


def test_every_part_of_two_signs_begins_a_key() -> None:
    name = "阿卜杜热西提·买买提吐尔逊"
    keys, plain = keys_of(name).split(" "), folded(name)
    for start in range(len(plain) - 1):
        assert any(key.startswith(plain[start : start + 2]) for key in keys)


@pytest.mark.parametrize(("typed", "plain"), [
    ("Zhāng Wěi", "zhangwei"), ("LÜ", "lv"), ("lǚ", "lv"), ("ｚｗ", "zw"), ("迪丽•木拉提", "迪丽木拉提"), ("%_ '", ""),
    ("xi'an", "xian"), ("\U00031350", "\U00031350"),
])
def test_what_is_typed_is_compared_without_tones_and_signs(typed: str, plain: str) -> None:
    assert folded(typed) == plain


def test_many_ways_to_read_a_name_stay_few_keys() -> None:
    assert len(keys_of("覃乐乐朝长晟茜行").split(" ")) <= 6 + 6 + 7


@pytest.mark.parametrize("name", ["·", "<", "%_"])
def test_a_name_without_a_letter_has_a_key_too(name: str) -> None:
    assert keys_of(name) == "-"


def test_every_invented_name_is_read_whole() -> None:
    given = {*names._FEMALE, *names._MALE, *names._RARE, *names._SYLLABLES, *names._YI_CLANS, *names._YI_GIVEN}
    for one in {*names.SURNAMES, *given}:
        first, *_ = keys_of(one).split(" ")
        assert first.isascii() and len(first) >= len(folded(one)), one


def test_saving_a_name_renews_its_keys(db: None) -> None:
    worker = make.make_worker(name="张伟")
    worker.name = "覃伟"
    worker.save(update_fields=["name"])
    worker.refresh_from_db()
    assert worker.name_keys == keys_of("覃伟")
    worker.sex = "f"
    worker.save(update_fields=["sex"])
    worker.refresh_from_db()
    assert (worker.sex, worker.name_keys) == ("f", keys_of("覃伟"))


def test_nobody_is_written_without_keys(db: None) -> None:
    worker = make.make_worker()
    with pytest.raises(IntegrityError, match="worker_is_found_by_keys"), transaction.atomic(), connection.cursor() as c:
        c.execute("UPDATE workers_worker SET name_keys = '' WHERE id = %s", [worker.pk])
    with pytest.raises(IntegrityError, match="worker_is_found_by_keys"), transaction.atomic():
        Worker.objects.bulk_create([Worker(name="张伟")])


@pytest.mark.django_db(transaction=True)
def test_those_who_were_there_before_get_their_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    migration = import_module("workers.migrations.0003_name_keys")
    monkeypatch.setattr(migration, "BATCH", 2)
    people = [make.make_worker(name=name) for name in ("张伟", "覃乐", "迪丽·木拉提", "·", "单雄信")]
    call_command("migrate", "workers", "0002_worker_by_name", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.columns WHERE table_name = 'workers_worker'"
                       " AND column_name = 'name_keys'")
        assert cursor.fetchone() == (0,)
    call_command("migrate", verbosity=0)
    assert dict(Worker.objects.values_list("pk", "name_keys")) == {w.pk: keys_of(w.name) for w in people}


def test_those_who_only_read_do_without_the_tables_of_readings() -> None:
    program = ("import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'laborbridge.settings'; django.setup();"
               "import laborbridge.urls, dispatch.queries.search; sys.exit('pypinyin' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
