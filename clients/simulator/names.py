"""Ids that a machine makes by chance, named by the order in which they were first seen: so that what people do about a
thing is the same every time, whatever its id is this time.
"""

from __future__ import annotations

import re
from typing import Final

MADE: Final = re.compile(r"\b([a-z]+)-([0-9a-f]{12})\b")


class Names:
    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text with every such id in it replaced by its name."""
        return MADE.sub(self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        return self._names.setdefault(found[0], f"{found[1]}#{len(self._names)}")
