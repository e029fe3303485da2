"""Notes on what was done from which files, so that the next start does only what has changed."""
import hashlib
from collections.abc import Iterable
from pathlib import Path

from .layout import write_whole


class Stamp:
    """One finished piece of work; it is removed before the work begins again, so an interrupted one is repeated."""

    def __init__(self, path: Path, *sources: str) -> None:
        self.path = path
        self.digest = hashlib.sha256("\0".join(sources).encode()).hexdigest()

    def fits(self) -> bool:
        return self.path.exists() and self.path.read_text(encoding="ascii", errors="replace").strip() == self.digest

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def write(self) -> None:
        write_whole(self.path, f"{self.digest}\n")


def content(*paths: Path) -> str:
    """A digest of what the files say."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def looks(paths: Iterable[Path]) -> str:
    """A digest of names, sizes and times: quicker for many files."""
    lines = []
    for path in sorted(paths):
        facts = path.stat()
        lines.append(f"{path} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
