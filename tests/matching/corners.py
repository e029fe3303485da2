"""Corner cases as folders of the bench: a generated campaign of which something is changed for everybody."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dispatch.matching.result import Reason

Rows = list[dict[str, str]]
EARLY, LATE = "2020-03-21T00:00", "2020-06-01T20:00"


class Folder:
    """The CSV files of a bench folder, to be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.heads, self.files = folder, dict[str, list[str]](), dict[str, Rows]()
        for path in sorted(folder.glob("*.csv")):
            with path.open(newline="", encoding="utf-8") as f:
                reader = csv.DictReader(f)
                self.files[path.stem] = list(reader)
                self.heads[path.stem] = list(reader.fieldnames or ())

    def __getitem__(self, name: str) -> Rows:
        return self.files[name]

    def each(self, name: str, **values: str) -> None:
        for row in self[name]:
            row.update(values)

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        for name, rows in self.files.items():
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as f:
                out = csv.DictWriter(f, self.heads[name], lineterminator="\n")
                out.writeheader()
                out.writerows(rows)
        return folder


def no_trips(f: Folder) -> None:
    f["trips"].clear()
    f["stops"].clear()


def no_jobs(f: Folder) -> None:
    f["jobs"].clear()
    f.each("workers", reserved_job="")


def no_workers(f: Folder) -> None:
    f["workers"].clear()


def one_person(f: Folder) -> None:
    """And a bus with many seats to many posts."""
    one_bus(f, 45, 1)


def one_bus(f: Folder, seats: int, people: int | None = None) -> None:
    """One bus from the first township to one job that takes everybody; all people are from there, alone, and want it."""
    town, park = next(r["place"] for r in f["places"] if r["level"] == "township"), f["jobs"][0]["park"]
    del f["jobs"][1:], f["workers"][people or len(f["workers"]) :]
    f.each("jobs", kind="open", occupation="any", headcount="5000", wage="9000", start_by=LATE)
    f.each("workers", township=town, min_wage="3000", ready_at=EARLY, reserved_job="", open_to_other="1", group="",
           clearance="green")  # fmt: skip
    f["trips"][:] = [{"trip": "bus", "mode": "bus", "capacity": str(seats)}]
    f["stops"][:] = [{"trip": "bus", "seq": str(k), "place": place, "arrive_at": at, "depart_at": at}
                     for k, (place, at) in enumerate(((town, "2020-03-25T08:00"), (park, "2020-03-25T20:00")))]  # fmt: skip


def sixty_and_a_bus(f: Folder) -> None:
    one_bus(f, 45, 60)
    f.each("workers", group="G")


def sixty_and_a_train(f: Folder) -> None:
    """They walk to it, and from it to the park."""
    sixty_and_a_bus(f)
    town, park = (r["place"] for r in f["stops"])
    first, second = [r["place"] for r in f["places"] if r["level"] == "station"][:2]
    f["access"][:] = [{"from_place": a, "to_place": b, "minutes": "40"} for a, b in ((town, first), (second, park))]
    f["trips"].append({"trip": "train", "mode": "train", "capacity": "1000"})
    for k, (place, at) in enumerate(((first, "2020-03-26T08:00"), (second, "2020-03-26T16:00"))):
        f["stops"].append({"trip": "train", "seq": str(k), "place": place, "arrive_at": at, "depart_at": at})


def group_larger_than_a_bus(f: Folder) -> None:
    """Four of one group and three seats, beside people who travel alone."""
    one_bus(f, 3, 40)
    for row in f["workers"][:4]:
        row["group"] = "G"


def nobody_eligible(f: Folder) -> None:
    f.each("workers", min_wage="99999", reserved_job="")


def all_red(f: Folder) -> None:
    f.each("workers", clearance="red")
    f["admits"][:] = [r for r in f["admits"] if r["clearance"] != "red"]


def all_red_and_some_let_in(f: Folder) -> None:
    f.each("workers", clearance="red")
    counties, districts = ([r["place"] for r in f["places"] if r["level"] == level] for level in ("county", "district"))
    f["admits"][:] = [{"county": c, "district": d, "clearance": "red"} for c in counties[1:] for d in districts[:2]]


def one_posting(f: Folder) -> None:
    one_bus(f, 5000)
    f.each("jobs", headcount="1")


def one_job_for_all(f: Folder) -> None:
    """More posts than people, more seats than posts anybody needs."""
    one_bus(f, 5000)


def one_township(f: Folder) -> None:
    first = max((r["place"] for r in f["stops"] if "T" in r["place"] and "ST" not in r["place"]), key=[
        r["place"] for r in f["stops"]].count)  # fmt: skip
    f.each("workers", township=first)


def all_kept_posts(f: Folder) -> None:
    """Each has a post kept in one of the jobs, and takes no other."""
    for k, row in enumerate(f["workers"]):
        row.update(reserved_job=f["jobs"][k % len(f["jobs"])]["job"], open_to_other="0")
    f.each("jobs", kind="reserved", headcount="1000")


def deadline_before_everything(f: Folder) -> None:
    f.each("jobs", start_by="2020-01-01T08:00")


def no_seats(f: Folder) -> None:
    f.each("trips", capacity="0")


@dataclass(frozen=True)
class Corner:
    """What is changed, how many are placed (all, none, or a number; None: some), and the reasons that there may be."""

    change: Callable[[Folder], None]
    placed: str | int | None
    reasons: frozenset[Reason]


def _corner(change: Callable[[Folder], None], placed: str | int | None, *reasons: Reason) -> Corner:
    return Corner(change, placed, frozenset(reasons))


R = Reason
USUAL = (R.NO_ELIGIBLE_POSTING, R.CLEARANCE_NOT_ADMITTED, R.NO_JOURNEY_IN_TIME, R.POSTINGS_FULL, R.SEATS_FULL,
         R.GROUP_CANNOT_GO_TOGETHER, R.BETTER_FOR_OTHERS)  # fmt: skip
# Clearance and eligibility are looked at before the way.
NO_WAY = (R.NO_JOURNEY_IN_TIME, R.NO_ELIGIBLE_POSTING, R.CLEARANCE_NOT_ADMITTED)
CORNERS = [
    _corner(no_trips, "none", *NO_WAY),
    _corner(no_jobs, "none", R.NO_ELIGIBLE_POSTING),
    _corner(no_workers, "none"),
    _corner(one_person, 1),
    _corner(sixty_and_a_bus, "none", R.GROUP_CANNOT_GO_TOGETHER),
    _corner(sixty_and_a_train, "all"),
    _corner(group_larger_than_a_bus, 3, R.GROUP_CANNOT_GO_TOGETHER, R.SEATS_FULL),
    _corner(nobody_eligible, "none", R.NO_ELIGIBLE_POSTING),
    _corner(all_red, "none", R.CLEARANCE_NOT_ADMITTED, R.NO_ELIGIBLE_POSTING),
    _corner(all_red_and_some_let_in, None, *USUAL),
    _corner(one_posting, 1, R.POSTINGS_FULL),
    _corner(one_job_for_all, "all"),
    _corner(one_township, None, *USUAL),
    _corner(all_kept_posts, None, *USUAL),
    _corner(deadline_before_everything, "none", *NO_WAY, R.GROUP_CANNOT_GO_TOGETHER),
    _corner(no_seats, "none", *NO_WAY, R.GROUP_CANNOT_GO_TOGETHER),
]
