"""An inject happens once, says what it says to whom it is for, and does to the world what the script wants."""

from __future__ import annotations

import pytest

from coordinator.domain.change import DeclareOperation
from coordinator.domain.confirmed_call import AnswerConfirmedCall, CallAnswered, CallStarted, Step
from coordinator.domain.drill import PauseDrill, StartDrill
from coordinator.domain.inject import (
    CallInject,
    FireInject,
    InjectFired,
    InjectKind,
    InjectState,
    Ordered,
    SkipInject,
)
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import LevelLowered, LevelRaised, OperationDeclared, OperationEnded
from coordinator.domain.order import AcknowledgeOrder
from tests.builders import CITY, COMMANDER, DISTRICT, FIRST, SECOND, STREET, desk, playbook
from tests.drills.worlds import CONTROLLER, HOLDER, DrillWorld

FLOOD = "flood-typhoon"


@pytest.fixture
def world() -> DrillWorld:
    made = DrillWorld()
    made.prepare()
    made.order(CONTROLLER, StartDrill(area=CITY))
    made.follow_on()
    return made


def order(inject: str, what: str, level: ResponseLevel | None = None) -> FireInject:
    return FireInject(
        area=DISTRICT,
        inject=inject,
        kind=InjectKind.ORDER,
        to=[STREET],
        order=Ordered(what=what, level=level, playbook=playbook(FLOOD), expected_minutes=600),
    )


def test_a_message_stands_on_the_orders_of_each_place_until_it_is_read(world: DrillWorld) -> None:
    fire = FireInject(
        area=DISTRICT, inject="warning", kind=InjectKind.MESSAGE, to=[FIRST, SECOND], text="drill-1"
    )
    world.order(HOLDER, fire, DISTRICT)
    state = world.states[DISTRICT]
    (said,) = [one for one in state.orders.in_area(SECOND) if one.kind == "drill_message"]
    assert (said.id, said.text) == (f"warning@{SECOND}", f"drill-1.{SECOND}.warning")
    read = AcknowledgeOrder(area=SECOND, order=said.id)
    world.order(desk(SECOND), read, DISTRICT)
    assert state.orders[said.id].acknowledged_by == desk(SECOND).person
    assert world.order(desk(SECOND), read, DISTRICT) == []


def test_an_inject_fires_once_and_only_while_the_drill_runs(world: DrillWorld) -> None:
    fire = FireInject(area=DISTRICT, inject="cut", kind=InjectKind.NETWORK_CUT, to=[FIRST])
    world.order(CONTROLLER, PauseDrill(area=CITY))
    world.follow_on()
    assert world.refused(HOLDER, fire, DISTRICT) == "drill_phase"


def test_fired_or_skipped_it_is_over(world: DrillWorld) -> None:
    fire = FireInject(area=DISTRICT, inject="cut", kind=InjectKind.NETWORK_CUT, to=[FIRST])
    assert len(world.order(HOLDER, fire, DISTRICT)) == 1
    assert world.order(HOLDER, fire, DISTRICT) == []
    told = {one.kind for one in world.states[DISTRICT].orders.in_area(FIRST)}
    assert told == {"drill_prepared", "drill_running"}, "players are not told that the network goes"
    states = []
    for command in (CallInject(area=CITY, inject="warning"), SkipInject(area=CITY, inject="warning")):
        world.order(CONTROLLER, command)
        states.append(world.states[CITY].injects["warning"].state)
    assert states == [InjectState.CALLED, InjectState.SKIPPED]
    assert world.order(CONTROLLER, CallInject(area=CITY, inject="warning")) == []
    late = FireInject(area=CITY, inject="warning", kind=InjectKind.MESSAGE, to=[FIRST])
    assert world.order(HOLDER, late) == []


def test_an_inject_that_the_script_does_not_have_is_refused(world: DrillWorld) -> None:
    fire = FireInject(area=DISTRICT, inject="meteor", kind=InjectKind.EVENT, to=[FIRST])
    assert world.refused(HOLDER, fire, DISTRICT) == "unknown_inject"
    assert world.refused(CONTROLLER, CallInject(area=CITY, inject="meteor")) == "unknown_inject"
    outside = FireInject(area=FIRST, inject="cut", kind=InjectKind.EVENT, to=[SECOND])
    assert world.refused(HOLDER, outside, DISTRICT) == "target_outside"


def test_players_do_not_fire_injects(world: DrillWorld) -> None:
    for command in (
        FireInject(area=FIRST, inject="cut", kind=InjectKind.EVENT, to=[FIRST]),
        CallInject(area=FIRST, inject="cut"),
        SkipInject(area=FIRST, inject="cut"),
    ):
        assert world.refused(desk(FIRST), command, DISTRICT) == "not_your_role"


def test_control_declares_raises_lowers_and_ends_as_two_persons(world: DrillWorld) -> None:
    fired, declared = world.order(HOLDER, order("start", "declare", ResponseLevel.II), DISTRICT)
    assert isinstance(declared, OperationDeclared) and isinstance(fired, InjectFired)
    assert (declared.declared_by, declared.approved_by) == ("control-1", "control-2")
    assert fired.operation == declared.id
    _, raised = world.order(HOLDER, order("warning", "raise", ResponseLevel.I), DISTRICT)
    assert isinstance(raised, LevelRaised) and raised.targets == {STREET: ResponseLevel.I}
    _, lowered = world.order(HOLDER, order("cut", "lower", ResponseLevel.III), DISTRICT)
    assert isinstance(lowered, LevelLowered)
    assert set(lowered.conditions.values()) == {"exercise_control"}


def test_control_ends_what_the_players_declared(world: DrillWorld) -> None:
    declare = DeclareOperation(
        area=DISTRICT, playbook=playbook(FLOOD), targets={STREET: ResponseLevel.III}, expected_minutes=60
    )
    world.order(COMMANDER, declare, DISTRICT)
    _, ended = world.order(HOLDER, order("cut", "end"), DISTRICT)
    assert isinstance(ended, OperationEnded) and ended.targets == {STREET: None}


def test_control_cannot_raise_what_nobody_has_declared(world: DrillWorld) -> None:
    assert world.refused(HOLDER, order("warning", "raise", ResponseLevel.I), DISTRICT) == "unknown_operation"


def test_a_call_rings_at_every_desk_and_is_answered(world: DrillWorld) -> None:
    call = FireInject(area=DISTRICT, inject="cut", kind=InjectKind.CALL, to=[FIRST, SECOND])
    events = world.order(HOLDER, call, DISTRICT)
    assert [one.area for one in events if isinstance(one, CallStarted)] == [FIRST, SECOND]
    answer = AnswerConfirmedCall(area=FIRST, call=f"call-cut@{FIRST}", how="phone")
    (answered,) = world.order(desk(FIRST), answer, DISTRICT)
    assert isinstance(answered, CallAnswered)
    for _ in range(4):
        world.pass_time(2)
        world.fire_due()
    calls = world.states[DISTRICT].calls
    assert calls[f"call-cut@{FIRST}"].step is Step.ANSWERED
    assert calls[f"call-cut@{SECOND}"].step is not Step.CALLING
