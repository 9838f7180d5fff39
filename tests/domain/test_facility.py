"""Buildings: a use is a hold of an operation, their state is what people report, and NORMAL waits for the school."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from coordinator.domain.facility import STEPS, FacilityState, OrderConversion, ReportFacility
from coordinator.domain.measures import ConversionSpec
from coordinator.domain.mode import Mode
from tests.builders import (
    COMMANDER,
    DISTRICT,
    FIRST,
    OTHER,
    SECOND,
    STREET,
    T0,
    World,
    asks,
    asks_by_level,
    desk,
    shelter,
    words,
)

F = FacilityState
HERE = shelter(FIRST)
SCHOOL = f"place:{FIRST}:school"


def conversion(kind: str = "shelter", to: str = "open", **given: Any) -> ConversionSpec:
    fields: dict[str, Any] = {"use": words("shelter"), "by_minutes": 120, "must": False}
    return ConversionSpec(kind=kind, to=to, **fields | given)


def held(*specs: ConversionSpec) -> World:
    world = World(handmade=asks(FIRST, conversions=specs or (conversion(),)))
    world.declare("III", FIRST)
    return world


def report(to: F, occupancy: int | None = None, facility: str = HERE) -> ReportFacility:
    return ReportFacility(area=FIRST, facility=facility, to=to, occupancy=occupancy)


def order(op: str, facility: str = SCHOOL, area: str = FIRST, **given: Any) -> OrderConversion:
    fields: dict[str, Any] = {"to": F.OPEN, "use_zh": "安置点", "use_en": "Shelter", "by_minutes": 60}
    return OrderConversion(area=area, operation=op, facility=facility, **fields | given)


# --- the way of a building --------------------------------------------------------------------------------


def test_from_normal_to_open_and_back_to_normal() -> None:
    world = held()
    world.report(HERE, F.INSPECTED, F.STANDBY, F.CONVERTING, F.OPEN)
    assert world.counts(FIRST)["converted"] == 1
    world.end(world.operation, FIRST)
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    assert world.counts(FIRST)["unrestored"] == 1
    world.report(HERE, F.RESTORING)
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    world.report(HERE, F.NORMAL)
    assert world.mode(FIRST) is Mode.NORMAL
    assert HERE not in world.state.facilities


@pytest.mark.parametrize("state", [one for one in F if one is not F.NORMAL])
def test_it_takes_the_steps_of_the_table_and_no_others(state: F) -> None:
    world = held()
    if state not in STEPS[F.NORMAL]:
        refused = world.refusal(desk(FIRST), report(state))
        assert (refused.code, refused.facts["to"]) == ("wrong_facility_step", state.value)
    else:
        world.order(desk(FIRST), report(state))
        assert world.facility(HERE).state is state


def test_closed_and_unusable_can_be_from_anywhere() -> None:
    assert all({F.CLOSED, F.UNUSABLE} - {state} <= steps for state, steps in STEPS.items())
    assert all(F.RESTORING in STEPS[state] for state in (F.CLOSED, F.UNUSABLE))


def test_said_twice_is_said_once() -> None:
    world = held()
    assert world.order(desk(FIRST), report(F.STANDBY, 3))
    assert world.order(desk(FIRST), report(F.STANDBY, 3)) == []
    assert world.order(desk(FIRST), report(F.STANDBY)) == []


def test_a_building_in_another_s_part_is_theirs_to_report() -> None:
    world = held()
    assert world.refusal(desk(FIRST), report(F.STANDBY, facility=shelter(SECOND))).code == "not_your_part"
    assert world.refusal(desk(FIRST), report(F.STANDBY, facility="place:x")).code == "unknown_facility"


# --- how many are in it -----------------------------------------------------------------------------------


def test_unknown_until_reported_and_full_at_its_capacity() -> None:
    world = held()
    world.report(HERE, F.STANDBY)
    assert world.facility(HERE).occupancy is None
    capacity = world.facility(HERE).capacity
    world.order(desk(FIRST), report(F.OPEN, capacity - 1))
    assert world.facility(HERE).state is F.OPEN
    world.order(desk(FIRST), report(F.OPEN, capacity))
    assert world.facility(HERE).state is F.FULL
    assert world.concerns("facility_full") == [HERE]
    assert world.counts(STREET)["occupancy"] == capacity
    world.order(desk(FIRST), report(F.OPEN, capacity - 5))
    assert world.facility(HERE).state is F.OPEN
    assert not world.concerns("facility_full")


def test_who_was_in_it_is_not_there_any_more_when_it_is_given_back() -> None:
    world = held()
    world.report(HERE, F.STANDBY)
    world.order(desk(FIRST), report(F.OPEN, 40))
    world.order(desk(FIRST), report(F.RESTORING))
    assert world.facility(HERE).occupancy is None


# --- late, flooded ----------------------------------------------------------------------------------------


def test_late_is_said_until_it_is_done() -> None:
    world = held()
    assert world.state.duties[f"conversion_due:{HERE}/{world.operation}"].due == T0 + timedelta(minutes=120)
    world.advance(120)
    assert world.concerns("conversion_late") == [HERE]
    world.report(HERE, F.STANDBY, F.OPEN)
    assert not world.concerns("conversion_late")


def test_in_time_nothing_is_owed() -> None:
    world = held()
    world.report(HERE, F.STANDBY, F.OPEN)
    assert not any(key.startswith("conversion_due") for key in world.state.duties.positions())


def test_a_flooded_shelter_is_said_at_once_and_the_place_is_not_ready() -> None:
    world = held(conversion(must=True))
    world.sign(world.operation)
    world.report(HERE, F.UNUSABLE)
    assert world.state.concerns[f"facility_unusable:{HERE}"].severity.value == "danger"
    assert world.mode(FIRST) is Mode.ACTIVATING
    world.report(HERE, F.RESTORING, F.CONVERTING, F.OPEN)
    assert not world.concerns("facility_unusable")
    assert world.mode(FIRST) is Mode.EMERGENCY


def test_a_building_that_nobody_wants_may_be_unusable_in_peace() -> None:
    world = held()
    world.report(SCHOOL, F.UNUSABLE)
    assert not world.concerns("facility_unusable")


# --- another one instead ----------------------------------------------------------------------------------


def test_a_desk_opens_another_one_where_the_shelter_floods() -> None:
    world = held()
    world.report(HERE, F.UNUSABLE)
    op = world.operation
    assert world.refusal(desk(FIRST), order(op, HERE)).code == "facility_unusable"
    world.order(desk(FIRST), order(op))
    assert world.facility(SCHOOL).uses[op].to is F.OPEN
    world.advance(60)
    assert world.concerns("conversion_late") == [SCHOOL]


def test_what_the_desk_has_ordered_survives_a_change_of_level_and_goes_with_the_end() -> None:
    levels = {"III": {"conversions": (conversion(to="standby"),)}, "II": {"conversions": (conversion(),)}}
    world = World(handmade=asks_by_level(FIRST, **levels))
    op = world.declare("III", FIRST)
    world.order(desk(FIRST), order(op))
    world.raise_to(op, "II", FIRST)
    assert world.facility(SCHOOL).uses[op].beyond
    world.lower_to(op, "IV", FIRST)
    assert world.facility(SCHOOL).uses[op].beyond
    assert HERE not in world.state.facilities, "the playbook's own went with its level"
    world.end(op, FIRST)
    assert SCHOOL not in world.state.facilities


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"op": "op-x"}, "unknown_operation"),
        ({"facility": "place:x"}, "unknown_facility"),
        ({"facility": shelter(SECOND)}, "not_your_part"),
        ({"to": F.CONVERTING}, "wrong_facility_step"),
        ({"to": F.NORMAL}, "wrong_facility_step"),
    ],
)
def test_what_cannot_be_ordered(given: dict[str, Any], code: str) -> None:
    world = held()
    assert world.refusal(desk(FIRST), order(**{"op": world.operation} | given)).code == code


def test_nor_where_the_operation_does_not_run() -> None:
    """Nothing would ever let go of it again."""
    world = held()
    elsewhere = order(world.operation, shelter(SECOND), area=DISTRICT)
    assert world.refusal(COMMANDER, elsewhere).code == "not_switched"


# --- two uses ---------------------------------------------------------------------------------------------


def two_uses(second: str) -> tuple[World, str, str]:
    """A flood wants the school as a shelter; then the desk orders it for something in another operation."""
    world = World(handmade=asks(FIRST, conversions=(conversion("school"),)))
    flood = world.declare("III", FIRST)
    other = world.declare("III", FIRST, name=OTHER)
    world.order(desk(FIRST), order(other, use_zh=second, use_en=second))
    return world, flood, other


def test_two_uses_of_one_building_are_an_exception_for_the_higher_command() -> None:
    world, flood, other = two_uses("采样点")
    concern = world.state.concerns[f"facility_two_uses:{SCHOOL}"]
    assert (concern.raised_to, concern.facts) == (DISTRICT, {"other": flood})
    world.order(desk(FIRST), order(other, use_zh="shelter", use_en="shelter"))
    assert not world.concerns("facility_two_uses"), "the higher command has decided: the same use"


def test_the_same_use_twice_is_no_exception() -> None:
    world, _, _ = two_uses("shelter")
    assert not world.concerns("facility_two_uses")


def test_it_is_no_exception_any_more_when_one_of_them_ends() -> None:
    world, flood, other = two_uses("采样点")
    world.end(flood, FIRST)
    assert not world.concerns("facility_two_uses")
    assert set(world.facility(SCHOOL).uses) == {other}


def test_a_hold_is_released_with_the_last_holder() -> None:
    world, flood, other = two_uses("shelter")
    world.report(SCHOOL, F.STANDBY, F.OPEN)
    world.end(flood, FIRST)
    assert world.switch(flood, FIRST).mode is Mode.NORMAL, "the other still uses it: nothing to restore"
    world.end(other, FIRST)
    assert world.switch(other, FIRST).mode is Mode.STANDING_DOWN
    world.report(SCHOOL, F.RESTORING, F.NORMAL)
    assert world.switch(other, FIRST).mode is Mode.NORMAL
