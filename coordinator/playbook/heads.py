"""How many people a level asks for in 24 hours: of one area, and per grid of the reference community.

The figures with which a switch-over is judged before it is ordered; who comes is the planner's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from coordinator.domain.area import AreaLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import resolve

REFERENCE_GRID: Final[Mapping[str, int]] = {
    "pop": 1000,
    "hh": 350,
    "bld": 10,
    "ent": 24,
    "gates": 2,
    "vuln": 30,
    "evac": 20,
    "lowpts": 2,
    "lifts": 10,
    "shops": 20,
    "floors_hi": 2,
}
"""The grid by which playbooks are compared; a community has eight such, a street ten such communities."""

GRIDS: Final = 8
COMMUNITIES: Final = 10


def reference(scope: AreaLevel) -> Mapping[str, int]:
    """Attributes of the reference grid, community or street."""
    grids = {AreaLevel.GRID: 1, AreaLevel.COMMUNITY: GRIDS, AreaLevel.STREET: GRIDS * COMMUNITIES}[scope]
    sums = {name: count * grids for name, count in REFERENCE_GRID.items()}
    if scope is not AreaLevel.GRID:
        sums["grids"] = grids
    if scope is AreaLevel.STREET:
        sums["communities"] = COMMUNITIES
    return sums


def heads_in_24_hours(
    playbook: Playbook, level: ResponseLevel, scope: AreaLevel, attributes: Mapping[str, int]
) -> int:
    """Headcount x shifts over the posts that belong to this area itself."""
    measures = resolve(playbook, level, "", scope, attributes)
    return sum(post.heads * post.shifts for post in measures.posts)


def heads_per_reference_grid(playbook: Playbook, level: ResponseLevel) -> Fraction:
    """The grid's own posts and its part of its community's and street's."""
    grids = {AreaLevel.GRID: 1, AreaLevel.COMMUNITY: GRIDS, AreaLevel.STREET: GRIDS * COMMUNITIES}
    return sum(
        (
            Fraction(heads_in_24_hours(playbook, level, scope, reference(scope)), shared)
            for scope, shared in grids.items()
        ),
        Fraction(0),
    )
