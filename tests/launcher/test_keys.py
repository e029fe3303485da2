"""Keys are made once: another one would make all identity numbers unreadable."""
import base64
from pathlib import Path

import pytest
from launcher.keys import identity_key, secret_key, write_env
from launcher.layout import Var
from launcher.words import Refusal


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Var:
    for name in ("LABORBRIDGE_SECRET_KEY", "LABORBRIDGE_IDENTITY_KEY"):
        monkeypatch.delenv(name, raising=False)
    return Var(tmp_path)


def test_they_are_made_once_and_closed_to_others(var: Var) -> None:
    first = identity_key(var, data_exists=False), secret_key(var)
    assert (identity_key(var, data_exists=True), secret_key(var)) == first
    assert len(base64.b64decode(first[0])) == 32
    assert [path.stat().st_mode & 0o777 for path in sorted(var.keys.iterdir())] == [0o600, 0o600]


def test_a_lost_identity_key_is_not_replaced_beside_data(var: Var) -> None:
    with pytest.raises(Refusal, match="is missing, but there is data that was encrypted with it"):
        identity_key(var, data_exists=True)
    assert list(var.keys.iterdir()) == []


@pytest.mark.parametrize("damaged", ["", "c2hvcnQ=", "no base64 !"])
def test_a_damaged_identity_key_is_refused(var: Var, damaged: str) -> None:
    (var.keys / "identity").write_text(damaged)
    with pytest.raises(Refusal, match="from your backup"):
        identity_key(var, data_exists=True)


def test_a_given_key_comes_first(var: Var, monkeypatch: pytest.MonkeyPatch) -> None:
    given = base64.b64encode(bytes(32)).decode()
    monkeypatch.setenv("LABORBRIDGE_IDENTITY_KEY", given)
    assert identity_key(var, data_exists=True) == given
    assert not (var.keys / "identity").exists()


def test_the_env_file_is_closed_to_others(var: Var) -> None:
    write_env(var, {"DATABASE_URL": "postgresql://x", "REDIS_URL": "redis://y?a=b"})
    assert (var.folder / "env").read_text() == "DATABASE_URL=postgresql://x\nREDIS_URL=redis://y?a=b\n"
    assert (var.folder / "env").stat().st_mode & 0o777 == 0o600
