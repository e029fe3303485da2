"""Times, numbers and telephones as a clerk writes them, in the language of the page."""
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

_WEEKDAYS = "一二三四五六日"


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def day(value: date) -> str:
    """3月21日 周六, or Sat 21 Mar."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    if is_chinese():
        return f"{value.month}月{value.day}日 周{_WEEKDAYS[value.weekday()]}"
    return date_format(value, "D j M")


def days(first: date, last: date) -> str:
    """The span of a campaign: 2020年3月21日 – 4月10日, or 21 Mar – 10 Apr 2020."""
    if is_chinese():
        year = f"{last.year}年" if last.year != first.year else ""
        return f"{first.year}年{first.month}月{first.day}日 – {year}{last.month}月{last.day}日"
    start = date_format(first, "j M Y" if first.year != last.year else "j M")
    return f"{start} – {date_format(last, 'j M Y')}"


def clock(value: datetime) -> str:
    return f"{timezone.localtime(value):%H:%M}"


def when(value: datetime) -> str:
    return f"{day(value)} {clock(value)}"


def lasting(value: timedelta | float) -> str:
    """A length of time in the two units that matter: 2 d 3 h, 3 h 20 min, 40 min, 12 s."""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 1:
        return gettext("%(n)s s") % {"n": seconds}
    if hours < 1:
        rest = seconds % 60
        if minutes < 5 and rest:
            return gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
        return gettext("%(n)s min") % {"n": minutes}
    if days < 1:
        if minutes % 60 == 0:
            return gettext("%(n)s h") % {"n": hours}
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
    return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours % 24}


def count(value: float | None) -> str:
    """1,071; an absent figure is a dash, never a nought."""
    return "–" if value is None else f"{value:,.0f}"


def points(value: float) -> str:
    """+12 or −3.5: what is gained or lost; never a rounded nought with a sign."""
    shown = round(value, 1)
    text = f"{abs(shown):,.1f}".removesuffix(".0")
    return f"+{text}" if shown > 0 else f"−{text}" if shown < 0 else "0"


def people(value: int) -> str:
    """1,071 人, or 1,071 people."""
    return ngettext("%(count)s person", "%(count)s people", value) % {"count": f"{value:,}"}


def percent(value: float | None) -> str:
    """A share of one as per cent; a gap is read to the hundredth."""
    if value is None:
        return "–"
    shown = value * 100
    return f"{shown:.2f} %" if abs(shown) < 1 and shown else f"{shown:.1f} %" if shown < 100 else "100 %"


def phone(value: str) -> str:
    """138 0000 1234; anything that is no mobile number stays as it was given."""
    if len(value) == 11 and value.isdigit():
        return f"{value[:3]} {value[3:7]} {value[7:]}"
    return value
