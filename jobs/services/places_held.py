"""Who has a place in the published plan: the app that keeps plans tells it, since plans are above this one."""
from collections.abc import Callable, Collection

# From some registrations to the employers to whom the published plan sends them.
Holders = Callable[[Collection[int]], dict[int, int]]
_HOLDERS: list[Holders] = []


def tell_who_has_a_place(holders: Holders) -> None:
    """An app that keeps plans registers here, in its ready()."""
    if holders not in _HOLDERS:
        _HOLDERS.append(holders)


def employers_in_plan(registrations: Collection[int]) -> dict[int, int]:
    """Of these people, those with a place in the published plan, each with the employer that it is at."""
    found: dict[int, int] = {}
    for holders in _HOLDERS:
        found |= holders(registrations)
    return found
