"""Problems, results and snapshots as bytes, in numpy's own format and without pickles, and back to what they were."""
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.layout import SeatLayout
from dispatch.matching.parts import Parts
from dispatch.matching.pins import Kind, Pin
from dispatch.matching.problem import Problem
from dispatch.matching.replan import Before
from dispatch.matching.result import Result
from dispatch.matching.seats import SeatsBefore

from .before import PlanBefore
from .reading import Snapshot

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Task:
    """What one task solves."""

    problem: Problem
    parts: Parts
    pins: Sequence[Pin]
    before: Before | None


@dataclass(frozen=True)
class Kept:
    """What was taken apart, the task that each row went to, and the plan that the run starts from."""

    snapshot: Snapshot
    tasks: Parts
    before: PlanBefore | None


def _packed(arrays: Mapping[str, Any], **words: Any) -> bytes:
    stream = io.BytesIO()
    text = np.frombuffer(json.dumps(words, default=lambda number: number.item()).encode(), np.uint8)
    np.savez(stream, _words=text, **arrays)
    return stream.getvalue()


def _opened(content: bytes | memoryview) -> tuple[Arrays, dict[str, Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return arrays, json.loads(arrays.pop("_words").tobytes())


def _fields(of: Any, prefix: str) -> Arrays:
    return {prefix + f.name: np.asarray(getattr(of, f.name)) for f in fields(of)}


def _under(arrays: Arrays, prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): values for name, values in arrays.items() if name.startswith(prefix)}


def _problem(arrays: Arrays) -> Problem:
    """Ids are lists, as a snapshot has them."""
    found = _under(arrays, "problem.")
    return Problem(**{k: v.tolist() if k.endswith("_ids") else v for k, v in found.items()})


def _parts(arrays: Arrays) -> Parts:
    found = _under(arrays, "parts.")
    return Parts(**found | {"count": int(found["count"])})


def keep_task(task: Task) -> bytes:
    before = _fields(task.before, "before.") if task.before is not None else {}
    return _packed(_fields(task.problem, "problem.") | _fields(task.parts, "parts.") | before,
                   pins=[asdict(pin) for pin in task.pins])


def _pins(words: Sequence[Mapping[str, Any]]) -> tuple[Pin, ...]:
    return tuple(Pin(x["worker"], Kind(x["kind"]), x["job"], x["trip"], tuple((t, a, b) for t, a, b in x["legs"]))
                 for x in words)


def read_task(content: bytes | memoryview) -> Task:
    arrays, words = _opened(content)
    before = _under(arrays, "before.")
    return Task(_problem(arrays), _parts(arrays), _pins(words["pins"]), Before(**before) if before else None)


def keep_result(result: Result) -> bytes:
    values = {f.name: getattr(result, f.name) for f in fields(result)}
    arrays = {name: v for name, v in values.items() if isinstance(v, np.ndarray)}
    return _packed(arrays, **{name: v for name, v in values.items() if name not in arrays})


def read_result(content: bytes | memoryview) -> Result:
    arrays, words = _opened(content)
    values: dict[str, Any] = {**arrays, **words}
    return Result(**values)


def keep_input(kept: Kept) -> bytes:
    """Of a snapshot all of whose pins can be kept."""
    s, before = kept.snapshot, kept.before
    plan = _fields(before.places, "before.") | _fields(before.seats, "seats.") if before else {}
    rows = {f.name: getattr(s, f.name) for f in fields(s) if isinstance(getattr(s, f.name), np.ndarray)}
    return _packed(
        rows | _fields(s.problem, "problem.") | _fields(s.layout, "layout.") | _fields(kept.tasks, "parts.") | plan,
        pins=[asdict(pin) for pin in s.pins], epoch=s.epoch, digest=s.digest,
        before={"number": before.number, "people": before.people} if before else None,
    )


def read_input(content: bytes | memoryview) -> Kept:
    arrays, words = _opened(content)
    rows: dict[str, Any] = {name: values for name, values in arrays.items() if "." not in name}
    snapshot = Snapshot(problem=_problem(arrays), layout=SeatLayout(**_under(arrays, "layout.")), epoch=words["epoch"],
                        digest=words["digest"], pins=_pins(words["pins"]), **rows)
    return Kept(snapshot, _parts(arrays), _plan_before(arrays, words["before"]) if words["before"] else None)


def _plan_before(arrays: Arrays, words: Mapping[str, int]) -> PlanBefore:
    return PlanBefore(words["number"], words["people"], Before(**_under(arrays, "before.")),
                      SeatsBefore(**_under(arrays, "seats.")))
