"""Levels add up, and an entry may take the place of a lower level's: the one statement of that rule.

Used on the plain values of a file when it is checked and on the model when it is resolved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Layers(Generic[T]):
    """What stands after the levels added so far, by key, in the order in which it came."""

    def __init__(self) -> None:
        self.standing: dict[str, T] = {}
        self._became: dict[str, str] = {}

    def add(self, entries: Iterable[tuple[str, str, T]]) -> None:
        """Add a level: key, replaced key or nothing, entry. What is replaced goes before the new comes."""
        level = list(entries)
        for key, replaced, _ in level:
            if replaced and replaced in self.standing:
                del self.standing[replaced]
                self._rename(replaced, key)
        for key, _, entry in level:
            self._became.pop(key, None)
            self.standing[key] = entry

    def current(self, key: str) -> str:
        """The key that stands where `key` stood: who waited for a replaced task waits for its successor."""
        return self._became.get(key, key)

    def get(self, key: str) -> T | None:
        return self.standing.get(self.current(key))

    def _rename(self, old: str, new: str) -> None:
        self._became = {was: new if now == old else now for was, now in self._became.items()}
        self._became[old] = new
