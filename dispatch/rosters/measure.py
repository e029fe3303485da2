"""How wide a text is on paper, and where it is broken so that nothing of it is cut."""
import re
from collections.abc import Mapping, Sequence
from math import ceil

_SHARES = (0.5, 0.75, 0.85, 0.95, 1.0)
_LEAST = 30.0  # millimetres of a column that takes what others leave
MILLIMETRES_OF_A_POINT = 25.4 / 72
# Latin words and numbers stay whole; between Chinese characters a line may end, but not before these.
_PIECES = re.compile(r"[!-~À-ɏ]+|\s+|.[，。、；：！？）》」』”’·…]*", re.DOTALL)


def width(text: str, points: float, advances: Mapping[int, float]) -> float:
    """In millimetres; what the font lacks is not printed, see glyphs.py, and counts as a whole em."""
    return sum([advances.get(ord(sign), 1.0) for sign in text]) * points * MILLIMETRES_OF_A_POINT


def wrapped(text: str, room: float, points: float, advances: Mapping[int, float]) -> list[str]:
    """The lines of a text in so many millimetres; a word that is longer than a line is broken where the line ends."""
    if width(text, points, advances) <= room:
        return [text]
    lines, line = [], ""
    for piece in _PIECES.findall(text):
        if width(line + piece, points, advances) <= room:
            line += piece
            continue
        if line.strip():
            lines.append(line.strip())
        line = piece.lstrip()
        while line and width(line, points, advances) > room:
            fits = _longest(line, room, points, advances)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line.strip()] if line.strip() else lines


def _longest(text: str, room: float, points: float, advances: Mapping[int, float]) -> int:
    """How many characters of a text fit; one at least, since otherwise it would never end."""
    fits = 1
    while fits < len(text) and width(text[: fits + 1], points, advances) <= room:
        fits += 1
    return fits


def fitted(asked: Sequence[float], whole: Sequence[bool], wants: Sequence[Sequence[float]], room: float) -> list[float]:
    """A width for each column of a table that fills the room: as its texts want it where they all have room.

    `asked` is what a column is content with when room is short (0: with what is left), `whole` that its longest text
    is never broken. Of the others most texts come first: half of each, then ever more, since a single column that is
    too narrow for all its texts makes every row higher.
    """
    widest = [max(texts) for texts in wants]
    # A long name gets what its column asks for, however many short ones there are.
    found = [most if never else min(most, least or _LEAST) for most, never, least in zip(widest, whole, asked, strict=True)]
    inside = [sorted(texts) for texts in wants]
    for most_texts in _SHARES:
        wanted = [texts[ceil(most_texts * len(texts)) - 1] for texts in inside]
        lacking = [max(0.0, want - has) for want, has in zip(wanted, found, strict=True)]
        share = min(1.0, max(0.0, room - sum(found)) / (sum(lacking) or 1.0))
        found = [has + share * lack for has, lack in zip(found, lacking, strict=True)]
    # What is still left, or what is too much, goes to those that ask for no width.
    rest = [place for place, least in enumerate(asked) if not least] or [len(asked) - 1]
    for place in rest:
        found[place] += (room - sum(found)) / (len(rest) - rest.index(place))
    return found
