"""How a listed person compares with a registered one, in words and with a mark: never by colour alone."""
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SAME, NEAR, OTHER, NONE = "done", "look", "broken", "idle"

_WORDS: dict[tuple[str, str], tuple[str, str | Promise]] = {
    ("number", "whole"): (SAME, _("the whole number is the same")),
    ("number", "first6_last4"): (SAME, _("first six and last four are the same")),
    ("number", "last4"): (SAME, _("last four are the same")),
    ("number", "middle_differs"): (NEAR, _("first six and last four are the same, the birth date is not")),
    ("number", "start_differs"): (NEAR, _("only the last four are the same")),
    ("number", "one_slip"): (NEAR, _("one digit differs, or two are swapped")),
    ("number", "other"): (OTHER, _("another number")),
    ("number", "none"): (NONE, _("nothing to compare")),
    ("name", "same"): (SAME, _("the same name")),
    ("name", "sounds"): (NEAR, _("sounds the same")),
    ("name", "one_sign"): (NEAR, _("one sign differs")),
    ("name", "similar"): (NEAR, _("similar")),
    ("name", "other"): (OTHER, _("another name")),
    ("phone", "same"): (SAME, _("the same telephone")),
    ("phone", "one_digit"): (NEAR, _("one digit differs, or two are swapped")),
    ("phone", "other"): (OTHER, _("another telephone")),
    ("phone", "none"): (NONE, _("nothing to compare")),
    ("home", "village"): (SAME, _("the village is named")),
    ("home", "township"): (SAME, _("the township is named")),
    ("home", "county"): (NEAR, _("the county is named")),
    ("home", "other"): (OTHER, _("another place is named")),
    # Of two entries, each of which has its places.
    ("home", "same_village"): (SAME, _("the same village")),
    ("home", "same_township"): (SAME, _("the same township")),
    ("home", "elsewhere"): (OTHER, _("another township")),
    ("home", "none"): (NONE, _("nothing to compare")),
    ("trade", "same"): (SAME, _("the same trade")),
    ("trade", "other"): (NONE, _("another trade")),
    ("trade", "none"): (NONE, _("nothing to compare")),
    ("birth", "same"): (SAME, _("the same birth date")),
    ("birth", "other"): (OTHER, _("another birth date")),
    ("birth", "none"): (NONE, _("nothing to compare")),
}


@dataclass(frozen=True, slots=True)
class Mark:
    level: str
    words: str


def mark(field: str, word: str) -> Mark:
    """A word that this version does not know is its own words."""
    level, words = _WORDS.get((field, word), (NONE, word))
    return Mark(level, str(words))


def marks(compared: dict[str, str]) -> dict[str, Mark]:
    return {field: mark(field, word) for field, word in compared.items()}
