"""Makes outlines small enough to draw: fewer points where no eye could tell, the same ones on both sides of a border.

Pure geometry on whole numbers; it knows no file and no area. Which tolerance is enough follows from what is drawn
together: the areas below one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coordinator.store.outlines import PER_DEGREE, Point, Ring

Arc = tuple[Point, ...]
Shape = Sequence[Ring]

FINEST: Final = 2048
COARSEST: Final = 32
"""Parts of what is drawn together, which fills a screen of about a thousand points. Half of one is not seen; thirty
of them would make one place look like another.
"""


class TooFine(Exception):
    """The outline of `code` has more points than it may, however it is thinned."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def simplified(shapes: Mapping[str, Shape], most: int) -> dict[str, list[Ring]]:
    """Siblings, each with at most `most` points, all of them among those it had. Raises `TooFine`."""
    points = [point for shape in shapes.values() for ring in shape for point in ring]
    if not points:
        return {code: [] for code in shapes}
    stretch = math.cos(math.radians(points[0][1] / PER_DEGREE))
    width = (max(x for x, _ in points) - min(x for x, _ in points)) * stretch
    height = max(y for _, y in points) - min(y for _, y in points)
    extent = math.hypot(width, height)
    borders = _Borders(shapes.values(), stretch)
    tolerance = extent / FINEST
    while True:
        found = {code: borders.thinned(shape, tolerance) for code, shape in shapes.items()}
        fine = next((code for code, rings in found.items() if sum(map(len, rings)) > most), None)
        if fine is None:
            return found
        if tolerance > extent / COARSEST:
            raise TooFine(fine)
        tolerance *= 2


class _Borders:
    """Where rings part and meet. Between two such points neighbours have one border, which is thinned the same way
    for both."""

    def __init__(self, shapes: Iterable[Shape], stretch: float) -> None:
        self._stretch = stretch
        self._corners: set[Point] = set()
        self._thinned: dict[tuple[Arc, float], Arc] = {}
        """What one neighbour was given already."""
        beside: dict[Point, frozenset[Point]] = {}
        for shape in shapes:
            for ring in shape:
                for before, point, after in zip(
                    [ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True
                ):
                    if beside.setdefault(point, pair := frozenset((before, after))) != pair:
                        self._corners.add(point)

    def thinned(self, shape: Shape, tolerance: float) -> list[Ring]:
        """Islands and holes that would not be seen are left out, but never the whole area."""
        found = [ring for one in shape if len(ring := self._ring(one, tolerance)) > 2]
        large = [ring for ring in found if self._reach(ring) > tolerance]
        if large:
            return large
        return [self._triangle(max(shape, key=self._reach))]

    def _ring(self, ring: Ring, tolerance: float) -> Ring:
        kept: list[Point] = []
        for arc in self._arcs(ring):
            way = min(arc, arc[::-1])  # the neighbour comes along it from the other end
            if (thin := self._thinned.pop((way, tolerance), None)) is None:
                thin = self._thinned[way, tolerance] = self._thin(way, tolerance)
            kept += (thin if way == arc else thin[::-1])[:-1]
        return kept

    def _arcs(self, ring: Ring) -> Iterator[Arc]:
        """The ring from corner to corner; an island from its least point to the farthest and back."""
        at = [index for index, point in enumerate(ring) if point in self._corners]
        if not at:
            first = ring.index(min(ring))
            at = sorted((first, max(range(len(ring)), key=lambda index: self._far(ring[first], ring[index]))))
        for begin, end in zip(at, [*at[1:], at[0] + len(ring)], strict=True):
            yield tuple(ring[index % len(ring)] for index in range(begin, end + 1))

    def _thin(self, arc: Arc, tolerance: float) -> Arc:
        """Douglas and Peucker: of a stretch the farthest point stays, if it is far enough to be seen."""
        places = np.array(arc, dtype=np.float64) * (self._stretch, 1.0)
        keep = np.zeros(len(arc), dtype=bool)
        keep[[0, -1]] = True
        waiting = [(0, len(arc) - 1)]
        while waiting:
            first, last = waiting.pop()
            if last - first < 2:
                continue
            distances = _distances(places[first + 1 : last], places[first], places[last])
            farthest = int(distances.argmax())
            if distances[farthest] > tolerance:
                middle = first + 1 + farthest
                keep[middle] = True
                waiting += [(first, middle), (middle, last)]
        return tuple(arc[int(index)] for index in np.flatnonzero(keep))

    def _triangle(self, ring: Ring) -> Ring:
        """The least that has an inside."""
        first = min(ring)
        second = max(ring, key=lambda point: self._far(first, point))
        ends = (np.array([first, second]) * (self._stretch, 1.0)).astype(np.float64)
        distances = _distances(np.array(ring, dtype=np.float64) * (self._stretch, 1.0), ends[0], ends[1])
        return [first, second, ring[int(distances.argmax())]]

    def _far(self, one: Point, other: Point) -> float:
        return math.hypot((one[0] - other[0]) * self._stretch, one[1] - other[1])

    def _reach(self, ring: Ring) -> float:
        across = (max(x for x, _ in ring) - min(x for x, _ in ring)) * self._stretch
        return math.hypot(across, max(y for _, y in ring) - min(y for _, y in ring))


def _distances(
    points: NDArray[np.float64], begin: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of each point from the line between the two."""
    along = end - begin
    length = float(along @ along)
    share = np.clip((points - begin) @ along / length, 0.0, 1.0) if length else np.zeros(len(points))
    apart = points - (begin + share[:, None] * along)
    return np.asarray(np.hypot(apart[:, 0], apart[:, 1]))
