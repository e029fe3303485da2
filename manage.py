#!/usr/bin/env python3
"""Run a management command with the project's own Python, whichever Python was asked."""
import os
import sys
import time
from pathlib import Path

BEGAN = time.monotonic()
OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
# These read and write files only, so they run where nothing has been set up: no key, no database, no broker.
FILES_ONLY = {"solve_bench"}
NOTHING = {
    "LABORBRIDGE_SECRET_KEY": "-", "LABORBRIDGE_IDENTITY_KEY": "-", "DATABASE_URL": "postgres:///none", "REDIS_URL": "-",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborbridge.settings")
    if FILES_ONLY & set(sys.argv[1:2]):
        os.environ.update(NOTHING)
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        if not OWN_PYTHON.exists() or Path(sys.prefix) == OWN_PYTHON.parent.parent:
            sys.exit("Django is not installed here. Run bin/start once: it installs all that is needed into .venv.")
        os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])
    from django.core.exceptions import ImproperlyConfigured

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
