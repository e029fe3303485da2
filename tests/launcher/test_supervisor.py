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
