"""Employers' lists and registers as rows, without the workbooks that they came in."""
from datetime import date
from typing import Any

from django.utils import timezone

from jobs.models import Employer, Posting, Question, Register, ReturningEmployee, Sighting
from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from laborbridge.identity import seal
from tests import factories as make
from workers.models import ListImport, ListRow, Registration


def make_import(campaign: Campaign, *, kind: str = "register", sender: Organisation | None = None,
                by: User | None = None, state: str = "stored", rows: int = 0) -> ListImport:
    by = by or make.make_user()
    stored = {"stored_by": by, "stored_at": timezone.now()} if state == "stored" else {}
    return ListImport.objects.create(
        campaign=campaign, kind=kind, sender=sender or make.make_organisation("bureau"), state=state, language="zh-hans",
        file_name=f"名单{make.number()}.xlsx", requested_by=by, rows=rows, new=rows, **stored)


def make_row(imported: ListImport, **fields: Any) -> ListRow:
    return ListRow.objects.create(imported=imported, line=make.number(), outcome="new", **fields)


def make_register(campaign: Campaign, source: str = "gate", *, as_of: date = date(2020, 3, 25), office: str = "",
                  by: User | None = None) -> Register:
    imported = make_import(campaign, by=by)
    return Register.objects.create(imported=imported, source=source, office=office or f"卡口{make.number()}", as_of=as_of)


def _linked(person: Registration | None, fields: dict[str, Any]) -> dict[str, Any]:
    if person is not None and "link" not in fields:
        fields |= {"link": "linked", "registration": person, "linked_at": timezone.now(), "score": 99}
    fields.setdefault("name", person.worker.name if person else f"员工{make.number()}")
    number = fields.pop("identity", None)
    if number:
        sealed = seal(number)
        fields |= {"identity_cipher": sealed.cipher, "identity_whole": sealed.whole,
                   "identity_first6_last4": sealed.first6_last4, "identity_last4": sealed.last4}
    return fields


def make_sighting(register: Register, person: Registration | None = None, *, seen_on: date = date(2020, 3, 24),
                  **fields: Any) -> Sighting:
    """Of somebody surely linked, where a person is given."""
    row = make_row(register.imported)
    return Sighting.objects.create(register=register, row=row, seen_on=seen_on, **_linked(person, fields))


def make_employee(employer: Employer, person: Registration | None = None, *, posting: Posting | None = None,
                  **fields: Any) -> ReturningEmployee:
    if fields.get("wish", "open") != "open":
        fields.setdefault("wish_at", timezone.now())
    return ReturningEmployee.objects.create(employer=employer, posting=posting, **_linked(person, fields))


def question_of(campaign: Campaign, kind: str) -> Question:
    return Question.objects.get(campaign=campaign, kind=kind, settled_at=None)


def asked(campaign: Campaign) -> list[str]:
    """The kinds that are open."""
    return sorted(Question.objects.filter(campaign=campaign, settled_at=None).values_list("kind", flat=True))
