"""bin/test: what the tests need, then style, types and tests; one exit status for all."""
import os
import shutil
import subprocess
from collections.abc import Sequence

from . import assets, packages, prepare
from .layout import VENV, VENV_PYTHON, Var
from .locks import only_setup
from .run import UNUSED_VALUES, environment, finish, must
from .signals import END
from .warming import start_warming
from .words import Refusal, Stopped, complain, say, step

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PYTEST = ("-n", "2", "--dist", "loadfile", "--durations", "10")


def main(arguments: Sequence[str]) -> int:
    END.watch()
    var = Var.of_installation()
    try:
        var.check_writable()
        say("Setting up what the tests need")
        with only_setup():
            packages.install("requirements.txt", "requirements-dev.txt")
            _install_browser(var)
            assets.lay_out()
            prepare.compile_catalogues(var.log / "setup.log")
        return _check(arguments)
    except Refusal as error:
        complain(f"bin/test: {error}")
        return 1
    except Stopped as error:
        say(f"Ended by {error}.")
        return 128 + (END.asked or 0)


def _check(arguments: Sequence[str]) -> int:
    """With arguments, pytest with them alone; the style and types of the whole are looked at without."""
    env = environment({})
    failed = []
    warming = start_warming(env, Var.of_installation().log / "setup.log")
    if not arguments:
        for name, command in (("ruff", ["ruff", "check", "."]), ("mypy", ["mypy", "."])):
            say(f"\n== {name}")
            if finish([VENV / "bin" / command[0], *command[1:]], env=env | UNUSED_VALUES, log=None) != 0:
                failed.append(name)
    if warming:
        warming.wait()
    say("\n== pytest")
    if finish([VENV_PYTHON, "-m", "pytest", *PYTEST, *arguments], env=env, log=None) != 0:
        failed.append("pytest")
    if failed:
        complain(f"\nbin/test: {' and '.join(failed)} failed.")
    return 1 if failed else 0


def _install_browser(var: Var) -> None:
    """Debian's Chromium and a font with Chinese characters, where they are missing and may be installed."""
    missing = [] if any(map(shutil.which, BROWSERS)) else ["chromium"]
    if not _has_chinese_font():
        missing += ["fonts-noto-cjk", "fontconfig"]
    if not missing:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Refusal(
            f"The browser tests need {' and '.join(missing)}, and only root may install them, with apt-get. "
            f"Run as root once: apt-get install {' '.join(missing)}."
        )
    with step(f"Installing {' and '.join(missing)} with apt-get"):
        env = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
        log = var.log / "apt.log"
        advice = "Check the connection to the Debian mirror, or install them by hand."
        must(["apt-get", "-qq", "update"], env=env, log=log, advice=advice)
        must(["apt-get", "-qq", "install", "--no-install-recommends", "-y", *missing], env=env, log=log, advice=advice)


def _has_chinese_font() -> bool:
    program = shutil.which("fc-list")
    return bool(program and subprocess.run([program, ":lang=zh"], capture_output=True, check=False).stdout.strip())
