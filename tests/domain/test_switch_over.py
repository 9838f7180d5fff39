"""A database write is not a switch: three clocks for every community, and "switched" means 到位."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from coordinator.domain.call_out import Answer, Answered, Depart, Progress, Relieve, ReportHome
from coordinator.domain.calling import is_bound
from coordinator.domain.change import RecallOperation
from coordinator.domain.facility import FacilityState
from coordinator.domain.measures import ConversionSpec
from coordinator.domain.mode import TRANSITIONS, Mode, ResponseLevel, Switch, highest, lowest, step
from coordinator.domain.operation import OperationClosed
from coordinator.domain.refusal import Refused
from coordinator.domain.switch_over import (
    DeclareReady,
    PlaceReady,
    PlaceRestored,
    PlaceSwitched,
    SignSwitch,
)
from coordinator.domain.task import StartTask
from tests.builders import (
    COMMANDER,
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    T0,
    World,
    all_of,
    asks,
    desk,
    one_of,
    phone,
    post_spec,
    shelter,
    task_spec,
    words,
)

# --- the table --------------------------------------------------------------------------------------------


def test_every_mode_can_be_left_and_every_way_leads_back_to_normal() -> None:
    reached = {Mode.NORMAL}
    while more := {before for (before, _), after in TRANSITIONS.items() if after in reached} - reached:
        reached |= more
    assert reached == set(Mode)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("switch", Switch)
def test_what_the_table_does_not_have_does_not_happen(mode: Mode, switch: Switch) -> None:
    if (mode, switch) in TRANSITIONS:
        assert step(mode, switch) is TRANSITIONS[mode, switch]
    else:
        with pytest.raises(Refused, match="no_such_transition"):
            step(mode, switch)


def test_an_area_s_mode_is_the_highest_of_its_operations() -> None:
    order = [Mode.NORMAL, Mode.STANDING_DOWN, Mode.ACTIVATING, Mode.EMERGENCY]
    assert [highest(order[: n + 1]) for n in range(4)] == order
    assert highest([]) is lowest([]) is Mode.NORMAL
    assert lowest([Mode.EMERGENCY, Mode.STANDING_DOWN]) is Mode.STANDING_DOWN


def test_levels_are_compared_by_rank_and_not_by_letter() -> None:
    iv, iii, ii, i = (ResponseLevel(one) for one in ("IV", "III", "II", "I"))
    assert iv < iii < ii < i and i > ii >= ii > iii >= iv and iv <= iv
    assert [level.needs_second_person for level in (iv, iii, ii, i)] == [False, False, True, True]
    assert [level.zh for level in (iv, iii, ii, i)] == ["四级", "三级", "二级", "一级"]
    assert max(ResponseLevel) is i


# --- three clocks -----------------------------------------------------------------------------------------


def test_recorded_signed_ready() -> None:
    world = World()
    op = world.declare("III", FIRST)
    switch = world.switch(op, FIRST)
    assert (switch.recorded_at, switch.signed_at, switch.ready_at) == (T0, None, None)
    world.advance(6)
    world.sign(op, FIRST)
    assert world.switch(op, FIRST).signed_at == T0 + timedelta(minutes=6)
    assert world.switch(op, FIRST).signed_by == desk(FIRST).person
    world.advance(6)
    world.everyone_comes()
    ready = world.switch(op, FIRST)
    assert (ready.mode, ready.ready_at, ready.ready_by) == (Mode.EMERGENCY, T0 + timedelta(minutes=12), "")
    counts = world.counts(DISTRICT)
    assert (counts["to_sign"], counts["signed"], counts["ready"]) == (1, 1, 1)


def test_signed_twice_is_signed_once() -> None:
    world = World()
    op = world.declare("III", FIRST)
    sign = SignSwitch(area=FIRST, operation=op)
    assert world.order(desk(FIRST), sign)
    assert world.order(desk(FIRST), sign) == []


def test_what_is_not_switched_is_not_signed() -> None:
    world = World()
    op = world.declare("III", FIRST)
    for command in (
        SignSwitch(area=SECOND, operation=op),
        DeclareReady(area=SECOND, operation=op, reason="all_there"),
    ):
        assert world.refusal(desk(SECOND), command).code == "not_switched"
    gone = SignSwitch(area=FIRST, operation="op-x")
    assert world.refusal(desk(FIRST), gone).code == "not_switched"


# --- ready ------------------------------------------------------------------------------------------------


def must(what: str) -> World:
    to_open = ConversionSpec(kind="shelter", to="open", use=words("x"), by_minutes=60, must=True)
    asked: dict[str, Any] = {
        "post": {"posts": (post_spec("guard", 2, must=True), post_spec("watch", 5))},
        "building": {"conversions": (to_open,), "posts": (post_spec("watch", 5),)},
        "nothing": {"posts": (post_spec("watch", 5),)},
    }
    world = World(handmade=asks(FIRST, **asked[what]))
    world.declare("III", FIRST)
    return world


def do_it(world: World) -> None:
    world.convert()
    for post in world.posts(FIRST):
        if post.must:
            world.everyone_comes(FIRST)


@pytest.mark.parametrize("what", ["post", "building", "nothing"])
@pytest.mark.parametrize("signed_first", [True, False])
def test_ready_is_signed_for_and_every_must_is_there_in_whatever_order(what: str, signed_first: bool) -> None:
    world = must(what)
    op = world.operation
    if signed_first:
        world.sign(op)
        assert world.mode(FIRST) is (Mode.EMERGENCY if what == "nothing" else Mode.ACTIVATING)
        do_it(world)
    else:
        do_it(world)
        assert world.mode(FIRST) is Mode.ACTIVATING, "nobody has signed"
        world.sign(op)
    assert world.mode(FIRST) is Mode.EMERGENCY


def test_or_an_authorised_person_says_so_with_a_reason() -> None:
    world = must("post")
    op = world.operation
    said = DeclareReady(area=FIRST, operation=op, reason="neighbours_help")
    ready = one_of(world.order(desk(FIRST), said), PlaceReady)
    assert (ready.by, ready.reason) == (desk(FIRST).person, "neighbours_help")
    assert world.switch(op, FIRST).ready_by == desk(FIRST).person
    assert world.order(desk(FIRST), said) == []


def test_a_grid_s_phone_does_not_say_so() -> None:
    world = must("post")
    said = DeclareReady(area=GRID, operation=world.operation, reason="x")
    assert world.refusal(phone(GRID), said).code == "not_your_role"


def test_nothing_is_ready_while_it_stands_down() -> None:
    world = World()
    op = world.declare("III", FIRST)
    world.end(op, FIRST)
    late = DeclareReady(area=FIRST, operation=op, reason="x")
    assert world.refusal(desk(FIRST), late).code == "no_such_transition"


def test_a_post_shared_with_another_operation_is_waited_for_by_who_marks_it() -> None:
    world = World()
    flood = world.declare("IV", FIRST)
    outage = world.declare("III", FIRST, name="snow-cold")
    world.sign(flood)
    world.sign(outage)
    assert world.switch(flood, FIRST).mode is Mode.ACTIVATING
    (duty,) = world.posts(FIRST, "duty")
    world.everyone_comes(FIRST)
    assert world.switch(flood, FIRST).mode is world.switch(outage, FIRST).mode is Mode.EMERGENCY
    assert duty.must


# --- normal again -----------------------------------------------------------------------------------------


def test_normal_again_only_when_the_list_is_done_and_everyone_is_home() -> None:
    world = World()
    op = world.declare("II", FIRST)
    world.sign(op)
    world.everyone_comes()
    world.convert()
    assert world.mode(FIRST) is Mode.EMERGENCY
    world.end(op, FIRST)
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    world.close_restore_list()
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    world.everyone_goes_home()
    assert world.mode(FIRST) is Mode.STANDING_DOWN, "the shelter is not given back"
    world.report(shelter(FIRST), FacilityState.RESTORING)
    world.report(f"place:{FIRST}:party_service_centre", FacilityState.RESTORING, FacilityState.NORMAL)
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    place = world.registers.organisation.places[shelter(FIRST)]
    assert place.kind == "shelter"
    world.report(shelter(FIRST), FacilityState.NORMAL)
    assert world.mode(FIRST) is Mode.NORMAL
    assert world.state.operations[op].closed
    assert not world.state.posts and not world.state.call_outs and not world.state.tasks


def test_one_who_is_not_home_keeps_it_from_normal() -> None:
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 2),)))
    op = world.declare("III", FIRST)
    world.everyone_comes()
    world.end(op, FIRST)
    first, second = world.calls()

    for call in (first, second):
        world.order(desk(FIRST), Relieve(area=FIRST, call_outs=[call.id], seen_safe=True))
    world.order(desk(FIRST), ReportHome(area=FIRST, call_outs=[first.id]))
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    given = world.order(desk(FIRST), ReportHome(area=FIRST, call_outs=[second.id]))
    assert world.mode(FIRST) is Mode.NORMAL
    assert one_of(given, PlaceRestored).area == FIRST
    assert one_of(given, OperationClosed).operation == op


def test_who_has_set_out_is_not_forgotten_by_an_end() -> None:

    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 1),)))
    op = world.declare("III", FIRST)
    (call,) = world.calls()
    said = [Answered(call_out=call.id, coming=True, eta_minutes=20)]
    world.order(desk(FIRST), Answer(area=FIRST, answers=said))
    world.order(desk(FIRST), Depart(area=FIRST, call_outs=[call.id]))
    world.end(op, FIRST)
    assert world.call(call.id).progress is Progress.EN_ROUTE
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    world.order(desk(FIRST), ReportHome(area=FIRST, call_outs=[call.id]))
    assert world.mode(FIRST) is Mode.NORMAL


# --- recalled ---------------------------------------------------------------------------------------------


def recall(world: World, op: str) -> list[PlaceSwitched]:
    world.order(COMMANDER, RecallOperation(area=DISTRICT, operation=op, reason="mistake"))
    return all_of(world.settle(), PlaceSwitched)


def test_a_mistake_with_nothing_begun_is_undone_at_once() -> None:
    world = World()
    before = {name: dict(world.state.tables[name].items()) for name in ("posts", "tasks", "facilities")}
    op = world.declare("II")
    switched = recall(world, op)
    assert {event.switch for event in switched} == {Switch.RECALL_CLEAN}
    assert {one.mode for one in world.switches(op)} == {Mode.NORMAL}
    assert world.state.operations[op].closed
    assert {name: dict(world.state.tables[name].items()) for name in before} == before
    assert not world.state.engaged and not world.state.call_outs
    assert not any(routine.holders for routine in world.state.routines.values())


@pytest.mark.parametrize("what", ["set out", "work", "building"])
def test_what_was_begun_is_undone_like_any_other(what: str) -> None:
    """One community has begun: it stands down, the others are as if nothing had been."""

    world = World()
    op = world.declare("II")
    if what == "set out":
        world.everyone_comes(GRID)
    elif what == "work":
        world.order(phone(GRID), StartTask(area=GRID, task=world.task(GRID, "relay").id))
    else:
        world.report(shelter(FIRST), FacilityState.CONVERTING)
    how = {event.area: event.switch for event in recall(world, op)}
    assert how[FIRST] is Switch.RECALL
    assert how[SECOND] is Switch.RECALL_CLEAN
    assert world.mode(FIRST) is Mode.STANDING_DOWN
    assert world.mode(SECOND) is Mode.NORMAL
    world.restore()
    assert world.mode(FIRST) is Mode.NORMAL
    assert world.state.operations[op].closed


def test_an_emergency_is_not_recalled_clean() -> None:
    world = World(handmade=asks(FIRST))
    op = world.declare("III", FIRST)
    world.sign(op)
    assert world.mode(FIRST) is Mode.EMERGENCY
    (switched,) = recall(world, op)
    assert switched.switch is Switch.RECALL
    assert world.mode(FIRST) is Mode.NORMAL, "but there is nothing to restore"


# --- streets ----------------------------------------------------------------------------------------------


def test_a_street_s_posts_belong_to_the_street() -> None:
    world = World()
    op = world.declare("III")
    assert world.posts(STREET, "shock")
    assert not world.switch(op, STREET).community
    assert world.counts(DISTRICT)["communities"] == 10
    world.sign(op, STREET)
    assert world.mode(FIRST) is Mode.ACTIVATING


def test_a_community_in_two_operations_counts_once_by_the_graver() -> None:
    world = World()
    flood = world.declare("III")
    power = world.declare("IV", FIRST, name="utility-outage")
    counts = world.counts(DISTRICT)
    assert (counts["communities"], counts["to_sign"]) == (10, 11), "ten places, eleven orders to sign for"
    assert (counts["level.III"], counts["mode.activating"]) == (10, 10)
    assert "level.IV" not in counts
    recall(world, flood)
    assert (world.counts(DISTRICT)["communities"], world.counts(DISTRICT)["level.IV"]) == (1, 1)
    recall(world, power)
    assert "communities" not in world.counts(DISTRICT)


def test_the_nearest_target_above_counts() -> None:
    world = World()
    op = world.declare("IV")
    world.raise_to(op, "III", FIRST)
    levels = {switch.area: switch.level for switch in world.switches(op)}
    assert levels[FIRST] is ResponseLevel.III
    assert {level for area, level in levels.items() if area != FIRST} == {ResponseLevel.IV}


def test_closed_when_the_last_place_is_normal() -> None:
    world = World(handmade=asks(FIRST, recovery=(task_spec("clean", must=True),)))
    op = world.declare("III")
    given = world.end(op)
    assert not all_of(given, OperationClosed)
    assert {one.area for one in world.switches(op) if one.mode is not Mode.NORMAL} == {FIRST}
    world.restore()
    assert world.state.operations[op].closed


def test_who_has_gone_home_rests_on_when_the_operation_is_over() -> None:
    """Another operation must not call them before they have rested for as long as they stood (rule 6)."""
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", 1),)))
    op = world.declare("III", FIRST)
    world.sign(op, FIRST)
    world.everyone_comes(FIRST)
    (one,) = world.calls()
    world.advance(120)
    world.end(op, FIRST)
    world.restore()
    assert world.state.operations[op].closed and not world.state.call_outs
    assert is_bound(world.state, one.responder, world.now)
    world.declare("III", FIRST)
    assert one.responder not in {call.responder for call in world.calls()}
    world.advance(121)
    assert one.responder not in world.state.engaged
