"""The short code of a row, to be read from paper and typed: a registration's number, and a letter that guards it."""

# Twenty-nine signs that nobody takes for one another; a prime, so that one wrong sign or two exchanged are noticed.
SIGNS = "0123456789ACDEFHJKLMNPRTUVWXY"
_LENGTH = 4


def code_of(registration: int) -> str:
    """Five signs, more beyond 707,281 registrations; the same person has the same code in every version of a plan."""
    digits: list[int] = []
    rest = registration
    while rest or len(digits) < _LENGTH:
        rest, digit = divmod(rest, len(SIGNS))
        digits.append(digit)
    return "".join(SIGNS[digit] for digit in reversed(digits)) + SIGNS[_guard(digits)]


def registration_of(code: str) -> int | None:
    """The registration that a typed code means; None where it was mistyped."""
    typed = [SIGNS.find(sign) for sign in code.strip().upper()]
    if len(typed) <= _LENGTH or -1 in typed:
        return None
    *digits, guard = typed
    if _guard(digits[::-1]) != guard:
        return None
    number = 0
    for digit in digits:
        number = number * len(SIGNS) + digit
    return number


def _guard(digits: list[int]) -> int:
    """From the last sign: each counts by its place, from 2 on, since the guard itself counts once."""
    return -sum(place * digit for place, digit in enumerate(digits, 2)) % len(SIGNS)
