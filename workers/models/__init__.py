"""People, what lists say of them, and who turned out to be one person."""
from .list_imports import LearnedHeading, ListFile, ListImport, ListRow
from .merging import WorkerMerge
from .people import (
    AdmissionRule,
    Clearance,
    Household,
    Occupation,
    Registration,
    RegistrationOccupation,
    RelatedOccupation,
    TravelGroup,
    Worker,
    keys_in,
    reversed_digits,
)

__all__ = [
    "AdmissionRule", "Clearance", "Household", "LearnedHeading", "ListFile", "ListImport", "ListRow", "Occupation",
    "Registration", "RegistrationOccupation", "RelatedOccupation", "TravelGroup", "Worker", "WorkerMerge", "keys_in",
    "reversed_digits",
]
