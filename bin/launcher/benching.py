"""bin/bench: the matcher alone, then a campaign's whole way, import to searches, of S and M (--all: L and XL).

Everything is real and its own: servers in a temporary folder, a process for each step. Beside it stands what first come,
first served brings. Peak memory is the step's process and all PostgreSQL processes together, each shared page once.
"""
import argparse
import base64
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import assets, packages, prepare
from .layout import ROOT, VENV_PYTHON, Var
from .locks import only_setup
from .postgres import Postgres
from .proving import judge
from .signals import END
from .valkey import Valkey
from .warming import cache_folder, start_warming
from .words import Refusal, Stopped, complain, say

# Workers, seconds for the solver, and for solve_bench with start-up and files.
SIZES = {"S": (1_400, 5), "M": (13_500, 60), "L": (100_000, 300), "XL": (360_000, 900)}
SOLVE_BENCH = {"S": 5, "M": 90, "L": 300, "XL": 900}
PROGRAMS = ROOT / "tests" / "data" / "bench"
Figures = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    asked = _parse(arguments)
    END.watch()
    var = Var.of_installation()
    try:
        var.check_writable()
        with only_setup():
            packages.install("requirements.txt", "requirements-dev.txt")
            assets.lay_out()
            prepare.compile_catalogues(var.log / "setup.log")
        with _servers() as (env, postgres):
            say(f"{_machine()}\n")
            core = {size: _core(size, asked.seconds or SOLVE_BENCH[size], env, postgres) for size in asked.sizes}
            _table_of_core(core)
            rows = {size: _bench(size, asked.seconds or SIZES[size][1], env, postgres)
                    for size in asked.sizes if not asked.core}
    except Refusal as error:
        complain(f"bin/bench: {error}")
        return 1
    except Stopped as error:
        say(f"Ended by {error}.")
        return 128 + (END.asked or 0)
    _table(rows)
    if asked.json:
        every = {size: {"solve_bench": core[size], **rows.get(size, {})} for size in core}
        asked.json.write_text(json.dumps(every, indent=1), encoding="utf-8")
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--all", action="store_const", dest="sizes", const=list(SIZES), help="L and XL as well")
    parser.add_argument("--size", action="append", dest="sizes", choices=list(SIZES), help="only this size")
    parser.add_argument("--core", action="store_true", help="the matcher alone: manage.py solve_bench")
    parser.add_argument("--seconds", type=int, help="for the solver, instead of each size's own")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    asked = parser.parse_args(arguments)
    asked.sizes = asked.sizes or ["S", "M"]
    return asked


@contextmanager
def _servers() -> Iterator[tuple[dict[str, str], Postgres]]:
    folder = Path(tempfile.mkdtemp(prefix="laborbridge-bench-"))
    (folder / "run").mkdir(mode=0o700)
    postgres = Postgres(folder / "postgres", folder / "run", folder / "postgres.log")
    valkey = Valkey(folder / "valkey", folder / "run", folder / "valkey.log")
    env = os.environ | {
        "LABORBRIDGE_VAR": str(folder / "var"),
        "LABORBRIDGE_SECRET_KEY": "of one bench run",
        "LABORBRIDGE_IDENTITY_KEY": base64.b64encode(os.urandom(32)).decode(),
        "NUMBA_CACHE_DIR": str(cache_folder()),
    }
    try:
        postgres.start()
        valkey.start()
        postgres.make_database()
        env |= {"DATABASE_URL": postgres.url(), "REDIS_URL": valkey.url()}
        for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
            subprocess.run([VENV_PYTHON, "manage.py", *command], cwd=ROOT, env=env, check=True)
        if warming := start_warming(env, folder / "setup.log"):
            warming.wait()
        yield env, postgres
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _generate(folder: Path, size: str) -> None:
    workers = ["--workers", str(SIZES[size][0]), "--seed", "1", "--out", str(folder)]
    subprocess.run([sys.executable, PROGRAMS / "generate.py", *workers], check=True)


def _core(size: str, seconds: int, env: Mapping[str, str], postgres: Postgres) -> Figures:
    """solve_bench as a process, its plan judged by check.py, its bound by bound.py, beside first come, first served."""
    say(f"  {size}: solve_bench ...")
    with tempfile.TemporaryDirectory(prefix=f"laborbridge-{size}-") as name:
        folder, out = Path(name), Path(name) / "out"
        _generate(folder, size)
        command = ["manage.py", "solve_bench", str(folder), "--out", str(out), "--time-limit", str(seconds), "--first-come"]
        figures = _measure([str(VENV_PYTHON), *command], env, postgres)
        report = json.loads((out / "report.json").read_text(encoding="utf-8"))
        score, bound = judge(folder, out)
        return figures | {"report": report, "score": score, "bound": bound}


