"""A child that dies again and again is given up, in words."""
import os
import subprocess
import sys
from pathlib import Path

import pytest
from launcher.child import spawn
from launcher.service import Service
from launcher.supervisor import MOST_RESTARTS, Supervisor
from launcher.words import Refusal


class ShortLived(Service):
    """Is ready, and ends half a second later."""

    name = "The mayfly"

    def __init__(self, log: Path) -> None:
        self.log = log
        self.launched = 0

    def launch(self) -> "subprocess.Popen[bytes]":
        self.launched += 1
        script = "import time; time.sleep(0.2); raise SystemExit(7)"
        return spawn([sys.executable, "-S", "-c", script], env=os.environ, log=self.log)

    def ready(self) -> bool:
        return True


class Obedient(Service):
    """Writes its name into a file when it is asked to end."""

    def __init__(self, name: str, ended: Path) -> None:
        self.name, self.ended, self.log = name, ended, ended.with_name(f"{name}.log")

    def launch(self) -> "subprocess.Popen[bytes]":
        write = f"open({str(self.ended)!r}, 'a').write({self.name + ' '!r})"
        script = f"import signal, sys; signal.signal(15, lambda *_: ({write}, sys.exit())); print('up', flush=True)"
        return spawn([sys.executable, "-S", "-c", f"{script}; signal.pause()"], env=os.environ, log=self.log)

    def ready(self) -> bool:
        return "up" in self.log.read_text()


def test_they_end_in_the_opposite_order_of_their_start(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "pids")
    supervisor.start("Starting the database", Obedient("database", tmp_path / "ended"))
    supervisor.start("Starting two", *(Obedient(name, tmp_path / "ended") for name in ("worker", "web")))
    assert len((tmp_path / "pids").read_text().splitlines()) == 3
    supervisor.stop()
    assert (tmp_path / "ended").read_text().split() == ["web", "worker", "database"]


def test_it_gives_up_after_five_in_a_minute(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = ShortLived(tmp_path / "log")
    supervisor = Supervisor(tmp_path / "pids")
    supervisor.start("Starting the mayfly", service)
    with pytest.raises(Refusal, match=r"mayfly ended \(exit status 7\) and has been started 5 times within a minute"):
        supervisor.watch()
    assert service.launched == 1 + MOST_RESTARTS
    supervisor.stop()
    assert capsys.readouterr().out.count("starting it again") == MOST_RESTARTS
    assert not (tmp_path / "pids").exists()
