"""The hours of a day's sheet as figures for an svg: two bars an hour, and how many wait as a line over them."""
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.queries.day_sheet import Hour

WIDTH, HEIGHT, TOP, FOOT, SIDE = 640.0, 160.0, 24.0, 26.0, 10.0
WIDEST = 90.0  # of one hour: a day with two busy hours is not two walls


@dataclass(frozen=True, slots=True)
class HourBar:
    x: float
    y: float
    width: float
    height: float
    leaves: bool


@dataclass(frozen=True, slots=True)
class HourMark:
    x: float
    words: str


@dataclass(frozen=True, slots=True)
class HoursDrawing:
    bars: list[HourBar]
    ticks: list[HourMark]
    # The waiting line as the points of a polyline, and where its highest part is named.
    waiting: str
    peak: HourMark | None
    peak_y: float
    base_y: float = TOP + HEIGHT
    foot_y: float = TOP + HEIGHT + 17
    width: float = WIDTH
    height: float = TOP + HEIGHT + FOOT


def draw_hours(hours: Sequence[Hour]) -> HoursDrawing:
    """All starts at zero; the highest of arriving, leaving and waiting is the full height."""
    highest = max((max(h.arriving, h.leaving, h.waiting) for h in hours), default=0) or 1
    step = min(WIDEST, (WIDTH - 2 * SIDE) / max(1, len(hours)))
    base = TOP + HEIGHT

    def top(number: int) -> float:
        return round(base - HEIGHT * number / highest, 1)

    bars, ticks, line = [], [], []
    for n, hour in enumerate(hours):
        x = SIDE + n * step
        wide = round(max(1.0, step / 2 - 2), 1)
        bars.append(HourBar(round(x + 1, 1), top(hour.arriving), wide, round(base - top(hour.arriving), 1), False))
        bars.append(HourBar(round(x + step / 2, 1), top(hour.leaving), wide, round(base - top(hour.leaving), 1), True))
        ticks.append(HourMark(round(x, 1), f"{hour.hour:02d}"))
        line += [f"{x:.1f},{top(hour.waiting)}", f"{x + step:.1f},{top(hour.waiting)}"]
    most = max(hours, key=lambda hour: hour.waiting, default=None)
    peak = None
    if most is not None and most.waiting:
        middle = SIDE + (list(hours).index(most) + 0.5) * step
        peak = HourMark(round(min(max(middle, 60), WIDTH - 60), 1), f"{most.waiting:,}")
    return HoursDrawing(bars, ticks, " ".join(line) if peak else "", peak, top(most.waiting) - 6 if most else base)
