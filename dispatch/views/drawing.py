"""The load of a trip, part by part, as figures for an svg: starts at zero, seats as a line."""
from dataclasses import dataclass

from dispatch.queries.trips import CallLoad

WIDTH, HEIGHT, TOP = 640.0, 150.0, 22.0
FOOT = 26.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a trip, between two calls."""

    x: float
    y: float
    width: float
    height: float
    aboard: int
    middle: float
    label_y: float
    label_inside: bool
    full: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """One call on the foot line; its number is that of the table beside."""

    x: float
    number: int


@dataclass(frozen=True, slots=True)
class LoadDrawing:
    bars: list[Bar]
    ticks: list[Tick]
    seats_y: float
    base_y: float
    seats_label_y: float
    foot_y: float
    width: float = WIDTH
    height: float = HEIGHT + TOP + FOOT


def _label(top: float) -> tuple[float, bool]:
    """Where a bar's figure stands, and whether that is inside: above the bar where it is too low."""
    inside = top + 20 < TOP + HEIGHT
    return round(top + (16 if inside else -5), 1), inside


def draw_load(loads: list[CallLoad], seats: int) -> LoadDrawing:
    """A bar for each part, as high as people are aboard; the full height is the seats, or more if overfull."""
    parts = loads[:-1]
    highest = max([seats, 1, *(load.aboard for load in parts)])
    base = TOP + HEIGHT
    step = (WIDTH - 20) / max(1, len(parts))
    bars = []
    for n, load in enumerate(parts):
        height = HEIGHT * load.aboard / highest
        x = 10 + n * step
        bars.append(Bar(round(x + 1, 1), round(base - height, 1), round(step - 2, 1), round(height, 1), load.aboard,
                        round(x + step / 2, 1), *_label(base - height), load.aboard >= seats))
    ticks = [Tick(round(10 + n * step, 1), n + 1) for n in range(len(loads))]
    seats_y = round(base - HEIGHT * seats / highest, 1)
    return LoadDrawing(bars, ticks, seats_y, base, seats_y - 6, base + 17)
