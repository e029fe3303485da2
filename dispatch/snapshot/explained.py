"""What would place somebody whom a plan leaves, as data by the rows' ids: no words, so that each reader has their own."""
import json
from typing import Any

from dispatch.matching.kinds import Change, Explained, Kind, Way
from dispatch.matching.rules import county_of

from .reading import Snapshot


def nothing_but_full(trip: int, board: int | None) -> dict[str, Any]:
    """Of somebody who lost a seat of this trip, the trip is named and nothing is looked for. A companion who does not board
    there has the trip from its first call.
    """
    return {"ways": [], "nothing": "", "full_calls": [[trip, board or 0]], "full_posts": []}


class Translator:
    """From the problem's rows to those of the database."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.county = snapshot, county_of(snapshot.problem)

    def text(self, found: Explained) -> str:
        """JSON: `ways`, each a list of changes; or `nothing`, why there is none; `full_calls` [trip, call], `full_posts`."""
        s = self.snapshot
        return json.dumps({
            "ways": [[self.change(change, way) for change in way.changes] for way in found.ways],
            "nothing": found.nothing.name.lower() if found.nothing else "",
            "full_calls": [[int(s.trips[trip]), board] for trip, board, _alight in found.full_legs],
            "full_posts": [int(s.postings[job]) for job in found.full_jobs],
        }, separators=(",", ":"))

    def change(self, c: Change, way: Way) -> dict[str, Any]:
        """Amounts, ids, and what the amount is counted from, which may be another by the time that it is read."""
        s, p = self.snapshot, self.snapshot.problem
        out: dict[str, Any] = {"kind": c.kind.name.lower(), "amount": c.amount}
        if c.worker >= 0:
            out["person"] = int(s.registrations[c.worker])
        if c.trip >= 0:
            out |= {"trip": int(s.trips[c.trip]), "board": c.board}
        if c.job >= 0:
            out["posting"] = int(s.postings[c.job])
        match c.kind:
            case Kind.YUAN:
                out["least"] = int(p.worker_min_wage[c.worker])
            case Kind.CLEARANCE:
                county = int(self.county[p.worker_township[c.worker]])
                out |= {"district": int(s.places[c.district]), "colour": int(p.worker_clearance[c.worker]),
                        "county": int(s.places[county]) if county >= 0 else 0}
            case Kind.SPLIT:
                out["vehicles"] = len(set(way.placing.legs))
        return out
