"""Where people work, whom employers want back, and what is not certain of them."""
from .firms import Employer, Posting, ReservedPost, Site
from .questions import Question
from .registers import Register, Sighting
from .returning import ReturningEmployee

__all__ = ["Employer", "Posting", "Question", "Register", "ReservedPost", "ReturningEmployee", "Sighting", "Site"]
