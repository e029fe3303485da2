"""The folder's files into temporary tables, line by line through COPY, with every value read and checked on its own."""
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from laborbridge.copying import Cursor, copy_rows, next_id

from .columns import Column, File
from .faults import Faults

# Control characters, and bytes that were no UTF-8. Not "unprintable": names hold characters that Python has not met yet.
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def create_table(cursor: Cursor, file: File) -> None:
    columns = ", ".join(f'"{c.name}" {c.sql}' for c in file.columns)
    if file.becomes:
        columns += f", id bigint NOT NULL DEFAULT {next_id(file.becomes)}"
    cursor.execute(f"CREATE TEMPORARY TABLE {file.table} (line integer NOT NULL, {columns}) ON COMMIT DROP")


def drop_staged(cursor: Cursor) -> None:
    """All staging tables; without it a second import in the same transaction would find them."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND relname LIKE 'in\\_%'"
    )
    for (table,) in cursor.fetchall():
        cursor.execute(f"DROP TABLE pg_temp.{table}")


class Reader:
    """Reads one file's rows in the order of the file's spec; whatever does not read becomes a fault."""

    def __init__(self, folder: Path, file: File, faults: Faults) -> None:
        self.path, self.file, self.faults = folder / file.name, file, faults

    def rows(self) -> Iterator[list[object]]:
        """(line, value, value, ...) of every good row."""
        if not self.path.is_file():
            if self.file.required:
                self.faults.add(self.file.name, None, "", "", "this file in the folder")
            return
        try:
            yield from self._records()
        except OSError as error:
            self.faults.add(self.file.name, None, "", "", f"a file that can be read ({error.strerror})")

    def _records(self) -> Iterator[list[object]]:
        with self.path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as lines:
            reader = csv.reader(lines, strict=True)
            try:
                header = next(reader, [])
                positions = self._positions(header)
                if positions is None:
                    return
                for record in reader:
                    if self.faults.more:
                        return
                    if record and (row := self._row(reader.line_num, record, len(header), positions)):
                        yield row
            except csv.Error as error:
                self.faults.add(self.file.name, reader.line_num, "", str(error), "comma-separated values")

    def _positions(self, header: list[str]) -> list[tuple[Column, int | None]] | None:
        missing = [c for c in self.file.columns if c.required and c.name not in header]
        for column in missing:
            self.faults.add(self.file.name, 1, column.name, ",".join(header), f"a column named {column.name}")
        twice = [c for c in self.file.columns if header.count(c.name) > 1]
        for column in twice:
            self.faults.add(self.file.name, 1, column.name, ",".join(header), f"only one column named {column.name}")
        if missing or twice:
            return None
        return [(c, header.index(c.name) if c.name in header else None) for c in self.file.columns]

    def _row(
        self, line: int, record: list[str], width: int, positions: list[tuple[Column, int | None]]
    ) -> list[object] | None:
        if len(record) != width:
            self.faults.add(self.file.name, line, "", ",".join(record), f"{width} values, as many as headings")
            return None
        row: list[object] = [line]
        for column, at in positions:
            if at is None:
                row.append(None)
                continue
            text = record[at]
            try:
                if _UNREADABLE.search(text):
                    raise ValueError
                row.append(column.read(text))
            except ValueError:
                shown = text.encode("utf-8", "backslashreplace").decode()
                self.faults.add(self.file.name, line, column.name, shown, column.expected)
        return row if len(row) == len(positions) + 1 else None


def stage(cursor: Cursor, folder: Path, file: File, faults: Faults) -> None:
    """One file into its temporary table."""
    create_table(cursor, file)
    copy_rows(cursor, file.table, ["line", *(c.name for c in file.columns)], Reader(folder, file, faults).rows())
    cursor.execute(f"ANALYZE {file.table}")
