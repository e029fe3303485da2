"""Registers of other offices: sent by staff, who say of which office and day each is."""
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from workers.models import ListImport
from workers.services.list_imports import PASTED, receive_list

from ..models import Register


def receive_register(
    *, campaign: Campaign, source: str, office: str, as_of: date, sender: Organisation, by: User, data: bytes,
    file_name: str = PASTED,
) -> ListImport:
    """Take in a register; it is read by a worker, and nothing of it stored yet."""
    office = office.strip()
    if source not in Register.Source.values:
        raise RuleBroken(_("Choose what the register is of: social insurance, communities or gates."))
    if not 1 <= len(office) <= 120:
        raise RuleBroken(_("Name in 1 to 120 characters the office that keeps the register."))
    if as_of > timezone.localdate():
        raise RuleBroken(_("The register's day is still to come. Give the day up to which it tells."))
    with rules_in_words():
        imported = receive_list(
            campaign=campaign, kind=ListImport.Kind.REGISTER, sender=sender, by=by, data=data, file_name=file_name)
        Register.objects.create(imported=imported, source=source, office=office, as_of=as_of)
    return imported
