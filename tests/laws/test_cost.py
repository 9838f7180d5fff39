"""What a switch-over costs the log: events are per place and packed, however many people are called.

A real district of 99 communities, a seeded population, the project's own playbook and planner: the same each time.
"""

from __future__ import annotations

from collections import Counter

import pytest

from coordinator.domain import rules
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaLevel
from coordinator.domain.call_out import CrewCalled
from coordinator.domain.event import Event
from coordinator.domain.switch_over import PlaceSwitched
from tests.builders import World, qingshan

QINGSHAN = "420107"
COMMUNITIES = 99
STREETS = 12
A_FEW = 4
"""The founding of the scope, the declaration, and one event for each time that unfolding comes to an end."""


@pytest.fixture(scope="module")
def declared() -> World:
    world = World(qingshan(), QINGSHAN)
    commander = Actor("d-420107-1", Role.COMMANDER, QINGSHAN)
    world.declare("III", QINGSHAN, by=commander)
    return world


def test_two_events_for_each_place_and_a_few_more(declared: World) -> None:
    areas = declared.registers.areas
    assert len(areas.below(QINGSHAN, AreaLevel.COMMUNITY)) == COMMUNITIES
    assert len(areas.below(QINGSHAN, AreaLevel.STREET)) == STREETS
    assert len(declared.log) <= 2 * (COMMUNITIES + STREETS) + A_FEW


def test_no_community_is_said_more_than_twice(declared: World) -> None:
    """Once what it comes to, once who is called: neither by post nor by person."""
    said = Counter((type(event), event.area) for event in events(declared) if len(event.area) == 12)
    assert {kind for kind, _ in said} == {PlaceSwitched, CrewCalled}
    assert set(said.values()) == {1}
    assert len(declared.state.call_outs) > 10 * COMMUNITIES


def events(world: World) -> list[Event]:
    return [rules.decode(body).event for body in world.log]
