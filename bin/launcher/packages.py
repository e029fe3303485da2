"""The clone's own .venv with hash-pinned packages."""
import importlib.util
import os
import sys
import sysconfig
import tempfile
from pathlib import Path

from .layout import ROOT, VENV, VENV_PYTHON
from .run import finish, must
from .service import tail
from .signals import END
from .stamps import Stamp, content
from .words import Refusal, step

NOTES = VENV / "laborbridge"
_BUSY = NOTES / "installing"


def install(*names: str) -> None:
    """Install requirements files (by name) unless exactly these are installed."""
    files = [ROOT / name for name in names]
    # Another Python or processor needs other wheels.
    stamp = Stamp(NOTES / f"packages-{files[-1].stem}", content(*files), sys.version, sysconfig.get_platform())
    if stamp.fits() and VENV_PYTHON.exists() and not _BUSY.exists():
        return
    _check_writable()
    # The log is outside .venv, which may have to be made anew.
    with tempfile.TemporaryDirectory(prefix="laborbridge-") as folder:
        log = Path(folder) / "install.log"
        _make_venv(log)
        stamp.remove()
        _BUSY.touch()
        with step(f"Installing the packages of {' and '.join(names)} into .venv (the first time about half a minute)"):
            _pip(files, log)
        stamp.write()
        _BUSY.unlink()


def _check_writable() -> None:
    if not os.access(VENV if VENV.exists() else ROOT, os.W_OK):
        raise Refusal(f"{VENV} cannot be written to. Give this user the right to write to {ROOT}.")


def _make_venv(log: Path) -> None:
    if not _BUSY.exists() and VENV_PYTHON.exists() and _has_pip(log):
        NOTES.mkdir(exist_ok=True)
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise Refusal(
            f"{sys.executable} comes without venv and ensurepip. "
            "Install them (Debian and Ubuntu: apt-get install python3-venv) and start again."
        )
    with step("Making .venv"):
        advice = f"Remove {VENV} and start again."
        must([sys.executable, "-m", "venv", "--clear", VENV], env=os.environ, log=log, advice=advice)
        NOTES.mkdir(exist_ok=True)


def _has_pip(log: Path) -> bool:
    """False for a .venv whose Python is gone, is of another version, or that was not finished."""
    check = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return finish([VENV_PYTHON, "-I", "-c", check], env=os.environ, log=log) == 0


def _pip(files: list[Path], log: Path) -> None:
    # Compiling all modules would take longer than compiling the used ones when they are first imported.
    options = ["--require-hashes", "--only-binary=:all:", "--no-compile", "--no-input", "-q"]
    wanted = [part for path in files for part in ("-r", str(path))]
    env = dict(os.environ) | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if finish([VENV_PYTHON, "-m", "pip", "install", *options, *wanted], env=env, log=log) != 0:
        END.check()
        raise Refusal(
            f"Packages could not be installed:\n{tail(log)}\n"
            "Check the connection to the package index (pip reads PIP_INDEX_URL and proxy settings) and start again."
        )
