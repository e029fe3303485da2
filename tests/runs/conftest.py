"""A campaign of the bench's size S in the test's database."""
from pathlib import Path

import pytest

from dispatch.importing import import_campaign
from laborbridge.campaigns.models import Campaign
from tests.bench import generate


@pytest.fixture(scope="session")
def folder_s(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("S"), 1400)


@pytest.fixture(scope="session")
def folder_slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Large enough to be still at work when a test interferes."""
    return generate(tmp_path_factory.mktemp("slow"), 20_000)


@pytest.fixture
def campaign_s(transactional_db: None, folder_s: Path) -> Campaign:
    return import_campaign(folder=folder_s, name="S", by=None).campaign


@pytest.fixture
def campaign_slow(transactional_db: None, folder_slow: Path) -> Campaign:
    return import_campaign(folder=folder_slow, name="slow", by=None).campaign
