"""The demo in a terminal, in both languages, since nobody has chosen one yet."""
import unicodedata
from collections.abc import Iterator

from .accounts import ACCOUNTS, PASSWORD

FIRST_STEPS = (
    "先以 enshi 登录，打开“恩施—杭州 2020年春季返岗行动”，点“开始匹配”。",
    "First sign in as enshi, open the campaign 恩施—杭州 2020, and start a run.",
)


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def account_lines() -> Iterator[str]:
    """One line an account, its columns aligned: who, account, password, what to look at."""
    table = [
        (f"{a.who} {a.who_english}", a.username, PASSWORD, f"{a.look} {a.look_english}") for a in ACCOUNTS
    ]
    widths = [max(_width(row[column]) for row in table) for column in range(3)]
    for row in table:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[3]])
