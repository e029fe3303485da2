"""The way in for every command under bin/: a Python that is new enough, then the command's own module.

Nothing newer than the syntax of Python 2 here: an old Python must get as far as saying what it is.
"""
import importlib
import os
import shutil
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def enter(module):  # type: ignore[no-untyped-def]
    """Run main(arguments) of launcher.MODULE and exit with what it returns."""
    if sys.version_info < OLDEST:
        for name in NEWER:
            newer = getattr(shutil, "which", lambda _: None)(name)
            if newer:
                os.execv(newer, [newer] + sys.argv)
        said = "{0}: this is Python {1}.{2}, and LaborBridge needs 3.11 or newer. Start it with that: python3.11 {0}"
        sys.exit(said.format(sys.argv[0], *sys.version_info[:2]))
    sys.dont_write_bytecode = True
    sys.exit(importlib.import_module("launcher." + module).main(sys.argv[1:]))
