"""A server or process that the launcher keeps alive."""
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from .child import end, wait_until
from .signals import END
from .words import Refusal


class Service(ABC):
    """One child: how it is started, when it is ready, how it is asked to end."""

    name: str
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    seconds_to_ready: float = 60
    stop_signals: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 10),)

    @abstractmethod
    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the child; called again after it has died."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether it answers."""

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def how_it_ended(self) -> str:
        """In words, for the person who watches."""
        code = self.process.poll() if self.process else None
        if code is None:
            return "it did not start"
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"

    def start(self) -> None:
        """Start it and wait until it answers; a Refusal shows the end of its log."""
        self.begin()
        self.await_ready()

    def begin(self) -> None:
        self.process = self.launch()

    def await_ready(self) -> None:
        wait_until(lambda: not self.alive() or END.asked is not None or self.ready(), self.seconds_to_ready)
        END.check()
        if not (self.alive() and self.ready()):
            self.stop()
            raise Refusal(f"{self.name} did not start. The end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, self.stop_signals)
            self.process = None


def tail(log: Path, lines: int = 12) -> str:
    if not log.exists():
        return "    (nothing was written)"
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in text)
