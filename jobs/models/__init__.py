"""Where people work, whom employers want back, and what is not certain of them."""
from .firms import Employer, Posting, ReservedPost, Site
from .questions import Question
from .registers import Register, RegisterOutcome, Sighting
from .returning import ReturningEmployee, ReturningList

__all__ = [
    "Employer", "Posting", "Question", "Register", "RegisterOutcome", "ReservedPost", "ReturningEmployee", "ReturningList",
    "Sighting", "Site",
]
