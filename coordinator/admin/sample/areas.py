"""Draws grids with plausible attributes for a tree of real communities. Everything drawn here is invented: it
may be shown in a demo or a drill, and says nothing about the real place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from coordinator.domain.area import ATTRIBUTES, Area, AreaCode, AreaLevel

GRID_NAMES: Final = ("第一网格", "第二网格", "第三网格")
TYPES: Final = {"residential": 0.70, "industrial": 0.10, "international": 0.05, "transitional": 0.15}
"""The four kinds of community (ZJ01) and how many are of each."""
CROWD: Final = {"residential": 1.0, "industrial": 0.7, "international": 0.9, "transitional": 1.25}
"""Residents of a grid of that kind, compared with the reference grid of 1,000."""
LOW_POINTS: Final = (0.20, 0.22, 0.26, 0.17, 0.09, 0.06)
"""How many grids have 0, 1, ... 5 low points that flood."""


class Ground(NamedTuple):
    """The tree with its grids, and the figures of the grids."""

    areas: list[Area]
    attributes: dict[AreaCode, Mapping[str, int]]


def draw_ground(areas: Sequence[Area], rng: np.random.Generator) -> Ground:
    """The areas; every community but a placeholder has a type and, unless it has grids already, three."""
    chosen = rng.choice(list(TYPES), size=len(areas), p=list(TYPES.values())).tolist()
    type_of = {
        area.code: kind
        for area, kind in zip(areas, chosen, strict=True)
        if area.level is AreaLevel.COMMUNITY and not area.placeholder
    }
    with_grids = {area.parent for area in areas if area.level is AreaLevel.GRID}
    grids = [
        Area(f"{community}{number:02d}", community, AreaLevel.GRID, name, type=kind)
        for community, kind in type_of.items()
        if community not in with_grids
        for number, name in enumerate(GRID_NAMES, start=1)
    ]
    grids += [
        msgspec.structs.replace(area, type=type_of.get(area.parent, area.type))
        for area in areas
        if area.level is AreaLevel.GRID
    ]
    others = [
        msgspec.structs.replace(area, type=type_of.get(area.code, area.type))
        for area in areas
        if area.level is not AreaLevel.GRID
    ]
    figures = _draw_figures(np.array([CROWD[grid.type] for grid in grids]), rng)
    attributes: dict[AreaCode, Mapping[str, int]] = {
        grid.code: dict(zip(ATTRIBUTES, row, strict=True))
        for grid, row in zip(grids, figures.tolist(), strict=True)
    }
    return Ground([*others, *grids], attributes)


def _draw_figures(crowd: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """One row of `ATTRIBUTES` per grid, around the reference grid: pop 1000, hh 350, bld 10, ent 24, gates 2,
    vuln 30, evac 20, lowpts 2, lifts 10, shops 20, floors_hi 2."""
    count = len(crowd)

    def about(low: float, high: float) -> NDArray[np.float64]:
        return rng.uniform(low, high, count)

    size = crowd * np.clip(rng.normal(1.0, 0.28, count), 0.3, 2.2)
    pop = np.rint(1000 * size)
    bld = np.maximum(1, np.rint(10 * size * about(0.6, 1.4)))
    lowpts = rng.choice(len(LOW_POINTS), count, p=LOW_POINTS)
    floors_hi = rng.binomial(bld.astype(np.int64), 0.2)
    drawn = {
        "pop": pop,
        "hh": np.rint(pop / 2.86 * about(0.9, 1.1)),
        "bld": bld,
        "ent": np.rint(bld * about(1.9, 2.9)),
        "gates": rng.choice([1, 2, 3, 4], count, p=[0.25, 0.5, 0.2, 0.05]),
        "vuln": np.rint(0.03 * pop * about(0.5, 1.5)),
        "evac": np.rint(0.01 * pop * lowpts * about(0.6, 1.4)) + rng.poisson(1, count),
        "lowpts": lowpts,
        "lifts": 3 * floors_hi + rng.poisson(4, count),
        "shops": rng.poisson(20 * size),
        "floors_hi": floors_hi,
    }
    return np.stack([drawn[name] for name in ATTRIBUTES], axis=1).astype(np.int64)
