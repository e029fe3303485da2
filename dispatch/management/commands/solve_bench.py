"""manage.py solve_bench DIR --out OUT [--time-limit S] [--work N] [--seed N] [--threads N] [--first-come] [--pins PINS]
[--before PLAN --cancelled TRIP,...] [--floor F] [--advice N]"""
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.matching import benching
from dispatch.matching.compiling import keep_bytecode
from dispatch.matching.csvio import FileError
from dispatch.matching.pins import PinsRefused
from dispatch.matching.problem import ProblemError
from dispatch.matching.result import Parameters, Stop


class Command(BaseCommand):
    help = ("Solve a folder of CSV files without a database: plan.csv, prices.csv (a proof of the bound), unplaced.csv "
            "(who stays, why, and the least change that would help) and report.json.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="made where it is missing")
        parser.add_argument("--time-limit", type=float, metavar="S", help="seconds from the start to the written plan")
        parser.add_argument("--work", type=int, metavar="N", help="work units: the same plan on every machine")
        parser.add_argument("--seed", type=int, default=0, metavar="N")
        parser.add_argument("--threads", type=int, default=2, metavar="N")
        parser.add_argument("--first-come", action="store_true", help="report first come, first served too")
        parser.add_argument("--floor", type=float, default=0.0, metavar="F",
                            help="least share, 0..1, of those of each county who could go at all")
        parser.add_argument("--pins", type=Path, metavar="PINS.csv", help="worker, kind, value: what is settled already")
        parser.add_argument("--before", type=Path, metavar="PLAN.csv", help="the plan that this one replaces")
        parser.add_argument("--cancelled", default="", metavar="TRIP,...", help="trips that no longer run")
        parser.add_argument("--advice", type=int, default=0, metavar="N",
                            help="after the plan, beyond its time limit: the N most valuable additions to advice.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        # manage.py notes when it was started; called from within another program, the command starts here.
        watch, out = benching.Watch(getattr(sys.modules["__main__"], "BEGAN", None)), options["out"]
        parameters, stop = _limits(options)
        reading = time.monotonic()
        asked = _read(options)
        reading = time.monotonic() - reading
        try:
            result, explained, phases = benching.answer(asked, stop, options["seed"], parameters, watch, reading)
        except PinsRefused as refused:
            raise CommandError(f"{options['pins']}: {refused}") from refused
        report = benching.report(asked, result, explained, options["seed"])
        try:
            report |= benching.write(asked, result, explained, out)
            report |= {"phases": phases, "seconds": watch.seconds(), "compile_seconds": watch.compiling()}
            if options["advice"] > 0:
                report |= benching.advice(asked, result, options["advice"], out)
            benching.conclude(asked, report, options["first_come"], out)
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}. Choose another --out.") from error
        compiled = report["compile_seconds"]
        also = f" after compiling for {compiled:.1f} s, once on this machine" if compiled else ""
        self.stdout.write(f"{result.placed:,} of {asked.problem.workers:,} placed, score {result.score:,.1f}, "
                          f"{report['seconds']:.1f} s{also}, ended by {result.stopped_by}: {out}")
        keep_bytecode()


def _limits(options: dict[str, Any]) -> tuple[Parameters, Stop]:
    if options["before"] and options["floor"]:
        raise CommandError("--floor and --before do not go together: nobody of that plan is dropped for a floor. "
                           "Leave one of them out.")
    try:
        return (Parameters(threads=options["threads"], floor=options["floor"]), Stop(options["time_limit"], options["work"]))
    except ValueError as error:
        raise CommandError(str(error)) from error


def _read(options: dict[str, Any]) -> benching.Asked:
    try:
        options["out"].mkdir(parents=True, exist_ok=True)
        return benching.read(options["folder"], options["pins"], options["before"], options["cancelled"])
    except OSError as error:
        raise CommandError(f"{options['out']} cannot be made: {error.strerror}. Choose another --out.") from error
    except ProblemError as error:
        raise CommandError(f"{options['folder']}: {error}. Correct the row (the first is 0) and start again.") from error
    except (FileError, ValueError) as error:
        raise CommandError(str(error)) from error
