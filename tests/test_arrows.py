"""Imports run one way, as docs/structure.md draws it; a foreign key named by a string counts as an import."""
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each part may use the parts that are named for it, and itself.
GROUND = ["laborbridge.accounts", "laborbridge.places", "laborbridge.campaigns", "laborbridge.audit", "laborbridge.web",
          "laborbridge.identity", "laborbridge.rules", "laborbridge.environment", "laborbridge.beating",
          "laborbridge.copying"]
MAY_USE = {
    "laborbridge": GROUND,
    "workers": GROUND,
    "jobs": [*GROUND, "workers"],
    "transport": GROUND,
    "dispatch.matching": [],
    "dispatch": [*GROUND, "workers", "jobs", "transport", "dispatch.matching"],
}
# The wiring on top sees all: addresses, REST, the engine, settings, and the demo campaign that is made of everything.
WIRING = ("laborbridge/urls.py", "laborbridge/api.py", "laborbridge/api_lists.py", "laborbridge/celery.py",
          "laborbridge/settings.py", "laborbridge/wsgi.py", "laborbridge/__init__.py", "laborbridge/demo/",
          "laborbridge/home/")
RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")
APPS = ("laborbridge", "workers", "jobs", "transport", "dispatch")

# Inside an app, a file imports only from layers at its left.
LAYERS = {
    "models": 0, "reasons": 0, "reading": 0, "queries": 1, "snapshot": 1, "importing": 2, "lists": 2, "linking": 2,
    "rosters": 2, "services": 2, "tasks": 3,
    "forms": 3, "views": 4, "api": 4, "serializers": 4, "urls": 5, "management": 5,
}


def sources() -> list[Path]:
    return [p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = module_of(path).split(".") if path.name == "__init__.py" else module_of(path).split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in RELATIONS:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
                label = first.value.split(".")[0]
                yield {"accounts": "laborbridge.accounts", "places": "laborbridge.places",
                       "campaigns": "laborbridge.campaigns"}.get(label, label)


def part_of(module: str) -> str:
    if module == "dispatch.matching" or module.startswith("dispatch.matching."):
        return "dispatch.matching"
    return module.split(".")[0]


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_a_file_imports_only_from_below(path: Path) -> None:
    if str(path.relative_to(ROOT)).startswith(WIRING):
        return
    here = part_of(module_of(path))
    for used in imports(path):
        if part_of(used) == here or used.split(".")[0] not in APPS:
            continue
        allowed = MAY_USE[here]
        assert any(used == a or used.startswith(a + ".") for a in allowed), f"{path} uses {used}"


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_inside_an_app_a_file_imports_only_from_its_left(path: Path) -> None:
    parts = module_of(path).split(".")
    app = parts[:2] if parts[0] == "laborbridge" else parts[:1]
    mine = LAYERS.get(parts[len(app)]) if len(parts) > len(app) else None
    if mine is None or str(path.relative_to(ROOT)).startswith(WIRING):
        return
    for used in imports(path):
        names = used.split(".")
        if names[: len(app)] == app and len(names) > len(app):
            assert LAYERS.get(names[len(app)], 0) <= mine, f"{path} uses {used}"


def test_the_core_knows_no_framework_and_no_clock_but_the_stop_rule() -> None:
    foreign = re.compile(r"django|celery|redis|psycopg|rest_framework|laborbridge|random|datetime\.now|time\.time\b")
    for path in (ROOT / "dispatch" / "matching").rglob("*.py"):
        for used in imports(path):
            assert not foreign.match(used), f"{path} uses {used}"
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"np\.random\.(seed|rand|shuffle|permutation)\b", text), path
        if path.name != "result.py":
            assert "perf_counter" not in text and "datetime.now" not in text, path


def test_inside_dispatch_the_core_comes_first() -> None:
    for path in (ROOT / "dispatch" / "snapshot").rglob("*.py"):
        for used in imports(path):
            assert not used.startswith(("dispatch.services", "dispatch.tasks", "dispatch.views")), f"{path} uses {used}"
