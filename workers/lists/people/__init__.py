"""People who want to go: rows become registrations."""
from .kind import PeopleList

__all__ = ["PeopleList"]
