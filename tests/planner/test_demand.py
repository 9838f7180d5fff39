"""What a level asks is the same sum with and without looking for people, and no place is counted twice."""

from __future__ import annotations

import pytest

from coordinator.domain.area import AreaCode
from coordinator.domain.measures import Measures
from coordinator.domain.mode import ResponseLevel
from coordinator.planner.demand import Demand, demand
from coordinator.planner.feasibility import feasibility
from coordinator.playbook import library
from coordinator.playbook.measures import resolve
from tests.live.fake_engine import registers

FLOOD = library.bundled("flood-typhoon")
REGISTERS = registers()
AREAS = REGISTERS.areas
DISTRICT, STREET, COMMUNITY, OTHER = "420107", "420107001", "420107001001", "420107001002"


def at(level: ResponseLevel, place: AreaCode) -> Measures:
    return resolve(FLOOD, level, place, AREAS[place].level, AREAS.attributes(place))


@pytest.mark.parametrize("targets", [[DISTRICT], [STREET], [COMMUNITY, OTHER], [STREET, COMMUNITY]])
@pytest.mark.parametrize("level", ResponseLevel)
def test_it_agrees_with_the_whole_answer(targets: list[AreaCode], level: ResponseLevel) -> None:
    found = feasibility(REGISTERS, lambda place: at(level, place), DISTRICT, targets=targets)
    sums = demand(REGISTERS, lambda place: at(level, place), targets)
    assert (sums.posts, sums.heads, sums.heads_24h) == (
        found.total.posts,
        found.total.heads,
        found.total.heads_24h,
    )
    assert sums.tasks == sum(one.places for one in found.tasks) > 0
    assert sums.conversions == sum(one.buildings for one in found.conversions)
    assert sums.suspended == sum(one.routines for one in found.suspensions)


def test_a_place_that_is_asked_nothing_adds_nothing() -> None:
    assert demand(REGISTERS, lambda place: None, [DISTRICT]) == Demand()


def test_only_the_targets_are_counted() -> None:
    found = feasibility(REGISTERS, lambda place: at(ResponseLevel.II, place), DISTRICT, targets=[COMMUNITY])
    assert [found.places[scope] for scope in found.places] == [0, 1, 1]
