"""A file or pasted cells into a Workbook, by what the bytes are, not by the name."""
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from . import containers
from .archives import Archive
from .delimited import delimiter_of, grid_of, read_csv
from .limits import LARGEST
from .pages import as_workbook, is_page, read_page
from .shapes import Field, Grid, Unreadable, Workbook
from .tables import tables
from .xls import read_xls
from .xlsx import read_xlsx

_ZIP = b"PK\x03\x04"
_IS_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|workbook)|mime-version:", re.IGNORECASE)
# What people rename: PDF, pictures, archives, formatted text.
_OTHERS = (b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM6", b"{\\rtf", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b",
           b"PK\x05\x06", b"MZ", b"\x7fELF")


def read(data: bytes, name: str, fields: Sequence[Field], learned: Mapping[str, str]) -> Workbook:
    """Unreadable where the file as a whole is none that can be taken."""
    kind = kind_of(data)
    return tables(kind, grids_of(data, kind), fields, learned)


def grids_of(data: bytes, kind: str) -> list[Grid]:
    if kind == "xlsx":
        return read_xlsx(Archive(data))
    return {"xls": read_xls, "html": read_page, "csv": read_csv}[kind](data)


def read_pasted(text: str, fields: Sequence[Field], learned: Mapping[str, str]) -> Workbook:
    if not text.strip():
        raise Unreadable(_("Nothing was pasted. Mark the list with its headings in the workbook, copy it and paste it "
                           "here."))
    _refuse_too_large(len(text))
    text = text.replace("\x00", "")
    grid = grid_of(text, "\t" if "\t" in text else delimiter_of(text))
    return tables("pasted", [grid], fields, learned)


def kind_of(data: bytes) -> str:
    """xlsx, xls, html or csv; Unreadable with advice for what is something else."""
    _refuse_too_large(len(data))
    if not data.strip():
        raise Unreadable(_("The file is empty. Send the workbook with the list."))
    if data.startswith(containers.MARK):
        return "xls"
    if data.startswith(_ZIP):
        return "xlsx"
    if is_page(data):
        return "html"
    if _IS_XML.match(data):
        raise Unreadable(as_workbook())
    if data.startswith(_OTHERS):
        raise Unreadable(_("This file is no workbook, whatever its name says. Send .xlsx, .xls or .csv, or paste the "
                           "cells."))
    return "csv"


def _refuse_too_large(size: int) -> None:
    if size > LARGEST:
        raise Unreadable(_("The file is larger than 40 MB. Send the list without pictures, or in several parts."))
