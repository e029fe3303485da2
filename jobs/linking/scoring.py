"""What agreeing and differing fields weigh: the log odds of Fellegi and Sunter, by how rare a value is in the campaign.

A field's weight is ln(m/u). m: how often it compares so when both rows speak of one person; u: how often when they do not.
m stands below, since it is about how lists are typed; u is counted in the campaign: that 4712 are the last four digits says
less of two people where forty share them, and 王伟 says less than 覃凤仙. How a value's own frequency enters is Winkler's.

I. P. Fellegi, A. B. Sunter: A Theory for Record Linkage. JASA 64 (1969), 1183-1210.
W. E. Winkler: Frequency-Based Matching in Fellegi-Sunter Model of Record Linkage. US Bureau of the Census, RR2000/06.
"""
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, log

from workers.name_keys import folded

from .comparing import Compared, Home, Name, Number, Person, Phone, Same, digits, syllables

# How often two rows of one person compare so. Names and numbers are mistyped once in a hundred and less often when they have
# a checksum; one in ten has another telephone by the next spring.
M_NUMBER = {
    Number.WHOLE: 0.98, Number.FIRST6_LAST4: 0.98, Number.LAST4: 0.98,
    Number.MIDDLE_DIFFERS: 0.005, Number.START_DIFFERS: 0.005, Number.OTHER: 0.01,
}
# Of two whole numbers no more than one digit is mistyped: another one altogether is somebody else's.
M_OTHER_WHOLE = 0.002
M_NAME = {Name.SAME: 0.94, Name.SOUNDS: 0.015, Name.ONE_SIGN: 0.03, Name.SIMILAR: 0.005, Name.OTHER: 0.01}
M_PHONE = {Phone.SAME: 0.88, Phone.ONE_DIGIT: 0.02, Phone.OTHER: 0.1}
M_HOME = {Home.VILLAGE: 0.5, Home.TOWNSHIP: 0.25, Home.COUNTY: 0.15, Home.OTHER: 0.1}
M_BIRTH = {Same.SAME: 0.97, Same.OTHER: 0.03}
# Whose trade is the same is a little more likely to be the same person; people change trades, so another says nothing.
SAME_TRADE = log(1.5)

# How rare a value is among everybody, and how evenly: mean and shape of the gamma distribution that the campaign's counts
# are added to. The last four digits, three of a sequence and one of eleven check signs, are spread evenly; names are not.
RARE_LAST4, RARE_FIRST6_LAST4, RARE_WHOLE, RARE_BIRTH = 1 / 11_000, 1 / 110_000, 1e-7, 1e-4
EVEN_LAST4, EVEN_FIRST6_LAST4, EVEN_NAME = 10.0, 1.0, 0.05
# A telephone is shared within a family, by one in five people; one digit beside it is often the other one's of a couple.
PHONE_SHARED_BY, PHONES_AROUND = 0.2, 10_000
# A listed employee is as likely registered as not, before anything is compared.
PRIOR = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of the campaign's people: how common each sign, each syllable and each home is among them."""

    names: tuple[str, ...] = ()
    homes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Rarity:
    """How many people of a campaign share what, for the values that are asked about."""

    people: int
    sample: Sample = Sample()
    names: Mapping[str, int] = field(default_factory=dict)
    phones: Mapping[str, int] = field(default_factory=dict)
    last4: Mapping[bytes, int] = field(default_factory=dict)
    first6_last4: Mapping[bytes, int] = field(default_factory=dict)

    @cached_property
    def _signs(self) -> "_Parts":
        return _Parts(folded(name) for name in self.sample.names)

    @cached_property
    def _syllables(self) -> "_Parts":
        return _Parts(syllables(name)[0] for name in self.sample.names if folded(name))

    @cached_property
    def _homes(self) -> tuple[Counter[str], Counter[str], Counter[str]]:
        return (Counter(h[0] for h in self.sample.homes), Counter(h[1] for h in self.sample.homes),
                Counter(h[2] for h in self.sample.homes))

    def _share(self, others: int, rare: float, even: float) -> float:
        """Of everybody else, who has the same value: the mean after so many others were counted among so many people."""
        return (max(others, 0) + even) / (self.people + even / rare)

    def number(self, word: Number, who: Person) -> float:
        """Whoever has it is counted in, so others are one less."""
        if word in (Number.FIRST6_LAST4, Number.MIDDLE_DIFFERS) and who.first6_last4:
            return self._share(self.first6_last4.get(who.first6_last4, 1) - 1, RARE_FIRST6_LAST4, EVEN_FIRST6_LAST4)
        if word in (Number.LAST4, Number.START_DIFFERS) and who.last4:
            return self._share(self.last4.get(who.last4, 1) - 1, RARE_LAST4, EVEN_LAST4)
        return RARE_WHOLE if word == Number.WHOLE else 1.0

    def name(self, word: Name, listed: str) -> float:
        plain = folded(listed)
        if word == Name.SAME:
            return self._share(self.names.get(listed, 1) - 1, self._signs.all_of(plain), EVEN_NAME)
        if word == Name.SOUNDS:
            return max(self._syllables.all_of(way) for way in syllables(listed))
        return self._signs.all_but_one(plain) if word in (Name.ONE_SIGN, Name.SIMILAR) else 1.0

    def phone(self, word: Phone, listed: str) -> float:
        if word == Phone.SAME:
            return (max(self.phones.get(listed, 1) - 1, 0) + PHONE_SHARED_BY) / (self.people + PHONES_AROUND)
        return 1 / (self.people + PHONES_AROUND) if word == Phone.ONE_DIGIT else 1.0

    def home(self, word: Home, places: tuple[str, str, str]) -> float:
        level = {Home.VILLAGE: 0, Home.TOWNSHIP: 1, Home.COUNTY: 2}.get(word)
        if level is None:
            return 1.0
        return (self._homes[level][places[level]] + 1) / (len(self.sample.homes) + 2)


