"""The decision and what carries it out: runs, plans, scans."""
from .gathering import Gathering
from .plans import Assignment, AssignmentHistory, Plan, PlanChange, SeatBooking, Unplaced
from .rosters import RosterBundle
from .runs import Run
from .scans import Explanation, Scan
from .stations import StationRules

__all__ = [
    "Assignment",
    "AssignmentHistory",
    "Explanation",
    "Gathering",
    "Plan",
    "PlanChange",
    "RosterBundle",
    "Run",
    "Scan",
    "SeatBooking",
    "StationRules",
    "Unplaced",
]
