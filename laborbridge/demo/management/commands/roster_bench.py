"""manage.py roster_bench DIR --out ROWS.csv [--places CSV]"""
import csv
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from laborbridge.demo.rosters import COUNTY, EMPLOYERS, HEAD, Bench
from laborbridge.demo.scratch import scratch_database


class Command(BaseCommand):
    help = f"""Take a folder with a county bureau's list and employers' lists in by the services that take lists in,
and write what became of each row.

DIR holds {COUNTY} (a sheet for each county, named after it) and {EMPLOYERS}/*.xlsx, one workbook for each employer.
ROWS.csv gets file, row, outcome, subject and candidates: file is "{COUNTY}/<sheet>" or "{EMPLOYERS}/<workbook>",
row as a spreadsheet counts, subject and candidates are keys of people, the best candidate first.
The campaign's places are those that the county's list itself names or, with --places, those of a CSV file with the
columns code, name, level (province, city, county, township, village) and parent (a code).
All happens in a database of its own on the same server, which is dropped afterwards; your own data is not touched."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--places", type=Path, metavar="CSV", help="the places of the campaign")
        parser.add_argument("--out", type=Path, required=True, metavar="ROWS.csv", help="what became of each row")
        parser.add_argument("--keep", action="store_true", help="leave the scratch database, and say its name")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        for needed in (folder / COUNTY, folder / EMPLOYERS, options["places"]):
            if needed and not needed.exists():
                raise CommandError(f"{needed} is not there.")
        with scratch_database(keep=options["keep"]) as name:
            bench = Bench.begin(folder, options["places"])
            with options["out"].open("w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out, lineterminator="\n")
                writer.writerow(HEAD)
                writer.writerows(bench.run())
        for what, rows, wall, processor in bench.took.parts:
            self.stdout.write(f"{what:40} {rows:7,} rows {wall:7.1f} s, {processor:6.1f} s of this process")
        self.stdout.write(f"{'all':40} {'':12} {sum(p[2] for p in bench.took.parts):7.1f} s")
        self.stdout.write(f"peak memory {bench.took.peak_megabytes:,.0f} MB")
        if options["keep"]:
            self.stdout.write(f"The database {name} was left.")
