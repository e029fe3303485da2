"""The product's own processes beside its servers: web, Celery worker, Celery beat."""
import http.client
import signal
import socket
import subprocess
from collections.abc import Mapping

from .child import spawn
from .layout import ROOT, VENV_PYTHON, Var, made
from .service import Service
from .words import Refusal

WEB_PROCESSES, WEB_THREADS = 2, 4
TASK_PROCESSES = 2


class Program(Service):
    """A process of the product's, run by .venv's Python."""

    def __init__(self, var: Var, env: Mapping[str, str]) -> None:
        self.var, self.env = var, env
        self._begin = 0

    def _run(self, *arguments: str, last_signal: signal.Signals) -> "subprocess.Popen[bytes]":
        self._begin = self.log.stat().st_size if self.log.exists() else 0
        return spawn([VENV_PYTHON, "-m", *arguments], env=self.env, log=self.log, last_signal=last_signal, cwd=ROOT)

    def has_written(self, words: bytes) -> bool:
        """Whether it has said so since it was started last."""
        if not self.log.exists():
            return False
        with self.log.open("rb") as stream:
            stream.seek(self._begin)
            return words in stream.read()


class Web(Program):
    name = "The web server"
    stop_signals = ((signal.SIGTERM, 8),)

    def __init__(self, var: Var, env: Mapping[str, str], host: str, port: int) -> None:
        super().__init__(var, env)
        self.host, self.port, self.log = host, port, var.log / "web.log"

    def launch(self) -> "subprocess.Popen[bytes]":
        size = ["--workers", str(WEB_PROCESSES), "--worker-class", "gthread", "--threads", str(WEB_THREADS)]
        limits = ["--timeout", "60", "--graceful-timeout", "5", "--keep-alive", "15", "--no-control-socket"]
        bind = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        return self._run(
            "gunicorn", "laborbridge.wsgi", "--bind", bind, *size, *limits, last_signal=signal.SIGTERM
        )

    def ready(self) -> bool:
        """Any answer to a request counts: it is the product's."""
        own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        line = http.client.HTTPConnection(own, self.port, timeout=20)
        try:
            line.request("GET", "/", headers={"Host": "localhost"})
            return line.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()


class Worker(Program):
    """SIGTERM lets running tasks end, SIGQUIT gives them back to the queue; a run that is cut off is taken up again."""

    name = "The Celery worker"
    stop_signals = ((signal.SIGTERM, 3), (signal.SIGQUIT, 7))

    def __init__(self, var: Var, env: Mapping[str, str]) -> None:
        super().__init__(var, env)
        self.log = var.log / "worker.log"

    def launch(self) -> "subprocess.Popen[bytes]":
        size = ["--pool", "prefork", "--concurrency", str(TASK_PROCESSES), "--without-gossip", "--without-mingle"]
        # Killed at once when the launcher is: its broker goes at the same moment, and it would wait for it for ever.
        return self._run(
            "celery", "-A", "laborbridge", "worker", *size, "--loglevel", "INFO", last_signal=signal.SIGKILL
        )

    def ready(self) -> bool:
        return self.has_written(b" ready.")


class Beat(Program):
    name = "Celery beat"
    stop_signals = ((signal.SIGTERM, 5),)

    def __init__(self, var: Var, env: Mapping[str, str]) -> None:
        super().__init__(var, env)
        self.log = var.log / "beat.log"

    def launch(self) -> "subprocess.Popen[bytes]":
        schedule = made(self.var.folder / "beat") / "schedule"
        # No pid file: one left by a killed beat would keep the next from starting, and the launcher's lock is enough.
        options = ["--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO"]
        return self._run("celery", "-A", "laborbridge", "beat", *options, last_signal=signal.SIGKILL)

    def ready(self) -> bool:
        return self.has_written(b"beat: Starting")


def check_port(host: str, port: int) -> None:
    """Refuse a port that is taken, before anything is started."""
    try:
        kind, *_rest, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.bind(address)
    except PermissionError as error:
        raise Refusal(f"Only root may listen on port {port}. Choose a higher one: bin/start --port 8000.") from error
    except socket.gaierror as error:
        raise Refusal(f"{host} is no address of this machine. Choose one: bin/start --host 127.0.0.1.") from error
    except OSError as error:
        raise Refusal(
            f"Port {port} on {host} is taken by another program ({error.strerror}). "
            f"Choose another: bin/start --port {port + 1 if port < 65535 else 8000}."
        ) from error


