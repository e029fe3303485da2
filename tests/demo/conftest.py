"""The demo's folder, written once for all tests that only read it."""
from pathlib import Path

import pytest

from laborbridge.demo.folder import write_folder


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_folder(folder)
    return folder
