"""What bin/start and bin/test lay into static/vendor."""
from pathlib import Path

import pytest
from launcher import assets
from launcher.words import Refusal


def test_what_the_whitelist_names_is_there_and_names_no_source_map() -> None:
    files = [path for path in assets.VENDOR.rglob("*") if path.suffix in (".css", ".js")]
    assert {path.name for path in files} >= {"tabler.min.css", "tabler.min.js"}
    assert [path.name for path in files if b"sourceMappingURL" in path.read_bytes()] == []


def test_the_fonts_of_printed_lists_are_there_with_their_licence() -> None:
    assert {path.name for path in assets.FONTS.iterdir()} == {"NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "LICENSE"}
    assert all(path.read_bytes()[:4] == b"\0\1\0\0" for path in assets.FONTS.glob("*.ttf"))


def test_every_listed_icon_is_there() -> None:
    assert [name for name in assets.icon_names() if not (assets.VENDOR / "icons" / f"{name}.svg").exists()] == []


def test_remarks_and_doubles_in_the_list_of_icons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "icons.txt").write_text("train  # trips\n\n# people\nuser\ntrain\n")
    monkeypatch.setattr(assets, "ICONS", tmp_path / "icons.txt")
    assert assets.icon_names() == ["train", "user"]


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="names the icon trian, which @tabler/icons does not have"):
        assets._copy_icon("trian", tmp_path)


def test_the_lock_names_no_host() -> None:
    """So that the packages come from whatever registry this machine is set up for; their hashes are the check."""
    lock = assets.LOCK.read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
