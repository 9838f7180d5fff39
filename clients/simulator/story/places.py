"""Where the turns of the night happen: chosen by the seed among the places there are, never by what is convenient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from clients.simulator.stage import Stage
from coordinator.domain.area import AreaCode


class Places(NamedTuple):
    silent: AreaCode
    """The community whose duty officer hears nothing."""
    neglects: AreaCode
    """The grid that leaves a task undone."""


def choose(stage: Stage) -> Places:
    chance = stage.cast.chance
    communities = sorted(desk.area for desk in stage.desks("community"))
    silent = chance.one_of(communities, "the silent community")
    grids = sorted(desk.area for desk in stage.desks("grid") if not desk.area.startswith(silent))
    return Places(silent=silent, neglects=chance.one_of(grids, "the grid that neglects"))


def wettest(streets: Mapping[AreaCode, Mapping[str, int]]) -> list[AreaCode]:
    """The two with the most flooded points."""
    by_water = sorted(streets, key=lambda street: (-streets[street].get("hazards", 0), street))
    return by_water[:2]
