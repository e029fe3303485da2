"""Registrations that are about to be removed: others say whom they hold, and let go what points to the rest.

An app whose rows point to registrations registers here in its ready(). All are called in the transaction of the removal.
"""
from collections.abc import Callable, Sequence

# A sentence for each registration of those asked about that is held.
Says = Callable[[Sequence[int]], dict[int, str]]
LetsGo = Callable[[Sequence[int]], None]

_held: list[Says] = []
_spoken_of: list[Says] = []
_before: list[LetsGo] = []


def held_by(says: Says) -> None:
    """Who is held stays exactly as is: a place in the published plan."""
    _held.append(says)


def spoken_of_by(says: Says) -> None:
    """Who is spoken of by what must be seen again stays on record and withdraws instead: drafts, runs, old plans."""
    _spoken_of.append(says)


def before_leaving(lets_go: LetsGo) -> None:
    """What points to registrations that nobody holds is let go, right before they are removed."""
    _before.append(lets_go)


def _said(by: list[Says], registrations: Sequence[int]) -> dict[int, str]:
    said: dict[int, str] = {}
    for says in by:
        for registration, sentence in says(registrations).items():
            said.setdefault(registration, sentence)
    return said


def held(registrations: Sequence[int]) -> dict[int, str]:
    return _said(_held, registrations) if registrations else {}


def spoken_of(registrations: Sequence[int]) -> dict[int, str]:
    return _said(_spoken_of, registrations) if registrations else {}


def let_go(registrations: Sequence[int]) -> None:
    for lets_go in _before if registrations else ():
        lets_go(registrations)
