"""Histories that once broke a law, found by the laws and kept as stories: a law finds them again only by chance."""

from __future__ import annotations

from coordinator.domain.facility import FacilityState, OrderConversion
from coordinator.domain.mode import Mode
from tests.builders import FIRST, World, asks, desk, task_spec


def test_nothing_is_taken_into_use_while_a_place_is_restored() -> None:
    """Nobody would have given the building back: the place was NORMAL and its shelter in use for ever."""
    world = World(handmade=asks(FIRST, recovery=(task_spec("tidy", must=True),)))
    op = world.declare("III", FIRST)
    world.end(op, FIRST)
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    order = OrderConversion(
        area=FIRST,
        operation=op,
        facility=f"place:{FIRST}:shelter",
        to=FacilityState.OPEN,
        use_zh="安置点",
        use_en="shelter",
        by_minutes=30,
    )
    assert world.refusal(desk(FIRST), order).code == "not_switched"
