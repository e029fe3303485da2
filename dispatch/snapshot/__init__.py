"""From rows to arrays and back: what the matching sees, and where its answer belongs."""
from .reading import Snapshot, take_snapshot

__all__ = ["Snapshot", "take_snapshot"]
