"""From rows to arrays and back: what the matching sees, and where its answer belongs."""
from .reading import Few, Snapshot, impossible_pins, require_possible_pins, take_small_snapshot, take_snapshot

__all__ = [
    "Few", "Snapshot", "impossible_pins", "require_possible_pins", "take_small_snapshot", "take_snapshot",
]
