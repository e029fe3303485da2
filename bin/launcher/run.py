"""Programs that do one thing and end: installers, management commands."""
import base64
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .child import end, spawn
from .layout import ROOT, VENV_PYTHON, Var
from .service import tail
from .signals import END
from .warming import cache_folder
from .words import Refusal

# For commands that read the settings and connect to nothing: type checks, collecting static files into an image.
UNUSED_VALUES = {
    "DATABASE_URL": "postgresql:///none",
    "REDIS_URL": "redis://none",
    "LABORBRIDGE_SECRET_KEY": "none",
    "LABORBRIDGE_IDENTITY_KEY": base64.b64encode(bytes(32)).decode(),
}
_LARGEST_LOG = 10 * 1024 * 1024


def finish(command: Sequence[str | Path], *, env: Mapping[str, str], log: Path | None, cwd: Path = ROOT) -> int:
    """Run it to its end with its output in `log`, or shown; a request to end is passed on to it."""
    child = spawn(command, env=env, log=log, cwd=cwd)
    while child.poll() is None:
        END.wait(0.5)
        if END.asked:
            end(child, [(END.asked, 10)])
    END.check()
    return child.returncode


def must(command: Sequence[str | Path], *, env: Mapping[str, str], log: Path, advice: str, cwd: Path = ROOT) -> None:
    """As finish(); a failure is a Refusal with the end of the log and what to do."""
    if finish(command, env=env, log=log, cwd=cwd) != 0:
        raise Refusal(f"`{Path(str(command[0])).name} {' '.join(map(str, command[1:4]))}` failed. "
                      f"The end of {log}:\n{tail(log)}\n{advice}")  # fmt: skip


def manage(*arguments: str, env: Mapping[str, str], var: Var) -> None:
    advice = "`.venv/bin/python manage.py doctor` says what is wrong with an installation."
    must([VENV_PYTHON, "manage.py", *arguments], env=env, log=var.log / "setup.log", advice=advice)


def start_answer(*arguments: str, env: Mapping[str, str]) -> "subprocess.Popen[str]":
    """A management command whose words, errors included, are read later."""
    return subprocess.Popen(
        [VENV_PYTHON, "manage.py", *arguments], env=dict(env), cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def answer_of(*arguments: str, env: Mapping[str, str]) -> tuple[int, str]:
    """What a management command prints, errors included."""
    command = start_answer(*arguments, env=env)
    text = command.communicate()[0].rstrip()
    END.check()
    return command.returncode, text


def turn_over(folder: Path) -> None:
    """Put large logs of earlier starts aside, one generation of each."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > _LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))


def environment(values: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with the installation's values, and .venv first on the path."""
    path = f"{VENV_PYTHON.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    fixed = {"PATH": path, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "DJANGO_SETTINGS_MODULE": "laborbridge.settings"}
    fixed["NUMBA_CACHE_DIR"] = str(cache_folder())
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return kept | fixed | dict(values)