def _bench(size: str, seconds: int, env: Mapping[str, str], postgres: Postgres) -> Figures:
    with tempfile.TemporaryDirectory(prefix=f"laborbridge-{size}-") as name:
        folder, plan = Path(name), Path(name) / "PLAN.csv"
        _generate(folder, size)
        figures: Figures = {}
        steps: list[tuple[str, list[str]]] = [
            ("import", ["manage.py", "import_campaign", str(folder), "--campaign", size, "--invent-people", "1"]),
            ("first come, first served", ["bin/bench_step", "baseline", size]),
            ("run", ["bin/bench_step", "run", size, str(seconds)]),
            ("publish", ["bin/bench_step", "publish", size]),
            ("export", ["manage.py", "export_plan", "--campaign", size, "--out", str(plan)]),
            ("rosters", ["bin/bench_step", "rosters", size]),
            ("pages", ["bin/bench_step", "pages", size]),
            ("searches", ["bin/bench_step", "searches", size]),
        ]
        for step, command in steps:
            say(f"  {size}: {step} ...")
            figures[step] = _measure([str(VENV_PYTHON), *command], env, postgres)
        figures["check.py"] = _judge(folder, plan)
    return figures


def _judge(folder: Path, plan: Path) -> Figures:
    judged = subprocess.run(
        [sys.executable, PROGRAMS / "check.py", folder, plan], capture_output=True, text=True, check=False
    )
    return {"says": judged.stdout.strip().splitlines()[-1], "broken": judged.returncode != 0}


def _measure(command: list[str], env: Mapping[str, str], postgres: Postgres) -> Figures:
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=out, stderr=err, text=True)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _memory(process.pid, postgres))
            time.sleep(0.2)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise Refusal(f"{' '.join(command[1:4])} failed: {err.read()[-2000:]}")
        last = out.read().strip().rpartition("\n")[2]
    said: Figures = json.loads(last) if last.startswith("{") else {}
    return said | {"seconds": round(time.monotonic() - began, 1), "peak_mib": peak >> 20}


def _memory(pid: int, postgres: Postgres) -> int:
    # Installed with the requirements, which bin/bench itself may have had to install first.
    sys.path[1:1] = [str(path) for path in (ROOT / ".venv" / "lib").glob("python3*/site-packages")]
    import psutil

    total = 0
    server = postgres.process.pid if postgres.process else 0
    for root in (pid, server):
        try:
            family = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
        except psutil.Error:
            continue
        for one in family:
            try:
                total += one.memory_full_info().pss
            except (psutil.Error, AttributeError):
                continue
    return total


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return f"{os.cpu_count()} cores, {memory} GiB, {platform.machine()}, Python {platform.python_version()}"


def _table_of_core(rows: Mapping[str, Figures]) -> None:
    say("\nsolve_bench, each plan accepted by check.py, each bound by bound.py from the prices written with it\n\n"
        "| size | seconds | score | gap | over first come, first served | peak MiB |\n|" + "---|" * 6)
    for size, f in rows.items():
        report, more = f["report"], f["score"] / f["report"]["first_come_first_served"] - 1
        say(f"| {size} | {report['seconds']:.1f} | {f['score']:,.0f} | {100 * (1 - f['score'] / f['bound']):.3f} % "
            f"| {100 * more:+.1f} % | {report['peak_memory_mib']:.0f} |")
    say("")


def _table(rows: Mapping[str, Figures]) -> None:
    say("\nSeconds, peak memory in MiB; pages: median ms (queries, KB)\n")
    for size, f in rows.items():
        run, score, baseline = f["run"], f["run"]["score"], f["first come, first served"]["score"]
        say(f"{size}: {SIZES[size][0]:,} workers")
        say(f"  import {f['import']['seconds']} s, {f['import']['peak_mib']} MiB")
        say(f"  run    {run['seconds']} s, {run['peak_mib']} MiB: " + ", ".join(f"{k} {v}" for k, v in run["parts"].items()))
        for step in ("publish", "export"):
            say(f"  {step:6} {f[step]['seconds']} s, {f[step]['peak_mib']} MiB")
        lists = f["rosters"]
        say(f"  lists  {lists['seconds']} s ({lists['cpu']} s of CPU), {lists['peak_mib']} MiB: {lists['files']:,} files, "
            f"{lists['bytes'] / 1e6:.1f} MB")
        say(f"  score  {score:,.1f}, gap {100 * run['gap']:.3f} % to its own bound; first come, first served "
            f"{baseline:,.1f} ({100 * (score / baseline - 1):+.1f} %); check.py: {f['check.py']['says']}"
            + (" BROKEN" if f["check.py"]["broken"] else ""))
        for page, (milliseconds, queries, kilobytes) in f["pages"]["pages"].items():
            say(f"  {milliseconds:7.1f} ms  {queries:3} queries {kilobytes:6.1f} KB  {page}")
        for search, (median, worst) in f["searches"]["searches"].items():
            say(f"  {median:7.1f} ms, at worst {worst:7.1f}  {search}")
        say("")
