"""Where the histories happen: one street of two communities, and playbooks that meet there.

Three of the project's own, which share posts and buildings, and one of the tests' own for what those leave out.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.measures import Measures, Suspension
from coordinator.domain.mode import ResponseLevel
from coordinator.playbook import library
from coordinator.playbook.measures import resolve
from coordinator.store.registers import RegisterSet
from tests.builders import (
    DISTRICT,
    FIRST,
    OWN,
    SECOND,
    SEED,
    STREET,
    MeasuresOf,
    playbook,
    post_spec,
    sheet,
    task_spec,
    words,
)

BUNDLED: Final = ("flood-typhoon", "snow-cold", "utility-outage")
PLAYBOOKS: Final = {"own": OWN, **{name: playbook(name) for name in BUNDLED}}
TARGETS: Final = (DISTRICT, STREET, FIRST, SECOND)
COMMUNITIES: Final = (FIRST, SECOND)


@cache
def street() -> RegisterSet:
    """Two communities of three grids each, with their people; the same in every run."""
    kept = [
        area
        for area in bundled_areas("xianlin")
        if area.level is not AreaLevel.COMMUNITY or area.code in COMMUNITIES
    ]
    return sample(kept, SEED).open()


def areas() -> list[AreaCode]:
    """From the district down to its grids."""
    tree = street().areas
    levels = (AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID)
    return [area for level in levels for area in tree.below(DISTRICT, level)]


def handmade() -> dict[str, MeasuresOf]:
    return {OWN: _own, **{playbook(name): _bundled(name) for name in BUNDLED}}


@cache
def _bundled(name: str) -> MeasuresOf:
    tree = street().areas

    @cache
    def measures(level: ResponseLevel, area: AreaCode) -> Measures:
        return resolve(library.bundled(name), level, area, tree[area].level, tree.attributes(area))

    return measures


@cache
def _own(level: ResponseLevel, area: AreaCode) -> Measures:
    """A crew minimum, shared posts that other people may fill at each level, work that comes again."""
    heads = level.rank
    if area == STREET:
        teams = ("shock_team",) if heads % 2 else ("cadre",)
        return sheet(level, area, posts=(post_spec("shock", heads, share="shock", may_fill=teams),))
    if area not in COMMUNITIES:
        return sheet(level, area)
    return sheet(
        level,
        area,
        posts=(
            post_spec("boat", heads, crew_min=2, must=True, shift_minutes=120),
            post_spec("duty", heads, share="duty", may_fill=("cadre",) if heads > 2 else ("volunteer",)),
        ),
        tasks=(
            task_spec("round", repeat_minutes=60, ack_minutes=10),
            *((task_spec("deep", depends=("round",), by_minutes=10, must=True),) if heads > 1 else ()),
        ),
        suspensions=(Suspension(routine="household_visit", name=words("visit")),) if heads > 1 else (),
        recovery=(task_spec("tidy", must=True),),
    )
