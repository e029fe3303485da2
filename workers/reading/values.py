"""Raw cells into our forms. Each reader answers with a value, or a fault by its code, or neither for an empty cell."""
from .answers import Answer, Day, Figure, Identity, Truth
from .dates import read_date
from .identities import read_identity
from .names import read_name, read_number, read_yes
from .phones import read_phone

__all__ = [
    "Answer", "Day", "Figure", "Identity", "Truth",
    "read_date", "read_identity", "read_name", "read_number", "read_phone", "read_yes",
]
