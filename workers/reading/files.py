"""A file or pasted cells into a Workbook, by what the bytes are, not by the name."""
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from .archives import Archive
from .delimited import delimiter_of, grid_of, read_csv
from .limits import LARGEST
from .shapes import Field, Unreadable, Workbook
from .tables import tables
from .xls import read_xls
from .xlsx import read_xlsx

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_OTHERS = ((b"%PDF", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"GIF8", "gif"), (b"{\\rtf", "rtf"),
           (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"), (b"\x1f\x8b", "gz"))


def read(data: bytes, name: str, fields: Sequence[Field], learned: Mapping[str, str]) -> Workbook:
    """Unreadable where the file as a whole is none that can be taken."""
    kind = kind_of(data)
    grids = read_xlsx(Archive(data)) if kind == "xlsx" else read_xls(data) if kind == "xls" else read_csv(data)
    return tables(kind, grids, fields, learned)


def read_pasted(text: str, fields: Sequence[Field], learned: Mapping[str, str]) -> Workbook:
    if not text.strip():
        raise Unreadable(_("Nothing was pasted. Mark the list with its headings in the workbook, copy it and paste it "
                           "here."))
    _refuse_too_large(len(text))
    text = text.replace("\x00", "")
    grid = grid_of(text, "\t" if "\t" in text else delimiter_of(text))
    return tables("pasted", [grid], fields, learned)


def kind_of(data: bytes) -> str:
    """xlsx, xls or csv; Unreadable with advice for what is something else."""
    _refuse_too_large(len(data))
    if not data.strip():
        raise Unreadable(_("The file is empty. Send the workbook with the list."))
    if data.startswith(_OLE):
        return "xls"
    if data.startswith(_ZIP):
        return "xlsx"
    if any(data.startswith(mark) for mark, _kind in _OTHERS):
        raise Unreadable(_("This file is no workbook, whatever its name says. Send .xlsx, .xls or .csv, or paste the "
                           "cells."))
    head = data[:2000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head", b"mime-version")):
        raise Unreadable(_("This is a web page that was saved under a workbook's name. Open it in a spreadsheet, save it as "
                           ".xlsx and send that."))
    return "csv"


def _refuse_too_large(size: int) -> None:
    if size > LARGEST:
        raise Unreadable(_("The file is larger than 40 MB. Send the list without pictures, or in several parts."))
