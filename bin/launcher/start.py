"""bin/start: from a bare clone to a running product, one step after the other."""
import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from . import assets, keys, leftovers, packages, prepare, processes
from .child import MARK
from .layout import ROOT, Var
from .locks import only_setup, only_start
from .postgres import Postgres
from .run import UNUSED_VALUES, answer_of, environment, turn_over
from .signals import END
from .supervisor import Supervisor
from .valkey import Valkey
from .warming import start_warming
from .words import Refusal, Stopped, complain, say, step


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        complain(f"bin/start: {message}. `bin/start --help` lists the options.")
        raise SystemExit(2)


@dataclass(frozen=True)
class Options:
    host: str
    port: int
    demo: bool
    only_prepare: bool


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port between 1 and 65535")
    return int(text)


def read_options(arguments: Sequence[str]) -> Options:
    parser = _Parser(prog="bin/start", allow_abbrev=False, description="Start LaborBridge; Ctrl-C ends all of it.")
    parser.add_argument("--port", type=_port, default=8000, help="port of the web server (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument(
        "--demo", action=argparse.BooleanOptionalAction, default="DATABASE_URL" not in os.environ,
        help="make the demo, whose passwords everybody knows, in an empty database (by default in the embedded one)",
    )  # fmt: skip
    parser.add_argument("--only-prepare", action="store_true", help="install packages and front end, start nothing")
    found = parser.parse_args(arguments)
    return Options(found.host, found.port, found.demo, found.only_prepare)


def main(arguments: Sequence[str]) -> int:
    options = read_options(arguments)
    END.watch()
    var = Var.of_installation()
    try:
        var.check_writable()
        with only_start(var.folder / "lock"):
            _start(options, var)
    except Refusal as error:
        complain(f"bin/start: {error}")
        return 1
    except Stopped as error:
        say(f"Ended by {error} before everything ran.")
        return 128 + (END.asked or 0)
    return 0


def _start(options: Options, var: Var) -> None:
    turn_over(var.log)
    leftovers.clear_marked(str(var.folder), var.folder / "pids")
    if not options.only_prepare:
        processes.check_port(options.host, options.port)
    say(f"Starting LaborBridge of {ROOT}")
    _set_up(var)
    if options.only_prepare:
        prepare.collect_static(var, environment(UNUSED_VALUES))
        return
    supervisor = Supervisor(var.folder / "pids")
    try:
        _run(options, var, supervisor)
    finally:
        if supervisor.services:
            with step("Ending web server, tasks and servers"):
                supervisor.stop()


def _set_up(var: Var) -> None:
    with only_setup():
        packages.install("requirements.txt")
        start_warming(environment({}), var.log / "setup.log")
        assets.lay_out()
        prepare.compile_catalogues(var.log / "setup.log")


def _secrets(var: Var) -> dict[str, str]:
    """The two keys, made at the first start."""
    identity = keys.identity_key(var, data_exists=(var.folder / "postgres").exists())
    return {"LABORBRIDGE_SECRET_KEY": keys.secret_key(var), "LABORBRIDGE_IDENTITY_KEY": identity}


def _run(options: Options, var: Var, supervisor: Supervisor) -> None:
    postgres, values = _servers(var, supervisor)
    values |= _secrets(var)
    env = environment(values | {MARK: str(var.folder), "LABORBRIDGE_VAR": str(var.folder)})
    keys.write_env(var, values)
    _check_outer_servers(env)
    prepare.make_tables(var, env, postgres, options.demo)
    prepare.collect_static(var, env)
    with prepare.accounts_told(env, options.demo):
        supervisor.start(
            "Starting the web server, the Celery worker and beat",
            processes.Worker(var, env),
            processes.Web(var, env, options.host, options.port),
            processes.Beat(var, env),
        )
        say(f"\nLaborBridge is ready:  http://{_shown(options.host)}:{options.port}/\n")
    say(f"\nData, keys and logs are in {var.folder}. Ctrl-C ends everything.")
    supervisor.watch()
    say("")


def _servers(var: Var, supervisor: Supervisor) -> tuple[Postgres | None, dict[str, str]]:
    """The addresses of the servers: given ones, else embedded ones, which are started here."""
    urls = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    postgres = None
    if "DATABASE_URL" not in urls:
        # Before the data, so that data without its key can only mean a lost key.
        _secrets(var)
        postgres = Postgres(var.folder / "postgres", var.run, var.log / "postgres.log")
        supervisor.start(f"Starting PostgreSQL {postgres.binaries.version}", postgres)
        postgres.make_database()
        urls["DATABASE_URL"] = postgres.url()
    if "REDIS_URL" not in urls:
        valkey = Valkey(var.folder / "valkey", var.run, var.log / "valkey.log")
        supervisor.start("Starting Valkey", valkey)
        urls["REDIS_URL"] = valkey.url()
    return postgres, urls


def _check_outer_servers(env: Mapping[str, str]) -> None:
    """Servers that are not ours: reachable, new enough, with the extensions; said before anything is written."""
    looks = {"DATABASE_URL": ("database", "extensions"), "REDIS_URL": ("redis",)}
    given = [name for name in looks if os.environ.get(name)]
    if not given:
        return
    with step(f"Looking at the server of {' and '.join(given)}"):
        arguments = [part for name in given for check in looks[name] for part in ("--only", check)]
        status, text = answer_of("doctor", *arguments, env=env)
        if status != 0:
            raise Refusal(f"a given server is not as it has to be.\n{text}")


def _shown(host: str) -> str:
    return {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
