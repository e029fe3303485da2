"""Employers' lists of whom they want back: sent by a firm for itself, or by the bureau for a firm that it chooses."""
from laborbridge.accounts.models import Organisation, User
from laborbridge.rules import rules_in_words
from workers.models import ListImport
from workers.services.list_imports import PASTED, receive_list

from ..models import Employer, ReturningList
from ..queries.owners import origin_bureau
from . import linking
from .presence import settle_outcomes


def receive_returning(
    *, employer: Employer, sender: Organisation, by: User, data: bytes, file_name: str = PASTED
) -> ListImport:
    """Take in an employer's list; it is read by a worker, and nothing of it stored yet."""
    with rules_in_words():
        imported = receive_list(
            campaign=employer.campaign, kind=ListImport.Kind.RETURNING, sender=sender, by=by, data=data, file_name=file_name)
        ReturningList.objects.create(imported=imported, employer=employer)
    return imported


def link_anew(imported: ListImport, by: User) -> None:
    """When a list of people was stored or taken back, whoever is not linked is looked for again, in the same transaction."""
    if imported.kind != ListImport.Kind.PEOPLE:
        return
    linking.relink(campaign=imported.campaign, owner=origin_bureau(imported.campaign) or imported.sender)
    settle_outcomes(imported.campaign, by=by)
