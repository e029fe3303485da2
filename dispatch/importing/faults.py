"""What is wrong in a folder: file, line, column, value, and what was expected there."""
from dataclasses import dataclass

MOST = 100


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    line: int | None
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file} line {self.line}"
        column = f", column {self.column}" if self.column else ""
        value = f": {self.value[:60]!r}" if self.line is not None else ""
        return f"{where}{column}{value}: expected {self.expected}"


class FolderRefused(Exception):
    """The folder was not imported; nothing of it is left behind."""

    def __init__(self, faults: list[Fault], more: bool = False) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults
        # There were more than MOST; the rest will show when these are mended.
        self.more = more


class Faults:
    """Collects up to MOST faults; whoever finds more sees `full` and stops looking."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.more = False

    @property
    def full(self) -> bool:
        return len(self.found) >= MOST

    def add(self, file: str, line: int | None, column: str, value: str, expected: str) -> None:
        if self.full:
            self.more = True
        else:
            self.found.append(Fault(file, line, column, value, expected))

    def stop_if_any(self) -> None:
        if self.found:
            raise FolderRefused(self.found, self.more)
