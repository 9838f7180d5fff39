"""Which scope an area belongs to: one per district, plus one for each level above; and which place it switches with."""

from __future__ import annotations

from collections.abc import Iterator

from coordinator.domain.area import DIGITS, AreaCode, AreaLevel
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister

SCOPE_LEVELS = frozenset({AreaLevel.DISTRICT, AreaLevel.CITY, AreaLevel.PROVINCE})


def scope_of(areas: AreaRegister, area: AreaCode) -> AreaCode:
    """The nearest district, city or province at or above; a tree without any is one scope, its root's.

    Raises `Refused("unknown_area")`.
    """
    if area not in areas:
        raise Refused("unknown_area", area=area)
    path = areas.path(area)
    for place in path:
        if areas[place].level in SCOPE_LEVELS:
            return place
    return path[-1]


def own_areas(areas: AreaRegister, scope: AreaCode) -> Iterator[AreaCode]:
    """The areas of a scope itself: its subtree without that of the scopes below it."""
    yield scope
    for child in areas.children(scope):
        if areas[child].level not in SCOPE_LEVELS:
            yield from own_areas(areas, child)


def place_of(areas: AreaRegister, area: AreaCode) -> AreaCode:
    """The place that is switched as one: the community of a grid, else the area itself."""
    return area if areas[area].level in DIGITS else areas.parent(area)


def scopes_of(areas: AreaRegister) -> list[AreaCode]:
    """All scopes of a tree, the highest first."""
    found: list[AreaCode] = []
    level = list(areas.roots())
    while level:
        following: list[AreaCode] = []
        for code in level:
            if areas[code].level in SCOPE_LEVELS or not areas.parent(code):
                found.append(code)
                following.extend(
                    child for child in areas.children(code) if areas[child].level in SCOPE_LEVELS
                )
        level = following
    return found
