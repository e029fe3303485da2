"""Being asked to end, at any moment: nothing is cut off in the middle, the next wait says so."""
import select
import signal
import socket
from types import FrameType

from .words import Stopped

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class EndSignals:
    """Notes Ctrl-C, SIGTERM and a closed terminal; wakes up when a child ends."""

    def __init__(self) -> None:
        self.asked: signal.Signals | None = None
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def watch(self) -> None:
        """Install the handlers; must come before the first child."""
        for number in _ENDING:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._note)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.asked = signal.Signals(number)

    def wait(self, seconds: float) -> None:
        """Wait for any signal, at most so long."""
        if select.select([self._reader], [], [], seconds)[0]:
            self._reader.recv(4096)

    def check(self) -> None:
        if self.asked:
            raise Stopped(self.asked.name)


END = EndSignals()
