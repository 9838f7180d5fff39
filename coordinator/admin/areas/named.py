"""Finds the area that somebody means who writes its code, or names from above to below as they stand on a form.

It guesses nothing: what could be two places is said to be so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from coordinator.admin.sample.organisation import short_name
from coordinator.domain.area import AreaCode
from coordinator.domain.register import AreaRegister

_BETWEEN: Final = re.compile(r"\s*[/／＞>→]\s*|\s+")


class NamedAreas:
    def __init__(self, areas: AreaRegister) -> None:
        self._areas = areas
        self._by_name: dict[str, list[AreaCode]] = defaultdict(list)
        self._found: dict[str, Sequence[AreaCode]] = {}
        for root in areas.roots():
            self._learn(root)

    def _learn(self, code: AreaCode) -> None:
        name = self._areas[code].name
        for said in {name, short_name(name)}:
            self._by_name[said].append(code)
        for child in self._areas.children(code):
            self._learn(child)

    def all_of(self, text: str) -> Sequence[AreaCode]:
        """Every area that these words can mean; one, if all is well."""
        if text not in self._found:
            self._found[text] = self._search(text)
        return self._found[text]

    def _search(self, text: str) -> Sequence[AreaCode]:
        if text.isascii() and text.isdigit():
            return [text] if text in self._areas else []
        first, *others = _BETWEEN.split(text.strip())
        found = list(self._by_name.get(first, ()))
        for name in others:
            found = [code for code in self._by_name.get(name, ()) if self._below_one(code, found)]
        return sorted(found)

    def _below_one(self, code: AreaCode, tops: Sequence[AreaCode]) -> bool:
        return not set(self._areas.path(code)[1:]).isdisjoint(tops)
