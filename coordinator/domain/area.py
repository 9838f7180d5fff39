"""Areas 区域: the tree from province to grid, and below. Says what a code is; knows no particular place."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

AreaCode = str
"""2 (province), 4 (city), 6 (district), 9 (street), 12 (community) digits; grid codes append two digits to
their community's. Nothing counts the levels: a building may follow below a grid."""


class AreaLevel(StrEnum):
    """Levels of the statistical tree, the highest first; an open list below the grid."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"
    BUILDING = "building"


DIGITS: Final = {
    AreaLevel.PROVINCE: 2,
    AreaLevel.CITY: 4,
    AreaLevel.DISTRICT: 6,
    AreaLevel.STREET: 9,
    AreaLevel.COMMUNITY: 12,
}
"""Length of a code by level, as the National Bureau of Statistics' division codes have it."""

ATTRIBUTES: Final = (
    "pop",  # residents
    "hh",  # households
    "bld",  # buildings
    "ent",  # entrances 单元
    "gates",  # gates of the estate
    "vuln",  # people who need help; a count, never a list
    "evac",  # people on the transfer list
    "lowpts",  # low points that flood
    "lifts",  # lifts
    "shops",  # street shops
    "floors_hi",  # buildings of more than 18 floors
)
"""What is counted for a grid. A community has the sums and `grids`; a street the sums and `communities`."""


class Area(msgspec.Struct, frozen=True):
    """One place of the tree. `parent` is empty for a root. `type` is one of four kinds of community (ZJ01)."""

    code: AreaCode
    parent: AreaCode
    level: AreaLevel
    name: str
    type: str = "residential"
    placeholder: bool = False
    """A statistical entry without residents (虚拟社区, codes ending in 498): it gets no grids."""
