"""A campaign with a county, two townships and their villages, and lists of it as a clerk would send them."""
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook

from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from tests import factories as make
from workers.invention.identity_numbers import identity_number
from workers.models import ListImport, ListRow, Registration
from workers.services.list_imports import confirm, receive_list, take_back
from workers.services.list_work import carry_on

HEADINGS = ("姓名", "身份证号", "联系电话", "乡镇", "村(社区)", "意向工种", "可出发时间", "是否建档立卡")
Rows = Sequence[Sequence[object]]


def number(serial: int, born: date = date(1985, 5, 17), area: str = "422801") -> str:
    """A right identity number; the serial tells people apart, odd ones are men."""
    return identity_number(area, born, serial)


def person(name: str, serial: int, phone: object = "13800001234", *, township: object = "龙凤镇",
           village: object = "龙凤村", trade: object = "电焊工",
           ready: object = "3月25日",
           poor: object = "否", identity: object = None) -> list[object]:
    return [name, number(serial) if identity is None else identity, phone, township, village, trade, ready, poor]


def workbook(rows: Rows, *, headings: Sequence[str] = HEADINGS, sheet: str = "恩施市",
             title: str = "恩施市有意愿外出务工人员登记表") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append([title])
    page.append(list(headings))
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass
class Scene:
    campaign: Campaign
    county: Place
    townships: dict[str, Place]
    villages: dict[str, Place]
    bureau: Organisation
    clerk: User

    def send(self, rows: Rows | bytes, *, place: Place | None = None, name: str = "county.xlsx",
             by: User | None = None, **said: Any) -> ListImport:
        """Received and read: what the preview shows."""
        data = rows if isinstance(rows, bytes) else workbook(rows, **said)
        imported = receive_list(campaign=self.campaign, kind="people", sender=self.bureau, by=by or self.clerk, data=data,
                                file_name=name, place=place or self.county)
        carry_on(imported.pk)
        imported.refresh_from_db()
        assert imported.state in ("ready", "failed"), imported.failure
        return imported

    def confirm(self, imported: ListImport) -> ListImport:
        confirm(imported=imported, by=self.clerk)
        carry_on(imported.pk)
        imported.refresh_from_db()
        assert (imported.state, imported.failure) == ("stored", "")
        return imported

    def store(self, rows: Rows | bytes, **said: Any) -> ListImport:
        return self.confirm(self.send(rows, **said))

    def back(self, imported: ListImport) -> ListImport:
        take_back(imported=imported, by=self.clerk, reason="sent by mistake")
        carry_on(imported.pk)
        imported.refresh_from_db()
        assert (imported.state, imported.failure) == ("taken_back", "")
        return imported


def make_scene() -> Scene:
    campaign = make.make_campaign()
    assert campaign.origin is not None
    county = make.make_place("county", parent=campaign.origin, name="恩施市")
    townships = {name: make.make_place("township", parent=county, name=name) for name in ("龙凤镇", "白果乡")}
    villages = {
        name: make.make_place("village", parent=townships[township], name=full)
        for name, full, township in (
            ("龙凤村", "龙凤村村委会", "龙凤镇"), ("柑子坪", "柑子坪村", "龙凤镇"), ("桃园", "桃园社区居民委员会", "白果乡"))
    }
    bureau = make.make_organisation("bureau", name="恩施市人社局")
    campaign.participants.add(bureau)
    return Scene(campaign, county, townships, villages, bureau, make.make_member(organisation=bureau))


def outcomes(imported: ListImport) -> list[str]:
    return list(ListRow.objects.filter(imported=imported).order_by("pk").values_list("outcome", flat=True))


def codes(imported: ListImport) -> list[list[str]]:
    """The codes of each row's remarks."""
    rows = ListRow.objects.filter(imported=imported).order_by("pk")
    return [[code for code, _named in row.remarks] for row in rows]


def account(imported: ListImport) -> tuple[int, ...]:
    """Rows = new + updated + unchanged + possible + rejected."""
    imported.refresh_from_db()
    return (imported.rows, imported.new, imported.updated, imported.unchanged, imported.possible, imported.rejected)


def everybody(campaign: Campaign) -> dict[str, tuple[object, ...]]:
    """All wishes of a campaign by the person's name, as far as a list can write them."""
    found = Registration.objects.filter(campaign=campaign).select_related("worker", "township", "village", "group")
    return {
        r.worker.name: (
            r.contact_phone, r.township.name, r.village.name if r.village else "", r.min_wage, r.priority,
            r.ready_at.astimezone(make.CHINA).strftime("%m-%d %H:%M"), r.outcome,
            "、".join(sorted(r.occupations.values_list("name", flat=True))))
        for r in found
    }
