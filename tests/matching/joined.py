"""Several bench instances as one, under prefixed names: what has the same name in two of them becomes two."""

import csv
from collections.abc import Sequence
from pathlib import Path

NAMES = {
    "places": ("place", "parent"),
    "workers": ("worker", "township", "occupations", "reserved_job", "group", "preferred_district"),
    "jobs": ("job", "employer", "park", "occupation"),
    "trips": ("trip",),
    "stops": ("trip", "place"),
    "access": ("from_place", "to_place"),
    "related": ("occupation", "related_occupation"),
    "admits": ("county", "district"),
}


def join_folders(folders: Sequence[Path], out: Path) -> Path:
    """Folder k's names begin with "k-"; the trade "any" stays what it is."""
    out.mkdir(parents=True, exist_ok=True)
    for name, columns in NAMES.items():
        with (out / f"{name}.csv").open("w", newline="", encoding="utf-8") as f:
            writer = None
            for k, folder in enumerate(folders):
                with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as one:
                    for row in csv.DictReader(one):
                        for column in columns:
                            words = [w if w in ("", "any") else f"{k}-{w}" for w in row[column].split(";")]
                            row[column] = ";".join(words)
                        writer = writer or csv.DictWriter(f, list(row), lineterminator="\n")
                        if f.tell() == 0:
                            writer.writeheader()
                        writer.writerow(row)
    return out