class _Parts:
    """How common each first and each later part of a name is."""

    def __init__(self, names: Iterable[Iterable[str]]) -> None:
        split = [list(name) for name in names]
        self.first = Counter(name[0] for name in split if name)
        self.later = Counter(part for name in split for part in name[1:])
        self.firsts, self.laters = self.first.total(), self.later.total()

    def shares(self, parts: Iterable[str]) -> list[float]:
        return [
            (self.later[part] + 1) / (self.laters + 100) if at else (self.first[part] + 1) / (self.firsts + 100)
            for at, part in enumerate(parts)
        ]

    def all_of(self, parts: Iterable[str]) -> float:
        found = 1.0
        for share in self.shares(parts):
            found *= share
        return found

    def all_but_one(self, parts: Iterable[str]) -> float:
        """That a name is the same in all its parts but some one."""
        shares = self.shares(parts)
        total = 0.0
        for without in range(len(shares)):
            left = 1.0
            for at, share in enumerate(shares):
                left *= share if at != without else 1.0
            total += left
        return min(total, 1.0)


def _number(word: Number, listed: Person, rarity: Rarity) -> float:
    if word == Number.NONE:
        return 0.0
    m = M_OTHER_WHOLE if word == Number.OTHER and listed.whole else M_NUMBER[word]
    return log(m / rarity.number(word, listed))


def _name(word: Name, listed: Person, rarity: Rarity) -> float:
    """Each word weighs at least what the next one of the scale does, however common the name is."""
    below = list(Name)[list(Name).index(word):]
    return max(log(M_NAME[w] / rarity.name(w, listed.name)) for w in below)


def _phone(word: Phone, listed: Person, rarity: Rarity) -> float:
    if word == Phone.NONE:
        return 0.0
    weight = log(M_PHONE[word] / rarity.phone(word, digits(listed.phone)))
    if word == Phone.OTHER:
        return weight
    # A number that half a village gave is no evidence, but none against either.
    return max(weight, _phone(Phone.ONE_DIGIT, listed, rarity) if word == Phone.SAME else 0.0, 0.0)


def _home(word: Home, places: tuple[str, str, str], rarity: Rarity) -> float:
    if word == Home.NONE:
        return 0.0
    below = [w for w in list(Home)[list(Home).index(word):] if w != Home.NONE]
    weight = max(log(M_HOME[w] / rarity.home(w, places)) for w in below)
    # Somebody of a county where everybody lives: no evidence, but none against either.
    return weight if word == Home.OTHER else max(weight, 0.0)


def _birth(word: Same, number: Number) -> float:
    """A number that is compared whole has the birth date in it already."""
    if word == Same.NONE or number in (Number.WHOLE, Number.MIDDLE_DIFFERS):
        return 0.0
    return log(M_BIRTH[word] / RARE_BIRTH) if word == Same.SAME else log(M_BIRTH[word])


def weigh(compared: Compared, listed: Person, registered: Person, rarity: Rarity) -> dict[str, float]:
    """What each field says, in natural logarithms of odds: above nought for one person, below for two."""
    return {
        "number": _number(compared.number, listed, rarity),
        "name": _name(compared.name, listed, rarity),
        "phone": _phone(compared.phone, listed, rarity),
        "home": _home(compared.home, registered.places, rarity),
        "trade": SAME_TRADE if compared.trade == Same.SAME else 0.0,
        "birth": _birth(compared.birth, compared.number),
    }


def log_odds(weights: Mapping[str, float], rarity: Rarity) -> float:
    """For this registered person against nobody of them: anyone of the campaign could have been it."""
    return sum(weights.values()) + log(PRIOR / (1 - PRIOR)) - log(max(rarity.people, 1))


def score(odds: float) -> int:
    """0 to 100: how sure it would be if there were nobody else to compare with; 100 is never rounded up to."""
    return int(100 / (1 + exp(-max(min(odds, 500.0), -500.0))))
