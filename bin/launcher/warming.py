"""Compiling the loops of the matching core beside everything else, so that the first run need not wait for it."""
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .child import spawn
from .layout import ROOT, VENV, VENV_PYTHON
from .stamps import content
from .words import say


def cache_folder() -> Path:
    """Where numba keeps the machine code of the core as it is now; another core has another folder."""
    sources = sorted((ROOT / "dispatch" / "matching").glob("*.py"))
    return VENV / "numba" / content(*sources, ROOT / "requirements.txt")[:16]


def start_warming(env: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes] | None":
    """Compile in the background what is not compiled yet; None where it is. A run that comes sooner does it itself."""
    if cache_folder().exists():
        return None
    say("  Compiling the matching core beside this; about a minute, during which a run takes longer to begin")
    return spawn(["nice", "-n", "5", VENV_PYTHON, "-m", "dispatch.matching.warm"], env=env, log=log, cwd=ROOT)
