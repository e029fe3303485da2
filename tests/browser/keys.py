"""Keys of the worklist, pressed by somebody who sees what they decide."""
from typing import Any


def press(page: Any, key: str) -> None:
    """A key that comes before the question takes keys is nobody's, as for a person who presses before seeing it."""
    page.locator("#question[data-keys=ready]").wait_for()
    page.keyboard.press(key)
