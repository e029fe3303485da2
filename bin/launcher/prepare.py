"""What has to be in order before the product's processes start: catalogues, static files, tables, the demo."""
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .layout import ROOT, VENV_PYTHON, Var
from .packages import NOTES
from .postgres import DATABASE, Postgres
from .run import manage, must, start_answer
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
            command: list[str | Path] = [VENV_PYTHON, "-m", "babel.messages.frontend", "compile"]
            command += ["-l", source.parent.parent.name, "-i", source, "-o", target]
            must(command, env=os.environ, log=log, advice=f"Mend {source} and start again.")
            stamp.write()


def collect_static(var: Var, env: Mapping[str, str]) -> None:
    """Static files under the names that browsers may keep for ever, compressed."""
    files = (path for path in (ROOT / "static").rglob("*") if path.is_file())
    others = content(ROOT / "requirements.txt", ROOT / "laborbridge" / "settings.py")
    stamp = Stamp(var.stamps / "static", looks(files), others)
    if stamp.fits() and (var.folder / "static").exists():
        return
    stamp.remove()
    with step("Collecting static files"):
        manage("collectstatic", "--noinput", "--clear", "--verbosity", "0", env=env, var=var)
    stamp.write()


def make_tables(var: Var, env: Mapping[str, str], database: Postgres | None, demo: bool) -> None:
    """Tables and the demo. In the embedded database, what an earlier start finished is not done again."""
    migrations = [path for folder in ROOT.glob("[a-z]*/") for path in folder.rglob("migrations/**/*.[ps][yq]*")]
    sources = [content(*sorted(migrations)), content(ROOT / "requirements.txt"), f"demo {demo}"]
    if database and (Stamp(var.stamps / "tables", *sources, _state(database))).fits():
        return
    with step("Bringing the tables up to date"):
        manage("migrate", "--noinput", env=env, var=var)
    if demo:
        with step("Looking for a campaign, and making the demo if there is none"):
            manage("make_demo", "--if-empty", env=env, var=var)
    if database:
        Stamp(var.stamps / "tables", *sources, _state(database)).write()


def _state(database: Postgres) -> str:
    """Which cluster, which database in it, which migrations: another after a backup has been put back."""
    cluster = database.sql("SELECT system_identifier FROM pg_control_system()")
    if database.sql("SELECT to_regclass('django_migrations')", DATABASE) == "":
        return f"{cluster} empty"
    inside = "SELECT max(id), count(*), (SELECT oid FROM pg_database WHERE datname = current_database())"
    return f"{cluster} {database.sql(f'{inside} FROM django_migrations', DATABASE)}"


@contextmanager
def accounts_told(env: Mapping[str, str], wanted: bool) -> Iterator[None]:
    """Ask for the demo accounts while the processes start, and say them afterwards."""
    asked = start_answer("demo_accounts", env=env) if wanted else None
    yield
    if asked and (text := asked.communicate()[0].rstrip()) and asked.returncode == 0:
        say(text)
