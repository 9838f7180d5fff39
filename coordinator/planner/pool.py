"""Who could be called in one scope, by home grid: the supply side of every plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import Registers, Responder

NEAREST: Final = 0


class Pool:
    """The people of a scope who may be called at all (adult, not exempt), nearest home first for any place."""

    def __init__(self, registers: Registers, scope: AreaCode) -> None:
        self._areas = registers.areas
        self._scope = scope
        self._by_grid: dict[AreaCode, list[Responder]] = {}
        self._nearby: dict[AreaCode, list[tuple[int, AreaCode]]] = {}
        for grid in registers.areas.below(scope, AreaLevel.GRID):
            people = (registers.people.get(responder) for responder in registers.people.living_in(grid))
            self._by_grid[grid] = [one for one in people if one is not None and one.adult and not one.exempt]

    def grids_by_distance(self, area: AreaCode) -> list[tuple[int, AreaCode]]:
        """(tier, grid): 0 the area's own grids, then one tier for each level further up the tree, to the scope."""
        found = self._nearby.get(area)
        if found is None:
            found = []
            seen: set[AreaCode] = set()
            for tier, above in enumerate(self._areas.path(area)):
                for grid in self._areas.below(above, AreaLevel.GRID):
                    if grid not in seen and grid in self._by_grid:
                        seen.add(grid)
                        found.append((tier, grid))
                if above == self._scope:
                    break
            self._nearby[area] = found
        return found

    def nearest(self, area: AreaCode) -> Iterator[tuple[int, Responder]]:
        """Everyone, those at home in the area first (SD14), by tier of distance."""
        for tier, grid in self.grids_by_distance(area):
            for person in self._by_grid[grid]:
                yield tier, person

    def __len__(self) -> int:
        return sum(len(people) for people in self._by_grid.values())
