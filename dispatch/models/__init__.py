"""The decision and what carries it out: runs, plans, scans."""
from .gathering import Gathering
from .locks import FrozenList, FrozenSeat, RosterLock, SignOff
from .pins import Pin, PinRefusal
from .plans import Assignment, AssignmentHistory, Plan, PlanChange, SeatBooking, Unplaced
from .real_names import CarrierAnswer, EndedTicket, RealNameLink, RealNameList, RealNameTaking, Ticket
from .rosters import RosterBundle
from .run_parts import RunInput, RunPart
from .runs import Run
from .scans import Explanation, Scan
from .stations import StationRules

__all__ = [
    "Assignment",
    "AssignmentHistory",
    "CarrierAnswer",
    "EndedTicket",
    "Explanation",
    "Gathering",
    "FrozenList",
    "FrozenSeat",
    "Pin",
    "PinRefusal",
    "Plan",
    "PlanChange",
    "RealNameLink",
    "RealNameList",
    "RealNameTaking",
    "RosterBundle",
    "RosterLock",
    "Run",
    "RunInput",
    "RunPart",
    "Scan",
    "SeatBooking",
    "StationRules",
    "Ticket",
    "SignOff",
    "Unplaced",
]
