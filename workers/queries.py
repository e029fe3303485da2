"""Reads of people: how they are found, and the only way in which an identity number is shown."""
import re

from django.db.models import Q, QuerySet

from laborbridge.identity import keyed_hash, masked, normal, unseal

from .models import Registration, Worker

_IDENTITY = re.compile(r"\d{17}[\dX]")
_LAST_FOUR = re.compile(r"\d{3}[\dX]")
_PHONE = re.compile(r"\d{7,12}")
# What people type for the dot inside names of several peoples.
_DOTS = str.maketrans(dict.fromkeys("•・‧∙.。", "·"))


def masked_identity(worker: Worker) -> str:
    """422801********1234, or nothing where no number is kept. Identity numbers leave the database by this module alone."""
    return masked(unseal(bytes(worker.identity_cipher))) if worker.identity_cipher else ""


def whole_identity(cipher: bytes | None, *, purpose: str) -> str:
    """The whole number, or nothing where none is kept; who asks for it has the purpose on record."""
    if not purpose.strip():
        raise ValueError("a whole identity number without a recorded purpose")
    return unseal(bytes(cipher)) if cipher else ""


def _condition(text: str) -> Q:
    compact = normal(text)
    if _IDENTITY.fullmatch(compact):
        return Q(worker__identity_whole=keyed_hash("whole", compact))
    if _LAST_FOUR.fullmatch(compact):
        return Q(worker__identity_last4=keyed_hash("last4", compact))
    digits = re.sub(r"[\s-]|^\+86", "", text)
    if _PHONE.fullmatch(digits):
        return Q(contact_phone=digits)
    if any(c.isdigit() for c in text):
        return Q(ref=text)
    return Q(worker__name__startswith=text.translate(_DOTS))


def people_matching(registrations: QuerySet[Registration], text: str) -> QuerySet[Registration]:
    """By the beginning of a name, a telephone, the sender's reference, or an identity number, whole or its last four.

    Which of them is meant shows in the form of the text, so that each search stands on one index.
    """
    text = text.strip()
    return registrations.filter(_condition(text)) if text else registrations
