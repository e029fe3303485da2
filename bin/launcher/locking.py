"""bin/lock: pinned requirements with hashes for every platform, and a look whether all of them have wheels."""
import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .layout import ROOT, VENV_PYTHON
from .words import complain, say, step

OLDEST_PYTHON = "3.11"
COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes",
    "--no-emit-index-url", "--no-emit-find-links", "--no-annotate",
)  # fmt: skip
# What pip on a machine of the kind would accept; the newest tags are those of Debian 12 and of macOS 14.
PLATFORMS = {
    "Linux x86-64": [f"manylinux_2_{minor}_x86_64" for minor in (36, 34, 31, 28, 27, 17, 12, 5)]
    + ["manylinux2014_x86_64", "linux_x86_64"],
    "Linux arm64": [f"manylinux_2_{minor}_aarch64" for minor in (36, 34, 31, 28, 27, 17)]
    + ["manylinux2014_aarch64", "linux_aarch64"],
    "macOS on Apple silicon": [f"macosx_{major}_0_arm64" for major in (14, 13, 12, 11)]
    + [f"macosx_{major}_0_universal2" for major in (14, 13, 12, 11)]
    + [f"macosx_10_{minor}_universal2" for minor in range(16, 8, -1)],
}
_PLATFORM_FACTS = {
    "Linux x86-64": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
    "Linux arm64": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64"},
    "macOS on Apple silicon": {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
}
# Asks packaging inside pip which lines hold on the platform: pip itself would take the markers of this machine.
_CHOOSE = """
import json, sys
from pip._vendor.packaging.markers import Marker
facts = json.loads(sys.argv[1])
for line in open(sys.argv[2], encoding="utf-8"):
    line = line.split("#")[0].strip().rstrip("\\\\").strip()
    name, _, marker = line.partition(";")
    if "==" in name and not name.startswith("--") and (not marker or Marker(marker.strip()).evaluate(facts)):
        print(name.strip())
"""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/lock", description="Write requirements*.txt anew from requirements*.in.")
    parser.add_argument("--check-platforms", action="store_true", help="look for wheels everywhere, write nothing")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions of what the .in files leave open")
    options = parser.parse_args(arguments)
    return check_platforms() if options.check_platforms else lock(options.upgrade)


def lock(upgrade: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="laborbridge-lock-") as folder:
        with step("Installing uv into a throw-away environment"):
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([f"{folder}/bin/python", "-m", "pip", "install", "--quiet", "uv"], check=True)
        for name in ("requirements", "requirements-dev"):
            with step(f"Resolving {name}.in"):
                extra = ["--upgrade"] if upgrade else []
                command = [f"{folder}/bin/uv", *COMPILE, *extra, f"{name}.in", "-o", f"{name}.txt"]
                subprocess.run(command, cwd=ROOT, check=True)
    return 0


def check_platforms() -> int:
    """1 if a package has no wheel for a platform that the product promises."""
    missing = 0
    for platform, tags in PLATFORMS.items():
        say(f"{platform}, Python {OLDEST_PYTHON}")
        for pinned in _wanted(platform):
            if problem := _download(pinned, tags):
                complain(f"  {pinned}: {problem}")
                missing += 1
    say("Every package has a wheel for every platform." if not missing else f"{missing} wheels are missing.")
    return 1 if missing else 0


def _wanted(platform: str) -> list[str]:
    """The lines of both files whose environment markers hold there."""
    facts = json.dumps(_PLATFORM_FACTS[platform] | {"python_version": OLDEST_PYTHON, "python_full_version": "3.11.7"})
    lines: set[str] = set()
    for name in ("requirements.txt", "requirements-dev.txt"):
        command: list[str | Path] = [VENV_PYTHON, "-c", _CHOOSE, facts, ROOT / name]
        lines |= set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n"))
    return sorted(lines - {""})


def _download(pinned: str, tags: list[str]) -> str:
    """Fetch the wheel as a machine of that platform would; what pip says if there is none."""
    with tempfile.TemporaryDirectory(prefix="laborbridge-wheel-") as folder:
        where = [part for tag in tags for part in ("--platform", tag)]
        version = ["--python-version", OLDEST_PYTHON, "--implementation", "cp", "--abi", "cp311", "--abi", "abi3"]
        rest = ["--abi", "none", "--only-binary=:all:", "--no-deps", "--quiet", "-d", folder]
        answer = subprocess.run(
            [VENV_PYTHON, "-m", "pip", "download", *where, *version, *rest, pinned],
            capture_output=True, text=True, check=False, cwd=Path(folder),
        )  # fmt: skip
        return "" if answer.returncode == 0 else (answer.stderr.strip().splitlines() or ["pip failed"])[-1]
