"""People who do not exist, for imports of lists that carry no names: equal seeds give equal people."""
from .people import InventedPerson, InventedVillage, Inventor

__all__ = ["InventedPerson", "InventedVillage", "Inventor"]
