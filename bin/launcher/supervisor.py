"""Keeps services alive until somebody asks to end, then ends them in order."""
import time
from collections import deque
from pathlib import Path

from .layout import write_whole
from .service import Service
from .signals import END
from .words import Refusal, complain, say, step

MOST_RESTARTS = 5
WITHIN_SECONDS = 60.0


class Supervisor:
    """Services in the order of their start; they end in the opposite one."""

    def __init__(self, pids: Path) -> None:
        self.services: list[Service] = []
        self.pids = pids
        self._restarts: dict[str, deque[float]] = {}

    def start(self, doing: str, *services: Service) -> None:
        """Start one, or several that do not wait for each other."""
        with step(doing):
            for service in services:
                self.services.append(service)
                service.start() if len(services) == 1 else service.begin()
            for service in services:
                service.await_ready()
        self._note()

    def watch(self) -> None:
        """Return when asked to end; a Refusal when a service dies again and again."""
        while not END.asked:
            END.wait(1.0)
            for service in self.services:
                if not service.alive() and not END.asked:
                    self._again(service)

    def _again(self, service: Service) -> None:
        how = service.how_it_ended()
        times = self._restarts.setdefault(service.name, deque(maxlen=MOST_RESTARTS))
        now = time.monotonic()
        if len(times) == MOST_RESTARTS and now - times[0] < WITHIN_SECONDS:
            raise Refusal(
                f"{service.name} ended ({how}) and has been started {MOST_RESTARTS} times within a minute; giving up. "
                f"{service.log} says why."
            )
        times.append(now)
        say(f"{time.strftime('%H:%M:%S')}  {service.name} ended ({how}); starting it again.")
        service.stop()
        try:
            service.start()
            say(f"{time.strftime('%H:%M:%S')}  {service.name} runs again.")
        except Refusal as error:
            # Counted like any other end: the next round tries again, until the limit.
            complain(str(error))
        self._note()

    def stop(self) -> None:
        """In the opposite order; what was never started is no matter."""
        for service in reversed(self.services):
            service.stop()
        self.services.clear()
        self.pids.unlink(missing_ok=True)

    def _note(self) -> None:
        """For the next start on a system that cannot tell children that their parent died."""
        running = [service.process for service in self.services if service.process]
        write_whole(self.pids, "".join(f"{process.pid} {_program(process.args)}\n" for process in running))


def _program(arguments: object) -> str:
    return str(arguments[0]) if isinstance(arguments, list) else ""
