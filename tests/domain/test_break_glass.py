"""A lone duty officer may break the glass, naming who was phoned; every higher desk sees it until a second person
confirms."""

from __future__ import annotations

from coordinator.domain.access import Actor, Role
from coordinator.domain.change import ConfirmBreakGlass, DeclareOperation, ExtendOperation, RaiseLevel
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.operation import OperationDeclared
from tests.builders import (
    CITY,
    CITY_COMMANDER,
    COMMANDER,
    DEPUTY,
    DISTRICT,
    FIRST,
    STREET,
    STREET_DESK,
    World,
    one_of,
    playbook,
)

PHONED = "d-3201-9"


def broken(world: World, minutes: int = 240) -> str:
    """II by one person, at night, who phoned the city."""
    given = world.order(
        COMMANDER,
        DeclareOperation(
            area=DISTRICT,
            playbook=playbook("flood-typhoon"),
            targets={STREET: ResponseLevel.II},
            expected_minutes=minutes,
            phoned=PHONED,
        ),
    )
    world.settle()
    return one_of(given, OperationDeclared).id


def test_it_takes_effect_at_once_and_the_highest_desk_sees_who_was_phoned() -> None:
    world = World()
    op = broken(world)
    assert world.mode(FIRST) is Mode.ACTIVATING
    concern = world.state.concerns[f"break_glass:{op}"]
    assert (concern.raised_to, concern.facts) == (CITY, {"phoned": PHONED})
    assert not world.state.operations[op].confirmed


def test_unconfirmed_after_thirty_minutes_is_an_exception() -> None:
    world = World()
    op = broken(world)
    world.advance(29)
    assert not world.concerns("break_glass_unconfirmed")
    world.advance(1)
    assert world.concerns("break_glass_unconfirmed") == [op]
    world.order(DEPUTY, ConfirmBreakGlass(area=DISTRICT, operation=op))
    assert not world.concerns("break_glass_unconfirmed") + world.concerns("break_glass")
    assert world.state.operations[op].approved_by == DEPUTY.person


def test_a_second_person_confirms_and_nothing_is_owed_any_more() -> None:
    world = World()
    op = broken(world)
    world.order(CITY_COMMANDER, ConfirmBreakGlass(area=DISTRICT, operation=op))
    assert world.state.operations[op].confirmed
    assert f"break_glass_due:{op}" not in world.state.duties
    assert world.order(DEPUTY, ConfirmBreakGlass(area=DISTRICT, operation=op)) == []


def test_nobody_phones_themselves() -> None:
    alone = DeclareOperation(
        area=DISTRICT,
        playbook=playbook("flood-typhoon"),
        targets={STREET: ResponseLevel.II},
        expected_minutes=60,
        phoned=COMMANDER.person,
    )
    assert World().refusal(COMMANDER, alone).code == "self_approval"


def test_a_level_that_needs_no_second_person_needs_no_glass() -> None:
    calm = DeclareOperation(
        area=DISTRICT,
        playbook=playbook("flood-typhoon"),
        targets={STREET: ResponseLevel.III},
        expected_minutes=60,
        phoned=PHONED,
    )
    assert World().refusal(COMMANDER, calm).code == "glass_not_needed"


def test_who_broke_the_glass_cannot_confirm_it_in_any_role() -> None:
    world = World()
    op = broken(world)
    for role, area in ((Role.COMMANDER, DISTRICT), (Role.COMMANDER, CITY)):
        again = Actor(COMMANDER.person, role, area)
        assert world.refusal(again, ConfirmBreakGlass(area=DISTRICT, operation=op)).code == "self_approval"


def test_who_broke_it_to_raise_cannot_confirm_though_another_has_declared() -> None:
    world = World()
    op = world.declare("III", by=DEPUTY)
    world.order(
        COMMANDER,
        RaiseLevel(area=DISTRICT, operation=op, targets={STREET: ResponseLevel.II}, phoned=PHONED),
    )
    confirm = ConfirmBreakGlass(area=DISTRICT, operation=op)
    assert world.refusal(COMMANDER, confirm).code == "self_approval"
    world.order(DEPUTY, confirm)
    assert world.state.operations[op].confirmed


def test_a_street_does_not_confirm_what_the_district_broke() -> None:
    world = World()
    op = broken(world)
    assert world.refusal(STREET_DESK, ConfirmBreakGlass(area=STREET, operation=op)).code == "not_your_part"


def test_a_further_change_does_not_put_the_alarm_off() -> None:
    world = World()
    op = broken(world)
    due = world.state.duties[f"break_glass_due:{op}"].due
    world.advance(20)
    world.order(COMMANDER, ExtendOperation(area=DISTRICT, operation=op, expected_minutes=600))
    world.end(op, FIRST)
    assert world.state.duties[f"break_glass_due:{op}"].due == due


def test_once_everything_is_over_nobody_is_asked_to_confirm() -> None:
    world = World()
    op = broken(world)
    world.end(op)
    world.restore()
    assert world.state.operations[op].closed
    world.advance(60)
    assert not world.concerns("break_glass") + world.concerns("break_glass_unconfirmed")
