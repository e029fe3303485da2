"""Lists as offices send them, read into raw cells by field: files of any kind, headings of any wording, nothing judged."""
from .files import read, read_pasted
from .headings import normal_heading
from .shapes import Field, Line, Sheet, Unreadable, Workbook

__all__ = ["Field", "Line", "Sheet", "Unreadable", "Workbook", "normal_heading", "read", "read_pasted"]
