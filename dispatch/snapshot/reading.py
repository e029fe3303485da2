"""A campaign's rows as the matching core's Problem, with a digest of all that was seen."""
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from dispatch.matching.layout import SeatLayout
from dispatch.matching.pins import Pin, PinsRefused, Refusal, settle
from dispatch.matching.problem import Problem
from laborbridge.campaigns.models import Campaign

from . import queries
from .binary import fetch
from .pins import read_pins
from .seat_layouts import read_layout

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Snapshot:
    """The problem, and the rows that its indices stand for."""

    problem: Problem
    epoch: int  # minutes since 1970, UTC, of the problem's time 0
    places: NDArray[np.int64]
    registrations: NDArray[np.int64]
    postings: NDArray[np.int64]
    trips: NDArray[np.int64]
    groups: NDArray[np.int64]
    withheld: NDArray[np.int32]  # [K, 2] trip and seat, in rising order: nobody is seated there
    layout: SeatLayout
    digest: str
    pins: tuple[Pin, ...] = ()
    lost_pins: tuple[Refusal, ...] = ()  # of those whose job or trip is not part of the problem


@dataclass(frozen=True)
class Few:
    """A few rows of a campaign, by id: enough to say who may have which posting. `places` are those that they lie in."""

    people: tuple[int, ...]
    postings: tuple[int, ...]
    trips: tuple[int, ...]
    places: tuple[int, ...]


def take_snapshot(campaign: Campaign) -> Snapshot:
    """Read the campaign as of one moment, whatever is changed meanwhile."""
    if transaction.get_connection().in_atomic_block:
        return _read(campaign)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _read(campaign)


def take_small_snapshot(campaign: Campaign, few: Few) -> Snapshot:
    """The same of a few people and postings, in the caller's transaction and in milliseconds; nobody travels in it."""
    return _read(campaign, few)


def impossible_pins(snapshot: Snapshot) -> list[Refusal]:
    """The pins that cannot be kept, where that shows without a look at journeys and seats."""
    try:
        settle(snapshot.problem, snapshot.pins)
    except PinsRefused as refused:
        return [*snapshot.lost_pins, *refused.refusals]
    return list(snapshot.lost_pins)


def require_possible_pins(snapshot: Snapshot) -> None:
    """Raises PinsRefused, with all such pins."""
    if wrong := impossible_pins(snapshot):
        raise PinsRefused(snapshot.problem, wrong)


def _only(name: str, sql: str, few: Few | None) -> str:
    """A query narrowed to a few rows; what it asks for is filled in with ids, which are whole numbers."""
    if few is None or name not in queries.FEW:
        return sql
    ids = {f.name: f"'{{{','.join(map(str, map(int, getattr(few, f.name))))}}}'::bigint[]" for f in fields(few)}
    return f"SELECT * FROM ({sql}) AS rows WHERE {queries.FEW[name].format(**ids)}"


def _read(campaign: Campaign, few: Few | None = None) -> Snapshot:
    epoch = _minutes_since_1970(campaign)
    about = {"campaign": campaign.pk, "codes": campaign.code_list_id, "epoch": epoch,
             "first_day": campaign.first_day.isoformat()}
    with connection.cursor() as cursor:
        data = {name: fetch(cursor, _only(name, sql.format(**about), few), types)
                for name, (sql, types) in queries.ALL.items()}
    rows = _Rows(data)
    withheld, layout = rows.withheld(), read_layout(data["vehicles"]["seat_map"], data["vehicles"]["seats"])
    problem = Problem(**rows.places(), **rows.workers(), **rows.jobs(), **rows.trips(), **rows.rules(),
                      place_ids=rows.place_ids.tolist(), worker_ids=rows.worker_ids.tolist(),
                      job_ids=rows.job_ids.tolist(), trip_ids=rows.trip_ids.tolist())
    pins, lost = read_pins(data["pins"], data["pin_legs"], rows.worker_ids, rows.job_ids, rows.trip_ids)
    return Snapshot(problem, epoch, rows.place_ids, rows.worker_ids, rows.job_ids, rows.trip_ids, rows.group_ids,
                    withheld, layout, digest(problem, withheld, layout, pins, lost), pins, lost)


def _minutes_since_1970(campaign: Campaign) -> int:
    """Midnight UTC of the day before the campaign's first: all its times are positive and small."""
    return (campaign.first_day.toordinal() - 1 - 719_163) * 24 * 60


