"""Brings outlines into a data directory, and to the log's server once its world is founded: all of a file or nothing.

For the map alone: no register and no event changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from coordinator.admin.faults import Fault
from coordinator.admin.outlines.faults import fault
from coordinator.admin.outlines.from_geojson import Polygon, read_outlines
from coordinator.admin.outlines.laid import laid, lay
from coordinator.admin.outlines.simplify import TooFine, simplified
from coordinator.admin.people.importing import is_founded
from coordinator.admin.record.open_log import open_outlines
from coordinator.domain.area import AreaCode
from coordinator.domain.register import AreaRegister
from coordinator.store.outlines import Outline

MOST_POINTS: Final = 400
"""Of one outline as it is kept."""


class Prepared(NamedTuple):
    """What files come to. With a fault nothing of it is to be brought."""

    outlines: dict[AreaCode, Outline]
    faults: list[Fault]
    skipped: int = 0
    """Features of areas that are not here."""
    before: int = 0
    """Points as the files have them."""

    @property
    def points(self) -> int:
        return sum(len(ring) // 2 for one in self.outlines.values() for ring in one.rings)


def prepared(
    files: Iterable[Path], areas: AreaRegister, code_property: str, source: str, *, skip_unknown: bool
) -> Prepared:
    """Read and thinned. `source`: where they are from; left out, what each file says itself."""
    shapes: dict[AreaCode, Polygon] = {}
    said: dict[AreaCode, tuple[str, str]] = {}  # by area the file, and where it is from
    faults: list[Fault] = []
    skipped = 0
    for file in files:
        taken = {code: name for code, (name, _) in said.items()}
        read = read_outlines(file, areas, code_property=code_property, skip_unknown=skip_unknown, taken=taken)
        faults += read.faults
        skipped += read.skipped
        shapes |= read.shapes
        said |= dict.fromkeys(read.shapes, (file.name, source or read.source))
    try:
        found = thinned(shapes, areas)
    except TooFine as wrong:
        faults.append(fault(said[wrong.code][0], 0, wrong.code, "too_fine", limit=MOST_POINTS))
    if faults:
        return Prepared({}, faults, skipped)
    before = sum(len(ring) for polygon in shapes.values() for ring in polygon)
    outlines = {code: Outline.of(rings, said[code][1]) for code, rings in found.items()}
    return Prepared(outlines, [], skipped, before)


def thinned(shapes: Mapping[AreaCode, Polygon], areas: AreaRegister) -> dict[AreaCode, Polygon]:
    """Raises `TooFine`."""
    found: dict[AreaCode, Polygon] = {}
    for siblings in _drawn_together(shapes, areas):
        found |= simplified(siblings, MOST_POINTS)
    return found


def _drawn_together(
    shapes: Mapping[AreaCode, Polygon], areas: AreaRegister
) -> Collection[dict[AreaCode, Polygon]]:
    """The areas below one: a map never shows others side by side."""
    found: dict[AreaCode, dict[AreaCode, Polygon]] = defaultdict(dict)
    for code, polygon in shapes.items():
        found[areas.parent(code)][code] = polygon
    return found.values()


async def bring(data: Path, outlines: Mapping[AreaCode, Outline]) -> None:
    """Put them in place of what these areas had; others keep theirs. Raises `StoreError`, `LogUnavailable`."""
    if is_founded(data):
        async with open_outlines(data) as kept:
            await kept.put(outlines)
    lay(data, {**laid(data), **outlines})


async def drop(data: Path, codes: Collection[AreaCode]) -> None:
    """Raises as `bring`."""
    if is_founded(data):
        async with open_outlines(data) as kept:
            await kept.drop(list(codes))
    lay(data, {code: outline for code, outline in laid(data).items() if code not in codes})
