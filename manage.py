#!/usr/bin/env python3
"""Run a management command with the project's own Python, whichever Python was asked."""
import os
import sys
import time
from importlib import import_module
from pathlib import Path

BEGAN = time.monotonic()
ROOT = Path(__file__).resolve().parent
OWN_PYTHON = ROOT / ".venv" / "bin" / "python"
# These read and write files only, so they run where nothing has been set up: no key, no database, no broker.
FILES_ONLY = {"solve_bench"}


def run_on_files(name: str) -> None:
    """Without the set-up of Django, whose models and engine take longer to load than a small campaign takes to solve."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    sys.path.insert(1, str(ROOT / "bin"))
    from launcher.warming import cache_folder

    if cache_folder().exists():  # what bin/start has compiled
        os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder()))
    import_module(f"dispatch.management.commands.{name}").Command().run_from_argv(sys.argv)


def main() -> None:
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        if not OWN_PYTHON.exists() or Path(sys.prefix) == OWN_PYTHON.parent.parent:
            sys.exit("Django is not installed here. Run bin/start once: it installs all that is needed into .venv.")
        os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])
    if FILES_ONLY & set(sys.argv[1:2]):
        run_on_files(sys.argv[1])
        return
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborbridge.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