def digest(
    problem: Problem, withheld: NDArray[np.int32], layout: SeatLayout, pins: Sequence[Pin] = (), lost: Sequence[Refusal] = ()
) -> str:
    """SHA-256 over every array of the problem, its rows' ids included, the seats withheld, where seats are, and pins."""
    seen = hashlib.sha256()
    for f in fields(problem):
        values = np.ascontiguousarray(getattr(problem, f.name))
        seen.update(f"{f.name} {values.dtype} {values.shape};".encode())
        seen.update(values.tobytes())
    for values in (withheld, layout.start, layout.row, layout.coach):
        seen.update(values.tobytes())
    for pin in pins:
        seen.update(f"{pin.kind} {pin.worker} {pin.job} {pin.trip} {pin.legs};".encode())
    for refusal in lost:
        seen.update(f"{refusal.broken.name} {refusal.worker} {refusal.about};".encode())
    return seen.hexdigest()


def position(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int32]:
    """Index of each wanted id among ids in ascending order; -1 where it is 0 or not among them."""
    if not len(ids):
        return np.full(len(wanted), -1, np.int32)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[at] == wanted, at, -1).astype(np.int32)


def _starts(owner: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Where each owner's rows begin, for rows in the order of their owners; one more entry for the end."""
    return np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=count)))).astype(np.int32)


class _Rows:
    """The fetched columns, turned into the problem's arrays."""

    def __init__(self, data: dict[str, Columns]) -> None:
        self.data = data
        self.place_ids: NDArray[np.int64] = data["places"]["id"]
        self.trade_ids: NDArray[np.int64] = data["trades"]["id"]
        self.worker_ids: NDArray[np.int64] = data["workers"]["id"]
        self.job_ids: NDArray[np.int64] = data["jobs"]["id"]
        self.trip_ids: NDArray[np.int64] = data["trips"]["id"]
        self.group_ids = np.unique(data["workers"]["group"][data["workers"]["group"] > 0])

    def place(self, ids: NDArray[np.int64]) -> NDArray[np.int32]:
        return position(self.place_ids, ids)

    def places(self) -> Columns:
        p = self.data["places"]
        return {"place_level": p["level"], "place_parent": self.place(p["parent"])}

    def workers(self) -> Columns:
        w, t = self.data["workers"], self.data["worker_trades"]
        owner = position(self.worker_ids, t["worker"])
        trade = position(self.trade_ids, t["trade"])[owner >= 0]
        owner = owner[owner >= 0]
        return {
            "worker_township": self.place(w["township"]),
            "worker_min_wage": w["min_wage"],
            "worker_priority": w["priority"],
            "worker_ready": w["ready"],
            "worker_reserved_job": position(self.job_ids, w["reserved"]),
            "worker_open_to_other": w["open_to_other"],
            "worker_group": position(self.group_ids, w["group"]),
            "worker_preferred_district": self.place(w["district"]),
            "worker_clearance": w["clearance"],
            "worker_age": w["age"],
            "worker_occupation_start": _starts(owner, len(self.worker_ids)),
            "worker_occupation": trade.astype(np.int16),
        }

    def jobs(self) -> Columns:
        j = self.data["jobs"]
        return {
            "job_park": self.place(j["park"]),
            "job_employer": np.unique(j["employer"], return_inverse=True)[1],
            "job_reserved": j["reserved"],
            "job_occupation": position(self.trade_ids, j["trade"]).astype(np.int16),
            "job_headcount": j["headcount"],
            "job_wage": j["wage"],
            "job_start_by": j["start_by"],
            "job_minors_allowed": j["minors_allowed"],
        }

    def trips(self) -> Columns:
        t, c, a = self.data["trips"], self.data["calls"], self.data["access"]
        owner = position(self.trip_ids, c["trip"])
        kept = owner >= 0
        return {
            "trip_mode": t["mode"],
            "trip_capacity": t["seats"],
            "call_start": _starts(owner[kept], len(self.trip_ids)),
            "call_place": self.place(c["place"])[kept],
            "call_arrive": c["arrive"][kept],
            "call_depart": c["depart"][kept],
            "access_from": self.place(a["from_place"]),
            "access_to": self.place(a["to_place"]),
            "access_minutes": a["minutes"],
        }

    def withheld(self) -> NDArray[np.int32]:
        w = self.data["withheld"]
        return np.column_stack((position(self.trip_ids, w["trip"]), w["seat"].astype(np.int32)))

    def rules(self) -> Columns:
        r, k, g = self.data["related"], self.data["admits"], self.data["groups"]
        related = np.zeros((len(self.trade_ids), len(self.trade_ids)), bool)
        related[position(self.trade_ids, r["trade"]), position(self.trade_ids, r["helps_in"])] = True
        may_split = np.zeros(len(self.group_ids), bool)
        at = position(self.group_ids, g["id"])
        may_split[at[at >= 0]] = g["may_split"][at >= 0]
        admits = np.column_stack((self.place(k["county"]), self.place(k["district"]), k["colour"].astype(np.int32)))
        return {"related": related, "admits": admits.reshape(-1, 3), "group_may_split": may_split}

