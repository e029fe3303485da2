"""People of two lists for tests: `registered` has everything, `listed` shows what its arguments say."""
from dataclasses import replace

from jobs.linking.comparing import Person
from jobs.linking.scoring import Rarity, Sample
from laborbridge.identity import keyed_hash, seal

NUMBER = "422801198505171234"
HOME = ("双堰塘村委会", "龙凤镇", "恩施市")
SAMPLE = Sample(("张伟", "覃凤仙", "向国华", "李小梅", "王建国", "张晓东"), (HOME, ("", "白杨坪镇", "恩施市")))


def hashes(number: str, shows: str = "whole") -> dict[str, bytes]:
    """What a list shows of a number: whole, masked in the middle, or its last four."""
    if shows == "whole":
        sealed = seal(number)
        return {"whole": sealed.whole, "first6_last4": sealed.first6_last4, "last4": sealed.last4}
    last4 = {"last4": keyed_hash("last4", number[-4:])}
    return last4 if shows == "last4" else last4 | {"first6_last4": keyed_hash("first6last4", number[:6] + number[-4:])}


def registered(name: str = "覃凤仙", number: str = NUMBER, phone: str = "13800001234", **fields: object) -> Person:
    fields = {"places": HOME, "trades": ("缝纫工",)} | fields
    return Person(name, phone, **hashes(number), **fields)  # type: ignore[arg-type]


def listed(name: str = "覃凤仙", number: str = NUMBER, phone: str = "13800001234", shows: str = "whole",
           **fields: object) -> Person:
    return Person(name, phone, **(hashes(number, shows) if number else {}), **fields)  # type: ignore[arg-type]


def rarity(people: int = 20_000, **counts: object) -> Rarity:
    return replace(Rarity(people, SAMPLE), **counts)  # type: ignore[arg-type]
