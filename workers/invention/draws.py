"""Random-looking draws from a seed and a name, cheap enough for a third of a million people."""
import hashlib


class Draws:
    """A stream of integers that depends on the key and the name alone, about 250 bits long."""

    __slots__ = ("_left",)

    def __init__(self, key: bytes, name: str) -> None:
        self._left = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=32, key=key).digest(), "big")

    def below(self, limit: int) -> int:
        """An integer from 0 to limit - 1."""
        self._left, drawn = divmod(self._left, limit)
        return drawn
