"""Chance that is the same for the same seed: every draw is keyed by what it is about, never by when it is made.

So a busy machine changes when a message arrives, and not what a person answers to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

T = TypeVar("T")
BITS: Final = 48


class Chance:
    def __init__(self, seed: int, named: Callable[[str], str] = str) -> None:
        """`named`: what something is called in a draw about it, where its id is not the same every time."""
        self._seed = seed
        self._named = named

    def share(self, *about: str) -> float:
        """Evenly spread over 0 <= share < 1."""
        text = "/".join((str(self._seed), *map(self._named, about)))
        drawn = hashlib.blake2b(text.encode(), digest_size=BITS // 8).digest()
        return float(int.from_bytes(drawn, "big") / 2**BITS)

    def happens(self, probability: float, *about: str) -> bool:
        return self.share(*about) < probability

    def between(self, least: float, most: float, *about: str) -> float:
        return least + (most - least) * self.share(*about)

    def minutes(self, least: float, most: float, *about: str) -> timedelta:
        return timedelta(minutes=self.between(least, most, *about))

    def one_of(self, choices: Sequence[T], *about: str) -> T:
        return choices[int(self.share(*about) * len(choices))]
