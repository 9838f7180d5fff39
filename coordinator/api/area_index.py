"""Areas by name: the register walked once, so that a search does not walk it each time. Knows no rights."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from coordinator.domain.area import Area, AreaCode, AreaLevel
from coordinator.domain.register import AreaRegister


class AreaIndex:
    """All areas in the order of a walk from the roots down: a subtree is one stretch of it."""

    def __init__(self, areas: AreaRegister) -> None:
        self.digest = areas.digest
        self._codes: list[AreaCode] = []
        self._names: list[str] = []
        self._levels: list[AreaLevel] = []
        self._start: dict[AreaCode, int] = {}
        self._end: list[int] = []
        self._areas = areas
        for root in areas.roots():
            self._add(root)

    def _add(self, code: AreaCode) -> None:
        area = self._areas[code]
        index = self._start[code] = len(self._codes)
        self._codes.append(code)
        self._names.append(area.name)
        self._levels.append(area.level)
        self._end.append(0)
        for child in self._areas.children(code):
            self._add(child)
        self._end[index] = len(self._codes)

    def search(
        self, query: str, under: AreaCode, level: AreaLevel | None, after: int, limit: int
    ) -> tuple[list[Area], int | None]:
        """Areas at or below `under` whose name holds `query` or whose code begins with it, from row `after` on.

        Gives a page and the row to go on from, None at the end. Raises `KeyError` for an area that is not there.
        """
        found: list[Area] = []
        for index in self._matches(query, under, level, after):
            if len(found) == limit:
                return found, index
            found.append(self._areas[self._codes[index]])
        return found, None

    def _matches(self, query: str, under: AreaCode, level: AreaLevel | None, after: int) -> Iterator[int]:
        start = self._start[under]
        for index in range(max(start, after), self._end[start]):
            if level is not None and self._levels[index] is not level:
                continue
            if query in self._names[index] or self._codes[index].startswith(query):
                yield index


class AreaIndexes:
    """The index of the register in use; made in a thread when it is first asked for (a province: 90,000 areas)."""

    def __init__(self) -> None:
        self._index: AreaIndex | None = None
        self._making = asyncio.Lock()

    async def get(self, areas: AreaRegister) -> AreaIndex:
        async with self._making:
            if self._index is None or self._index.digest != areas.digest:
                self._index = await asyncio.to_thread(AreaIndex, areas)
            return self._index
