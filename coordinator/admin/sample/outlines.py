"""Invented outlines 边界 for a tree of areas: what a map looks like where no real borders may be had or shown.

Places have neighbours and sizes that are nobody's. They lie where the country's middle is, and say of themselves that
they are invented.
"""

from __future__ import annotations

import heapq
import itertools
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import AreaRegister
from coordinator.store.outlines import PER_DEGREE, Point, Ring

INVENTED: Final = "虚构的示意边界，不是真实区划 Invented outlines, not the real borders"
CELLS: Final = 14
"""Of which a community is made, about."""
CELL_DEGREES: Final = 0.0024
WEST, SOUTH = 110.0, 30.0
ROUGH: Final = 0.16
"""How far a border strays from the straight way between two corners, as a part of it."""

Cell = tuple[int, int]
Shapes = dict[AreaCode, list[Ring]]


def invented(areas: AreaRegister, seed: int) -> Shapes:
    """Of every area down to the community, but for placeholders, who have no ground. The same for the same seed."""
    land = _Land(areas, seed)
    found: Shapes = {}
    for root in areas.roots():
        if number := land.communities(root):
            land.settle(root, land.island(number), found)
    return found


def example(areas: AreaRegister, seed: int) -> bytes:
    """The same as a file to import."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": areas[code].name},
            "geometry": {"type": "MultiPolygon", "coordinates": [[_closed(ring)] for ring in rings]},
        }
        for code, rings in invented(areas, seed).items()
    ]
    document = {"type": "FeatureCollection", "source": INVENTED, "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _closed(ring: Ring) -> list[list[float]]:
    return [[x / PER_DEGREE, y / PER_DEGREE] for x, y in [*ring, ring[0]]]


class _Land:
    """A net of small cells with crooked edges; every area is some of them that hang together."""

    def __init__(self, areas: AreaRegister, seed: int) -> None:
        self._areas = areas
        self._seed = seed
        self._chance = random.Random(seed)
        self._number: dict[AreaCode, int] = {}

    def communities(self, code: AreaCode) -> int:
        """How many lie in it: its weight."""
        if code not in self._number:
            area = self._areas[code]
            here = area.level is AreaLevel.COMMUNITY and not area.placeholder
            below = () if area.level is AreaLevel.COMMUNITY else self._areas.children(code)
            self._number[code] = int(here) + sum(map(self.communities, below))
        return self._number[code]

    def island(self, number: int) -> set[Cell]:
        """Of a size for so many communities, with bays."""
        radius = math.sqrt(number * CELLS / math.pi)
        waves = [(order, 0.16 / order, self._chance.uniform(0, math.tau)) for order in (2, 3, 5)]
        span = range(-int(radius * 1.5) - 2, int(radius * 1.5) + 3)

        def inside(x: int, y: int) -> bool:
            angle = math.atan2(y, x)
            reach = 1 + sum(size * math.sin(order * angle + turn) for order, size, turn in waves)
            return math.hypot(x / 1.2, y * 1.1) <= radius * reach

        return {(x, y) for x in span for y in span if inside(x, y)}

    def settle(self, code: AreaCode, cells: set[Cell], found: Shapes) -> None:
        """Give the area these cells, and share them out to what lies below."""
        found[code] = list(self._borders(cells))
        below = [child for child in self._areas.children(code) if self.communities(child)]
        if below and self._areas[code].level is not AreaLevel.COMMUNITY:
            for child, part in self._shared_out(below, cells).items():
                self.settle(child, part, found)

    def _shared_out(self, codes: list[AreaCode], cells: set[Cell]) -> dict[AreaCode, set[Cell]]:
        """All grow from a cell of their own, who has least for its weight first; none is cut in two."""
        parts: dict[AreaCode, set[Cell]] = {code: set() for code in codes}
        free = set(cells)
        edges: dict[AreaCode, list[tuple[float, Cell]]] = {
            code: [(0.0, start)] for code, start in zip(codes, _far_apart(cells, len(codes)), strict=False)
        }
        starts = {code: edge[0][1] for code, edge in edges.items()}
        turns = [(0.0, code) for code in edges]
        while turns:
            _, code = heapq.heappop(turns)
            edge, start = edges[code], starts[code]
            while edge and edge[0][1] not in free:
                heapq.heappop(edge)
            if not edge:
                continue
            _, cell = heapq.heappop(edge)
            free.discard(cell)
            parts[code].add(cell)
            for near in _beside(cell):
                if near in free:
                    distance = math.dist(near, start) + self._chance.uniform(0, 1.2)
                    heapq.heappush(edge, (distance, near))
            heapq.heappush(turns, (len(parts[code]) / self.communities(code), code))
        return {code: part for code, part in parts.items() if part}

    def _borders(self, cells: set[Cell]) -> Iterator[Ring]:
        """Around the cells, sides between two of them left out."""
        ways: dict[Cell, list[Cell]] = defaultdict(list)
        for x, y in sorted(cells):
            corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
            outside = [(x, y - 1), (x + 1, y), (x, y + 1), (x - 1, y)]
            for begin, end, beyond in zip(corners, [*corners[1:], corners[0]], outside, strict=True):
                if beyond not in cells:
                    ways[begin].append(end)
        while ways:
            at = first = next(iter(ways))
            ring: list[Point] = []
            while at in ways:
                following = ways[at].pop()
                if not ways[at]:
                    del ways[at]
                ring += self._side(at, following)[:-1]
                at = following
                if at == first:
                    break
            yield ring

    def _side(self, begin: Cell, end: Cell) -> list[Point]:
        """The crooked way from corner to corner, the same one back."""
        if begin > end:
            return self._side(end, begin)[::-1]
        chance = random.Random(f"{self._seed} {begin} {end}")
        places = [self._corner(begin), self._corner(end)]
        for _ in range(2):
            halves = [places[0]]
            for (ax, ay), (bx, by) in itertools.pairwise(places):
                stray = chance.uniform(-ROUGH, ROUGH)
                halves.append(((ax + bx) / 2 + stray * (by - ay), (ay + by) / 2 - stray * (bx - ax)))
                halves.append((bx, by))
            places = halves
        return [_on_the_map(x, y) for x, y in places]

    def _corner(self, corner: Cell) -> tuple[float, float]:
        chance = random.Random(f"{self._seed} {corner}")
        return corner[0] + chance.uniform(-0.3, 0.3), corner[1] + chance.uniform(-0.3, 0.3)


def _on_the_map(x: float, y: float) -> Point:
    east = WEST + x * CELL_DEGREES / math.cos(math.radians(SOUTH))
    return round(east * PER_DEGREE), round((SOUTH + y * CELL_DEGREES) * PER_DEGREE)


def _beside(cell: Cell) -> Iterable[Cell]:
    x, y = cell
    return (x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1)


def _far_apart(cells: set[Cell], number: int) -> list[Cell]:
    """Cells to grow from: each next one is the farthest from those there are."""
    ordered = sorted(cells)
    middle = ordered[len(ordered) // 2]
    nearest: Mapping[Cell, float] = {cell: math.dist(cell, middle) for cell in ordered}
    found: list[Cell] = []
    while len(found) < min(number, len(ordered)):
        chosen = max(ordered, key=nearest.__getitem__)
        nearest = (
            {cell: min(gap, math.dist(cell, chosen)) for cell, gap in nearest.items()}
            if found
            else {cell: math.dist(cell, chosen) for cell in ordered}
        )
        found.append(chosen)
    return found
