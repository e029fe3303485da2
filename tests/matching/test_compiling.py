"""Compiling is done once and is no part of a limit; bytecode is kept where Python does not keep it."""

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import pytest
from numba import njit

from dispatch.matching.compiling import compile_seconds, keep_bytecode
from dispatch.matching.result import Clock, Stop
from dispatch.matching.solve import solve
from tests.matching.small import small

ROOT = Path(__file__).parent.parent.parent


def test_seconds_of_compiling_do_not_count() -> None:
    begun, before = time.monotonic(), compile_seconds()
    clock = Clock(Stop())
    assert njit(lambda x: x + 1)(1) == 2
    compiled = compile_seconds() - before
    assert compiled > 0
    assert clock.seconds() <= time.monotonic() - begun - compiled
    assert compile_seconds() - before == compiled


def test_a_compilation_within_another_counts_once() -> None:
    begun, before = time.monotonic(), compile_seconds()
    inner = njit(lambda x: x * 2)
    assert njit(lambda x: inner(x) + 1)(1) == 3
    assert 0 < compile_seconds() - before <= time.monotonic() - begun


@pytest.mark.parametrize("writable", [True, False])
def test_bytecode_of_packages_is_kept_where_python_keeps_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writable: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "some_package.py").write_text("answer = 42\n")
    if not writable:
        (folder / "__pycache__").write_text("no folder")
    spec = importlib.util.spec_from_file_location("some_package", folder / "some_package.py")
    assert spec is not None and spec.loader is not None and spec.cached is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "some_package", module)
    spec.loader.exec_module(module)
    assert not Path(spec.cached).exists()
    keep_bytecode()
    assert Path(spec.cached).exists() == writable


def test_a_bench_is_solved_without_loading_the_product(tmp_path: Path) -> None:
    code = (
        "import runpy, sys; sys.argv[1:1] = ['solve_bench', 'nowhere']\n"
        "try: runpy.run_path('manage.py', run_name='__main__')\n"
        "except SystemExit: print({'celery', 'django.db.models', 'laborbridge.settings'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, "--out", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
    assert "There is no folder nowhere" in done.stderr


def test_a_small_problem_has_a_plan_however_short_the_time() -> None:
    result = solve(small(2), Stop(seconds=0))
    assert (result.placed, result.stopped_by, result.bound) == (2, "seconds", None)
