"""Raise, lower, extend, end name areas; the office that started ends; a person decides and the clock never does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordinator.domain.change import (
    DeclareOperation,
    EndOperation,
    ExtendOperation,
    LowerLevel,
    RaiseLevel,
    RecallOperation,
    TransferCommand,
)
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.operation import OperationClosed, OperationDeclared
from coordinator.domain.stand_down import MET
from coordinator.domain.switch_over import PlaceSwitched
from coordinator.domain.targets import retarget
from coordinator.domain.unfold import OperationUnfolded, Unfold
from tests.builders import (
    CITY,
    CITY_COMMANDER,
    COMMANDER,
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    STREET_DESK,
    T0,
    THIRD,
    World,
    all_of,
    one_of,
    playbook,
    xianlin,
)

IV, III, II, I = (ResponseLevel(level) for level in ("IV", "III", "II", "I"))  # noqa: E741


def declare(**given: object) -> DeclareOperation:
    fields: dict[str, object] = {
        "area": DISTRICT,
        "playbook": playbook("flood-typhoon"),
        "targets": {STREET: III},
        "expected_minutes": 240,
    }
    return DeclareOperation.model_validate(fields | given)


def raise_to(op: str, **given: object) -> RaiseLevel:
    return RaiseLevel.model_validate({"area": DISTRICT, "operation": op, "targets": {STREET: II}} | given)


@pytest.fixture
def world() -> World:
    return World()


# --- declared ---------------------------------------------------------------------------------------------


def test_a_declaration_states_level_areas_and_how_long(world: World) -> None:
    given = world.order(COMMANDER, declare(superior="苏防指〔2026〕7号"))
    declared = one_of(given, OperationDeclared)
    assert declared.hazard == "flood_typhoon"
    assert declared.targets == {STREET: III}
    assert declared.expected_until == T0 + timedelta(minutes=240)
    assert declared.superior == "苏防指〔2026〕7号"
    assert (declared.issuer, declared.declared_by) == (DISTRICT, COMMANDER.person)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"area": STREET, "targets": {DISTRICT: III}}, "target_outside"),
        ({"targets": {"99": III}}, "target_outside"),
        ({"expected_minutes": 0}, "no_duration"),
        ({"effective_at": T0 - timedelta(minutes=11)}, "starts_in_past"),
        ({"targets": {GRID: III}}, "nothing_to_switch"),
        ({"area": "99"}, "unknown_area"),
        ({"area": CITY}, "not_your_part"),
    ],
)
def test_what_cannot_be_declared(world: World, given: dict[str, object], code: str) -> None:
    assert world.refusal(COMMANDER, declare(**given)).code == code


def test_what_runs_is_not_begun_a_second_time(world: World) -> None:
    op = world.declare("III", STREET)

    def again(level: ResponseLevel, *areas: str) -> DeclareOperation:
        targets = dict.fromkeys(areas, level)
        return DeclareOperation(
            area=DISTRICT, playbook=playbook("flood-typhoon"), targets=targets, expected_minutes=60
        )

    for covered in (STREET, FIRST):
        refused = world.refusal(COMMANDER, again(ResponseLevel.III, covered))
        assert refused.code == "already_running"
        assert refused.facts == {"operation": op, "area": covered, "level": "III"}
    assert world.order(COMMANDER, again(ResponseLevel.II, FIRST)), (
        "a higher one is for its own office to judge"
    )
    recalled = RecallOperation(area=DISTRICT, operation=op, reason="sent_by_mistake")
    world.order(COMMANDER, recalled)
    assert world.order(COMMANDER, again(ResponseLevel.III, STREET)), "what is over can begin anew"


def test_it_may_be_a_few_minutes_old_when_it_is_approved(world: World) -> None:
    given = world.order(COMMANDER, declare(effective_at=T0 - timedelta(minutes=9)))
    assert one_of(given, OperationDeclared).effective_at == T0


# --- a planned start --------------------------------------------------------------------------------------


def test_nothing_switches_before_its_hour(world: World) -> None:
    world.order(COMMANDER, declare(effective_at=T0 + timedelta(minutes=90)))
    world.advance(89)
    assert world.mode(FIRST) is Mode.NORMAL
    world.advance(1)
    assert world.mode(FIRST) is Mode.ACTIVATING


def test_asked_to_unfold_before_its_hour_nothing_happens(world: World) -> None:
    given = world.order(COMMANDER, declare(effective_at=T0 + timedelta(minutes=90)))
    op = one_of(given, OperationDeclared).id
    assert world.order(world.holder, Unfold(area=DISTRICT, operation=op)) == []


def test_a_change_before_the_hour_waits_for_the_hour(world: World) -> None:
    given = world.order(COMMANDER, declare(effective_at=T0 + timedelta(minutes=90)))
    op = one_of(given, OperationDeclared).id
    world.raise_to(op, "II", FIRST)
    assert world.next_due() == T0 + timedelta(minutes=90)
    world.advance(90)
    assert world.switch(op, FIRST).level is II
    assert world.switch(op, SECOND).level is III


@pytest.mark.parametrize("ended", [True, False], ids=["ended", "recalled"])
def test_what_is_ended_before_its_hour_is_over_and_gone(world: World, ended: bool) -> None:
    given = world.order(COMMANDER, declare(effective_at=T0 + timedelta(minutes=90)))
    op = one_of(given, OperationDeclared).id
    if ended:
        found = world.end(op)
    else:
        world.order(COMMANDER, RecallOperation(area=DISTRICT, operation=op, reason="mistake"))
        found = world.settle()
    assert one_of(found, OperationClosed).operation == op
    assert world.state.operations[op].closed
    assert not world.state.duties


# --- raised -----------------------------------------------------------------------------------------------


def test_a_raise_names_areas_and_leaves_the_others(world: World) -> None:
    op = world.declare("III")
    given = world.raise_to(op, "II", FIRST, SECOND)
    assert [event.area for event in all_of(given, PlaceSwitched)] == [FIRST, SECOND]
    assert world.switch(op, THIRD).level is III


def test_a_raise_of_the_whole_leaves_what_is_higher_already(world: World) -> None:
    op = world.declare("IV")
    world.raise_to(op, "II", FIRST)
    world.raise_to(op, "III")
    assert world.switch(op, FIRST).level is II
    assert world.switch(op, SECOND).level is III


def test_a_raise_may_take_in_more_of_the_district(world: World) -> None:
    op = world.declare("III", FIRST)
    world.raise_to(op, "III", SECOND)
    assert world.switch(op, SECOND).level is III
    assert world.state.operations[op].targets == {FIRST: III, SECOND: III}


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        ({STREET: III}, "not_higher"),
        ({STREET: IV}, "not_higher"),
        ({FIRST: III}, "not_higher"),
        ({"99": II}, "unknown_area"),
        ({CITY: II}, "target_outside"),
        ({GRID: II}, "nothing_to_switch"),
    ],
)
def test_what_cannot_be_raised(world: World, targets: dict[str, ResponseLevel], code: str) -> None:
    op = world.declare("III")
    assert world.refusal(COMMANDER, raise_to(op, targets=targets)).code == code


def test_the_authority_for_the_higher_level_is_needed(world: World) -> None:
    op = world.declare("III")
    assert world.refusal(COMMANDER, raise_to(op, targets={STREET: I})).code == "no_authority"


def test_a_raised_place_signs_and_gets_ready_anew(world: World) -> None:
    op = world.declare("III", FIRST)
    world.sign(op)
    world.everyone_comes()
    assert world.mode(FIRST) is Mode.EMERGENCY
    world.advance(30)
    world.raise_to(op, "II", FIRST)
    switch = world.switch(op, FIRST)
    assert (switch.mode, switch.signed_at, switch.ready_at) == (Mode.ACTIVATING, None, None)
    assert switch.recorded_at == world.now


# --- lowered ----------------------------------------------------------------------------------------------


def lower(
    world: World, op: str, to: dict[str, ResponseLevel] | None = None, said: dict[str, str] | None = None
) -> LowerLevel:
    to = to or {STREET: IV}
    ticked = world.ticks(op, *to, said=MET) if said is None else said
    return LowerLevel(area=DISTRICT, operation=op, targets=to, conditions=ticked)


def test_each_condition_is_ticked_by_name(world: World) -> None:
    op = world.declare("III")
    refused = world.refusal(COMMANDER, lower(world, op, said={"warning_lower": MET}))
    assert (refused.code, refused.facts["conditions"]) == ("condition_open", "low_points_dry")
    refused = world.refusal(COMMANDER, lower(world, op, said={}))
    assert refused.facts["conditions"] == "warning_lower, low_points_dry", "all at once, not one by one"


def test_a_condition_that_nobody_asked_for_is_not_ticked(world: World) -> None:
    op = world.declare("III")
    said = world.ticks(op, STREET) | {"weather_fine": MET}
    refused = world.refusal(COMMANDER, lower(world, op, said=said))
    assert refused.code == "unknown_condition"
    assert "low_points_dry" in refused.facts["known"]


def test_a_condition_is_overridden_with_a_coded_reason(world: World) -> None:
    op = world.declare("III")
    world.order(COMMANDER, lower(world, op, said=world.ticks(op, STREET, said="ordered_by_city")))
    world.settle()
    assert world.switch(op, FIRST).level is IV


@pytest.mark.parametrize("to", [III, II], ids=["the same", "higher"])
def test_a_lowering_goes_down(world: World, to: ResponseLevel) -> None:
    op = world.declare("III")
    assert world.refusal(COMMANDER, lower(world, op, {STREET: to})).code == "not_lower"


def test_what_is_not_part_of_it_cannot_be_ended(world: World) -> None:
    op = world.declare("III", FIRST)
    end = EndOperation(area=DISTRICT, operation=op, areas=[SECOND], conditions={})
    assert world.refusal(COMMANDER, end).code == "not_lower"


def test_lowering_the_street_does_not_wake_a_community_that_has_ended(world: World) -> None:
    op = world.declare("III")
    world.end(op, FIRST)
    world.lower_to(op, "IV")
    assert world.switch(op, FIRST).level is None
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    assert world.switch(op, SECOND).level is IV


def test_lowering_the_street_does_not_raise_a_community_that_is_lower_already(world: World) -> None:
    op = world.declare("III")
    world.lower_to(op, "IV", FIRST)
    world.raise_to(op, "II", SECOND)
    world.lower_to(op, "III")
    assert [world.switch(op, place).level for place in (FIRST, SECOND, THIRD)] == [IV, III, III]


def test_lowering_takes_what_is_higher_with_it(world: World) -> None:
    op = world.declare("III")
    world.raise_to(op, "II", FIRST)
    world.lower_to(op, "IV")
    assert world.switch(op, FIRST).level is IV
    assert world.state.operations[op].targets == {STREET: IV}


def test_two_nested_areas_in_one_order_mean_the_same_in_either_order() -> None:
    areas = xianlin().areas
    now = {DISTRICT: III, FIRST: IV}
    for change in ({DISTRICT: II, STREET: I}, {STREET: I, DISTRICT: II}):
        assert retarget(now, change, areas, raising=True) == {DISTRICT: II, STREET: I}


# --- who ends ---------------------------------------------------------------------------------------------


def every_change(world: World, op: str) -> list[object]:
    return [
        raise_to(op),
        lower(world, op),
        EndOperation(area=DISTRICT, operation=op, areas=[STREET], conditions=world.ticks(op, STREET)),
        ExtendOperation(area=DISTRICT, operation=op, expected_minutes=900),
    ]


def test_who_started_ends_even_where_the_city_would_rather(world: World) -> None:
    op = world.declare("III")
    for command in every_change(world, op):
        assert world.refusal(CITY_COMMANDER, command).code == "not_the_issuer"  # type: ignore[arg-type]


def test_a_higher_office_takes_over_first(world: World) -> None:
    op = world.declare("III")
    world.order(CITY_COMMANDER, TransferCommand(area=DISTRICT, operation=op))
    assert world.state.operations[op].issuer == CITY
    extend = ExtendOperation(area=DISTRICT, operation=op, expected_minutes=900)
    assert world.refusal(COMMANDER, extend).code == "not_the_issuer"
    world.order(CITY_COMMANDER, extend)
    world.end(op, by=CITY_COMMANDER)
    assert world.state.operations[op].over


def test_a_lower_office_takes_nothing_over(world: World) -> None:
    op = world.declare("III")
    command = TransferCommand(area=STREET, operation=op)
    assert world.refusal(STREET_DESK, command).code == "not_higher_office"
    assert world.order(COMMANDER, TransferCommand(area=DISTRICT, operation=op)) == []


def test_of_an_operation_that_nobody_knows(world: World) -> None:
    for command in (
        raise_to("op-x"),
        RecallOperation(area=DISTRICT, operation="op-x", reason="mistake"),
        TransferCommand(area=DISTRICT, operation="op-x"),
    ):
        assert world.refusal(COMMANDER, command).code == "unknown_operation"


def test_what_is_closed_is_closed(world: World) -> None:
    op = world.declare("III")
    world.end(op)
    world.restore()
    assert world.state.operations[op].closed
    assert world.refusal(COMMANDER, raise_to(op)).code == "unknown_operation"


# --- how long ---------------------------------------------------------------------------------------------


def test_the_duration_over_is_an_alarm_and_never_an_end(world: World) -> None:
    op = world.declare("III", FIRST, minutes=120)
    world.advance(119)
    assert not world.concerns("duration_over")
    world.advance(600)
    assert world.concerns("duration_over") == [op]
    assert world.switch(op, FIRST).level is III


def test_extending_ends_the_alarm_and_sets_the_next(world: World) -> None:
    op = world.declare("III", FIRST, minutes=120)
    world.advance(130)
    world.order(COMMANDER, ExtendOperation(area=DISTRICT, operation=op, expected_minutes=60))
    assert not world.concerns("duration_over")
    world.advance(60)
    assert world.concerns("duration_over") == [op]


def test_extending_lengthens(world: World) -> None:
    op = world.declare("III", minutes=120)
    shorter = ExtendOperation(area=DISTRICT, operation=op, expected_minutes=120)
    assert world.refusal(COMMANDER, shorter).code == "not_longer"


def test_what_has_ended_raises_no_alarm_though_it_was_extended(world: World) -> None:
    op = world.declare("III", FIRST, minutes=120)
    world.end(op, FIRST)
    world.order(COMMANDER, ExtendOperation(area=DISTRICT, operation=op, expected_minutes=180))
    world.advance(300)
    assert not world.concerns("duration_over")


def test_the_second_wave_has_its_alarm(world: World) -> None:
    op = world.declare("III", FIRST, minutes=120)
    world.end(op, FIRST)
    world.advance(60)
    world.raise_to(op, "III", FIRST)
    world.advance(60)
    assert world.concerns("duration_over") == [op]


# --- recalled ---------------------------------------------------------------------------------------------


def recall(op: str) -> RecallOperation:
    return RecallOperation(area=DISTRICT, operation=op, reason="wrong_district")


def test_a_mistake_is_recalled_by_one_person_even_at_ii(world: World) -> None:
    op = world.declare("II")
    world.order(COMMANDER, recall(op))
    world.settle()
    assert world.mode(FIRST) is Mode.NORMAL
    assert world.state.operations[op].closed


def test_those_above_may_recall_and_those_below_may_not(world: World) -> None:
    op = world.declare("III")
    below = recall(op).model_copy(update={"area": STREET})
    assert world.refusal(STREET_DESK, below).code == "not_the_issuer"
    world.order(CITY_COMMANDER, recall(op))
    assert world.state.operations[op].recalled


def test_recalled_twice_is_recalled_once(world: World) -> None:
    op = world.declare("III")
    world.everyone_comes(GRID)
    world.order(COMMANDER, recall(op))
    assert world.order(COMMANDER, recall(op)) == []


def test_raised_again_after_a_recall_it_is_no_mistake_any_more(world: World) -> None:
    """A later end opens the restore list, though nobody has set out yet."""
    op = world.declare("III", FIRST)
    world.everyone_comes(GRID)
    world.order(COMMANDER, recall(op))
    world.settle()
    world.everyone_goes_home()
    world.raise_to(op, "III", FIRST)
    assert not world.state.operations[op].recalled
    world.end(op, FIRST)
    assert world.mode(FIRST) is Mode.STANDING_DOWN


def test_unfolded_says_at_which_revision(world: World) -> None:
    op = world.declare("III")
    given = world.lower_to(op, "IV")
    assert one_of(given, OperationUnfolded).revision == world.state.operations[op].revision == 2
