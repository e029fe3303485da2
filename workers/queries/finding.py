"""Reads of people: how they are found, and the only way in which an identity number is shown."""
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BigIntegerField, BooleanField, Func, Q, QuerySet, Value

from laborbridge.identity import keyed_hash, masked, normal, unseal

from ..models import ListRow, Registration, Worker, keys_in, reversed_digits
from ..name_keys import folded
from ..numbers import Certain, certain_of, one_slip_apart

_IDENTITY = re.compile(r"\d{17}[\dX]")
_LAST_FOUR = re.compile(r"\d{3}[\dX]")
_LAST_DIGITS = re.compile(r"\d{4,20}")
_BETWEEN_DIGITS = re.compile(r"[\s()-]")
_ABROAD = re.compile(r"(\+|00)86(?=\d{5})")
_WHOLE_PHONE = 7
# Exact, the beginning, a part: in this order people are shown. By a name, how near it is shows in the name.
EXACT, BEGINS, PART, BY_NAME = range(4)


class KeyMatches(Func):
    """Whether one of a worker's keys is, or begins with, what was typed."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


class EndOf(Func):
    """Who an entry is in the end, as the database follows it."""

    function = "workers_end_of"
    output_field = BigIntegerField()


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that a typed text may mean: a condition on registrations that stands on one index."""

    rank: int
    condition: Q | KeyMatches


def masked_identity(worker: Worker) -> str:
    """422801********1234, or nothing where no number is kept. Identity numbers leave the database by this module alone."""
    return masked(unseal(bytes(worker.identity_cipher))) if worker.identity_cipher else ""


def masked_cipher(cipher: bytes | memoryview | None) -> str:
    """The same of a number that a row of a list keeps."""
    return masked(unseal(bytes(cipher))) if cipher else ""


def whole_identity(cipher: bytes | None, *, purpose: str) -> str:
    """The whole number, or nothing where none is kept; who asks for it has the purpose on record."""
    if not purpose.strip():
        raise ValueError("a whole identity number without a recorded purpose")
    return unseal(bytes(cipher)) if cipher else ""


def certain_by_number(holder: Worker | ListRow) -> Certain | None:
    """Birth date and sex, where a number with a right check digit says them."""
    return certain_of(unseal(bytes(holder.identity_cipher))) if holder.identity_cipher else None


def slips_between(ciphers: Mapping[int, bytes]) -> set[tuple[int, int]]:
    """Who of some people have numbers that one slip of the hand lies between; the numbers themselves stay here."""
    return one_slip_apart({worker: unseal(bytes(cipher)) for worker, cipher in ciphers.items()})


def _as_kept(**known: object) -> Q:
    """Who was merged into somebody is found as that one, by their own name and number too."""
    gone = Worker.objects.filter(merged_into__isnull=False, **known)
    return Q(worker__in=gone.values_list(EndOf("merged_into")))


def _key_matches(field: str, key: str, *, whole: bool) -> KeyMatches:
    return KeyMatches(keys_in(field), Value(f"'{key}'" if whole else f"'{key}':*"))


def _by_key(key: str) -> list[Way]:
    """The exact ones by themselves: of too many that begin so, only some are looked at."""
    found = [Way(BY_NAME, _key_matches("worker__name_keys", key, whole=whole)) for whole in (True, False)]
    gone = Worker.objects.filter(_key_matches("name_keys", key, whole=False), merged_into__isnull=False)
    return [*found, Way(PART, Q(worker__in=gone.values_list(EndOf("merged_into"))))]


def _by_name(text: str) -> list[Way]:
    typed = folded(text)
    if not typed or typed.isdigit():
        return []
    if len(typed) == 1 and not typed.isascii():
        # One sign is a surname; inside names it would stand for too many people.
        return [Way(BY_NAME, Q(worker__name__startswith=typed))]
    return _by_key(typed)


def _by_number(text: str) -> list[Way]:
    compact = normal(unicodedata.normalize("NFKC", text))
    digits = _ABROAD.sub("", _BETWEEN_DIGITS.sub("", compact))
    found = []
    if _IDENTITY.fullmatch(compact):
        whole = keyed_hash("whole", compact)
        found += [Way(EXACT, Q(worker__identity_whole=whole)), Way(EXACT, _as_kept(identity_whole=whole))]
    if _LAST_FOUR.fullmatch(compact):
        last4 = keyed_hash("last4", compact)
        found += [Way(EXACT, Q(worker__identity_last4=last4)), Way(EXACT, _as_kept(identity_last4=last4))]
    if _LAST_DIGITS.fullmatch(digits):
        rank = EXACT if len(digits) >= _WHOLE_PHONE else BEGINS
        found.append(Way(rank, Q(contact_phone__gt="", phone_backwards__startswith=digits[::-1])))
    return found


def ways_to_find(text: str) -> list[Way]:
    """By any part of a name, its pinyin or initials, the end of a telephone, a reference, or an identity number.

    Which of them may be meant shows in the form of the text. `numbered` must stand before a filter by a telephone.
    """
    found = _by_name(text) + _by_number(text)
    if any(c.isdigit() for c in text):
        found.append(Way(EXACT, Q(ref__in={text, text.upper()})))
    return found


def numbered(registrations: QuerySet[Registration]) -> QuerySet[Registration]:
    """With the telephone as its index has it."""
    return registrations.alias(phone_backwards=reversed_digits("contact_phone"))


def nearness(text: str, name: str, name_keys: str) -> int:
    """How near a name is to what was typed."""
    typed, plain = folded(text), folded(name)
    if plain == typed:
        return EXACT
    if typed.isascii():
        return EXACT if typed in name_keys.split(" ") else BEGINS
    return BEGINS if plain.startswith(typed) else PART
