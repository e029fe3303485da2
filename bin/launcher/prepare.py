"""What has to be in order before the product's processes start: catalogues, static files, tables, the demo."""
import os
from collections.abc import Mapping
from pathlib import Path

from .layout import ROOT, VENV_PYTHON, Var
from .packages import NOTES
from .run import answer_of, manage, must
from .stamps import Stamp, content, looks
from .words import say, step


def compile_catalogues(log: Path) -> None:
    """Messages of locale/ in the form that Python reads, with Babel: gettext need not be on the machine."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        stamp = Stamp(NOTES / f"catalogue-{source.parent.parent.name}-{source.stem}", content(source))
        if stamp.fits() and target.exists():
            continue
        with step(f"Compiling the messages of {source.relative_to(ROOT)}"):
            command = [VENV_PYTHON, "-m", "babel.messages.frontend", "compile"]
            options = ["-l", source.parent.parent.name, "-i", source, "-o", target]
            must([*command, *options], env=os.environ, log=log, advice=f"Mend {source} and start again.")
            stamp.write()


def collect_static(var: Var, env: Mapping[str, str]) -> None:
    """Static files under the names that browsers may keep for ever, compressed."""
    files = (path for path in (ROOT / "static").rglob("*") if path.is_file())
    stamp = Stamp(var.stamps / "static", looks(files), content(ROOT / "requirements.txt", ROOT / "laborbridge" / "settings.py"))
    if stamp.fits() and (var.folder / "static").exists():
        return
    stamp.remove()
    with step("Collecting static files"):
        manage("collectstatic", "--noinput", "--clear", "--verbosity", "0", env=env, var=var)
    stamp.write()


def migrate(var: Var, env: Mapping[str, str]) -> None:
    with step("Bringing the tables up to date"):
        manage("migrate", "--noinput", env=env, var=var)


def make_demo(var: Var, env: Mapping[str, str]) -> None:
    with step("Looking for a campaign, and making the demo if there is none"):
        manage("make_demo", "--if-empty", env=env, var=var)


def tell_accounts(env: Mapping[str, str]) -> None:
    status, text = answer_of("demo_accounts", env=env)
    if status == 0 and text:
        say(text)
