"""One invented person for each row of a list, in any order, without remembering those before."""
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from . import names
from .draws import Draws
from .identity_numbers import birth_and_order, identity_number

# The counties of one prefecture, for lists whose places have no codes of the state's.
_AREAS = ("422801", "422802", "422822", "422823", "422825", "422826", "422827", "422828")
_DIVISION_CODE = re.compile(r"[1-6]\d{5}(\d{3}){0,2}")
_MOBILE = (
    *("130", "131", "132", "133", "135", "136", "137", "138", "139", "150", "151", "152", "155", "158", "159"),
    *("166", "173", "177", "178", "180", "182", "183", "185", "187", "188", "189", "191", "198", "199"),
)


class InventedVillage(NamedTuple):
    """A village of a township whose list names none."""

    code: str
    name: str


@dataclass(slots=True)
class InventedPerson:
    """What a list without names leaves out; the fields are those of Worker, Household and Registration."""

    name: str
    sex: str
    birth_date: date
    identity_number: str
    village: str
    household: str
    contact: str
    contact_phone: str
    contact_name: str


class Inventor:
    """Invents people by seed. Equal arguments give equal people, whatever was asked before.

    villages_by_township gives the codes of the villages that are known; other townships get invented ones. first is
    added to every ordinal: give the number of workers whom the database holds already, and no identity number comes
    twice in it, whatever the seeds.
    """

    def __init__(
        self, seed: int | str, villages_by_township: Mapping[str, Sequence[str]] | None = None, first: int = 0
    ) -> None:
        self._key = hashlib.blake2b(str(seed).encode(), digest_size=32).digest()
        self._given = villages_by_township or {}
        self._first = first
        self._villages: dict[str, tuple[InventedVillage, ...]] = {}
        self._liaisons: dict[str, tuple[str, str]] = {}

    def person(
        self, ref: str, township: str, group: str, ordinal: int, *, village: str = "", county: str = ""
    ) -> InventedPerson:
        """Invent who stands behind ref; ordinal is the row's own number from 0, village its code where it is known."""
        birth_date, order = birth_and_order(self._first + ordinal)
        male = order % 2 == 1
        home = self._draws("household", f"{township}/{group}" if group else f"{township}//{ref}")
        village = village or self._village(township, home)
        label = f"{home.below(12) + 1}组{home.below(9999) + 1}号"
        family = names.surname(home)
        draws = self._draws("person", ref)
        own_family = family if draws.below(10) < 6 else names.surname(draws)
        full_name = names.name(draws, own_family, male)
        contact, phone, contact_name = self._contact(draws, home, family, village)
        return InventedPerson(
            name=full_name,
            sex="m" if male else "f",
            birth_date=birth_date,
            identity_number=identity_number(self._area(township, county), birth_date, order),
            village=village,
            household=label,
            contact=contact,
            contact_phone=phone,
            contact_name=contact_name,
        )

    def invented_villages(self, township: str) -> tuple[InventedVillage, ...]:
        """The villages made up for a township that has none of its own; empty where it has."""
        if self._given.get(township):
            return ()
        if township not in self._villages:
            found = names.village_names(self._draws("township", township))
            self._villages[township] = tuple(
                InventedVillage(f"{township}V{number:02d}", name) for number, name in enumerate(found)
            )
        return self._villages[township]

    def _draws(self, kind: str, name: str) -> Draws:
        return Draws(self._key, f"{kind} {name}")

    def _village(self, township: str, home: Draws) -> str:
        given = self._given.get(township)
        if given:
            return given[home.below(len(given))]
        invented = self.invented_villages(township)
        return invented[home.below(len(invented))].code

    def _area(self, township: str, county: str) -> str:
        if _DIVISION_CODE.fullmatch(township):
            return township[:6]
        return _AREAS[self._draws("area", county or township).below(len(_AREAS))]

    def _contact(self, draws: Draws, home: Draws, family: str, village: str) -> tuple[str, str, str]:
        """How to reach the person: kind, number, and whose number it is where it is not their own."""
        kind = draws.below(100)
        if kind < 80:
            return "own", _mobile(draws), ""
        if kind < 91:
            return "relative", _mobile(home), names.name(home, family, home.below(2) == 1)
        if kind < 97:
            name, phone = self._liaison(village)
            return "liaison", phone, name
        return "none", "", ""

    def _liaison(self, village: str) -> tuple[str, str]:
        if village not in self._liaisons:
            draws = self._draws("liaison", village)
            phone = _mobile(draws)
            self._liaisons[village] = names.name(draws, names.surname(draws), draws.below(2) == 1), phone
        return self._liaisons[village]


def _mobile(draws: Draws) -> str:
    return f"{_MOBILE[draws.below(len(_MOBILE))]}{draws.below(10**8):08d}"
