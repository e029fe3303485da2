"""What is kept of a person's wish, by the names of its columns, and what a row would make of it.

A row says only what it fills in: an empty cell never erases what is there. Trades and groups are named here, since new
ones get their rows when the list is stored; moments are local ones.
"""
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from ...models import Registration

Priority = Registration.Priority
State = dict[str, Any]
Values = Mapping[str, Any]
# What of a row goes into these columns.
COLUMNS = ("contact", "contact_phone", "township", "village", "group", "min_wage", "priority", "ready_at", "occupations")


def trade_key(name: str) -> str:
    """As names of trades are compared."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def moment(day: str) -> str:
    """The first minute of a day."""
    return f"{day}T00:00:00"


def local(at: datetime) -> str:
    return timezone.localtime(at).replace(tzinfo=None).isoformat()


def aware(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def first_minute(day: date) -> str:
    return datetime.combine(day, time()).isoformat()


def empty_state(first_day: date) -> State:
    """Of somebody of whom nothing is known yet."""
    return {
        "contact": "none", "contact_phone": "", "township": None, "village": None, "group": "", "min_wage": 0,
        "priority": int(Priority.ORDINARY), "ready_at": first_minute(first_day), "occupations": [],
    }


def _priority(values: Values, now: int) -> int:
    poor, single = values.get("poor"), values.get("single")
    if poor:
        return int(Priority.POOR)
    if now == Priority.POOR and poor is None:
        return now
    if single:
        return int(Priority.SINGLE_INCOME)
    if now == Priority.SINGLE_INCOME and single is None:
        return now
    return int(Priority.ORDINARY)


def _home(values: Values, state: State) -> tuple[int | None, int | None]:
    township, village = values.get("township_id"), values.get("village_id")
    if township is None or township == state["township"]:
        return state["township"], village or state["village"]
    return township, village


def wanted(values: Values, state: State) -> State:
    """The state as it is once the row has been applied to it."""
    after = dict(state)
    after["township"], after["village"] = _home(values, state)
    after["priority"] = _priority(values, state["priority"])
    if values.get("phone") and values["phone"] != state["contact_phone"]:
        after["contact"], after["contact_phone"] = Registration.Contact.OWN.value, values["phone"]
    if values.get("group_ref"):
        after["group"] = values["group_ref"]
    if values.get("wage") is not None:
        after["min_wage"] = values["wage"]
    if values.get("ready") and values["ready"] != state["ready_at"][:10]:
        after["ready_at"] = moment(values["ready"])
    trades = values.get("trades")
    if trades and {trade_key(t) for t in trades} != {trade_key(t) for t in state["occupations"]}:
        after["occupations"] = trades
    return after


def differences(before: State, after: State) -> dict[str, list[Any]]:
    return {column: [before[column], after[column]] for column in COLUMNS if before[column] != after[column]}
