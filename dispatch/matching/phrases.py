"""Changes and reasons in the words of an instance's files, for people who read CSV: what, where, on which day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.matching.kinds import Change, Explained, Kind, Nothing, Way
from dispatch.matching.problem import Problem
from dispatch.matching.result import Reason
from dispatch.matching.rules import county_of
from dispatch.matching.situation import Legs

CLEARANCES = ("green", "yellow", "red")
NOTHING = {
    Nothing.TOO_YOUNG: "under 16, or somebody who goes along is",
    Nothing.NO_POSTING: "no posting takes the trades, at any wage",
    Nothing.NO_WAY_THERE: "no trip and no way leads from {home} to such a posting, at any time",
    Nothing.NO_COMMON_PLACE: "no park within reach has postings for the whole group",
    Nothing.HELD_OUT: "pinned out",
}
NOT_LOOKED_AT = "not looked at: the time limit came first"


class Phrases:
    """An instance's own names: those of its rows, the time that its minutes count from, and its `trades` [O]."""

    def __init__(self, problem: Problem, epoch: datetime, trades: Sequence[str] = ()) -> None:
        self.problem, self.places, self.epoch, self.trades = problem, problem.place_ids, epoch, trades
        self.county = county_of(problem)

    def reason(self, reason: Reason, found: Explained | None) -> str:
        """`SEATS_FULL: bus00012 from C02T00 on 26 March`: the code, and what is full."""
        full = []
        if found and reason in (Reason.SEATS_FULL, Reason.BETTER_FOR_OTHERS):
            full += [self.boarding(trip, board) for trip, board, _ in found.full_legs]
        if found and reason in (Reason.POSTINGS_FULL, Reason.BETTER_FOR_OTHERS):
            full += [str(self.problem.job_ids[j]) for j in found.full_jobs]
        return f"{reason.name}: {', '.join(full)}" if full else reason.name

    def change(self, worker: int, found: Explained | None) -> str:
        if found is None:
            return NOT_LOOKED_AT
        if found.nothing is not None:
            home = self.places[self.problem.worker_township[worker]]
            return "none: " + NOTHING[found.nothing].format(home=home)
        return "; or ".join(self.way(way) for way in found.ways)

    def way(self, way: Way) -> str:
        if not way.changes:
            return f"none needed: there is room by {self.legs(way.placing.legs[0]) or 'a way without a seat'}"
        return " and ".join(self.one(change, len(way.placing.workers)) for change in way.changes)

    def time(self, minutes: int) -> str:
        return (self.epoch + timedelta(minutes=minutes)).isoformat(timespec="minutes")

    def one(self, c: Change, people: int) -> str:
        """One change; the person is named where several go together."""
        p, who = self.problem, f"{self.problem.worker_ids[c.worker]} " if people > 1 else ""
        match c.kind:
            case Kind.SEATS:
                return f"{_count(c.amount, 'more seat')} on {self.boarding(c.trip, c.board)}"
            case Kind.READY:
                return f"{who}ready {_count(c.amount, 'minute')} earlier"
            case Kind.DEADLINE:
                return f"{p.job_ids[c.job]} starts {_count(c.amount, 'minute')} later"
            case Kind.YUAN:
                least = int(p.worker_min_wage[c.worker])
                return f"{who}takes {least - c.amount:,} instead of {least:,} yuan at {p.job_ids[c.job]}"
            case Kind.SPLIT:
                return f"group of {c.amount} agrees to travel apart"
            case Kind.CLEARANCE:
                county = int(self.county[p.worker_township[c.worker]])
                return (f"{self.places[c.district]} admits {CLEARANCES[p.worker_clearance[c.worker]]} from "
                        f"{self.places[county] if county >= 0 else 'there'}")
            case Kind.POSTS:
                return f"{_count(c.amount, 'more post')} at {p.job_ids[c.job]}"

    def boarding(self, trip: int, board: int) -> str:
        """`bus00012 from C02T00 on 26 March`."""
        call = int(self.problem.call_start[trip]) + board
        day = self.epoch + timedelta(minutes=int(self.problem.call_depart[call]))
        return f"{self.problem.trip_ids[trip]} from {self.places[self.problem.call_place[call]]} on {day.day} {day:%B}"

    def legs(self, legs: Legs) -> str:
        return ";".join(f"{self.problem.trip_ids[t]}:{a}:{b}" for t, a, b in legs)


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
