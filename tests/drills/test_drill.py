"""A drill's clock starts, stands, runs faster; deadlines follow it and fire once; no other world knows any of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordinator.domain import rules
from coordinator.domain.access import Actor, Role
from coordinator.domain.change import DeclareOperation
from coordinator.domain.command import Command
from coordinator.domain.confirmed_call import CallStarted
from coordinator.domain.drill import (
    AbortDrill,
    AdvanceClock,
    AnswerRollCall,
    EndDrill,
    ExtendDrill,
    PauseDrill,
    Phase,
    PrepareDrill,
    ResumeDrill,
    SetSpeed,
    StartDrill,
    TakeDrill,
)
from coordinator.domain.grant import IssueGrant
from coordinator.domain.inject import CallInject, FireInject, InjectKind, Observe, SkipInject
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.order import AcknowledgeOrder
from coordinator.domain.refusal import Refused
from coordinator.domain.unfold import Unfold
from coordinator.domain.world import DEMO, LIVE
from tests.builders import CITY, COMMANDER, DISTRICT, FIRST, SECOND, STREET, desk, playbook
from tests.drills.worlds import CONTROLLER, HOLDER, OBSERVER, ORIGIN, SERVER, DrillWorld


@pytest.fixture
def world() -> DrillWorld:
    made = DrillWorld()
    made.prepare()
    return made


def start(world: DrillWorld) -> None:
    world.order(CONTROLLER, StartDrill(area=CITY))
    world.follow_on()


def test_nothing_moves_before_the_start(world: DrillWorld) -> None:
    world.pass_time(90)
    assert world.now() == world.now(DISTRICT) == ORIGIN
    start(world)
    assert world.drill.began == ORIGIN
    world.pass_time(5)
    assert world.now() == world.now(DISTRICT) == ORIGIN + timedelta(minutes=5)


def test_a_pause_stops_every_scope_and_resuming_goes_on_where_it_was(world: DrillWorld) -> None:
    start(world)
    world.pass_time(10)
    world.order(CONTROLLER, PauseDrill(area=CITY))
    world.follow_on()
    world.pass_time(60)
    assert world.now() == world.now(DISTRICT) == ORIGIN + timedelta(minutes=10)
    world.order(CONTROLLER, ResumeDrill(area=CITY))
    world.follow_on()
    world.pass_time(1)
    assert world.now() == world.now(DISTRICT) == ORIGIN + timedelta(minutes=11)


def test_in_lock_step_the_players_move_the_time_and_no_speed_does() -> None:
    world = DrillWorld()
    world.prepare(rate=0)
    start(world)
    assert world.refused(CONTROLLER, SetSpeed(area=CITY, rate=60)) == "in_step"


def test_a_change_of_speed_does_not_make_time_jump(world: DrillWorld) -> None:
    start(world)
    world.pass_time(10)
    world.order(CONTROLLER, SetSpeed(area=CITY, rate=60))
    world.follow_on()
    assert world.now(DISTRICT) == ORIGIN + timedelta(minutes=10)
    world.pass_time(1)
    assert world.now() == world.now(DISTRICT) == ORIGIN + timedelta(minutes=70)


def test_a_paused_drill_goes_on_at_the_speed_set_meanwhile(world: DrillWorld) -> None:
    start(world)
    world.order(CONTROLLER, PauseDrill(area=CITY))
    world.order(CONTROLLER, SetSpeed(area=CITY, rate=30))
    world.pass_time(10)
    assert world.now() == ORIGIN
    world.order(CONTROLLER, ResumeDrill(area=CITY))
    world.pass_time(2)
    assert world.now() == ORIGIN + timedelta(hours=1)


def test_a_scope_that_hears_late_is_not_set_back(world: DrillWorld) -> None:
    start(world)
    world.order(CONTROLLER, SetSpeed(area=CITY, rate=60))
    world.follow_on()
    world.pass_time(1)
    world.order(CONTROLLER, PauseDrill(area=CITY))
    world.pass_time(0.5)
    ahead = world.now(DISTRICT)
    world.follow_on()
    assert world.now(DISTRICT) == ahead > world.now()


def test_a_deadline_fires_once_after_a_pause_and_a_change_of_speed(world: DrillWorld) -> None:
    start(world)
    (operation,) = rules.ids_of(
        world.order(
            COMMANDER,
            DeclareOperation(
                area=DISTRICT,
                playbook=playbook("flood-typhoon"),
                targets={STREET: ResponseLevel.III},
                expected_minutes=600,
            ),
            DISTRICT,
        )
    )
    world.order(HOLDER, Unfold(area=DISTRICT, operation=operation), DISTRICT)
    world.pass_time(14)
    assert not [one for one in world.due() if one.kind == "sign_due"]
    world.order(CONTROLLER, PauseDrill(area=CITY))
    world.follow_on()
    world.pass_time(60)
    assert not [one for one in world.due() if one.kind == "sign_due"]
    world.order(CONTROLLER, ResumeDrill(area=CITY))
    world.order(CONTROLLER, SetSpeed(area=CITY, rate=60))
    world.follow_on()
    world.pass_time(1 / 60)
    called = [event for event in world.fire_due() if isinstance(event, CallStarted)]
    assert len(called) == 11 and world.now(DISTRICT) == ORIGIN + timedelta(minutes=15)
    assert not [event for event in world.fire_due() if isinstance(event, CallStarted)]


def test_a_real_operation_outweighs_any_other_reason_and_everyone_is_told(world: DrillWorld) -> None:
    start(world)
    world.order(CONTROLLER, PauseDrill(area=CITY))
    world.order(CONTROLLER, PauseDrill(area=CITY, reason="real_operation"))
    assert world.order(CONTROLLER, PauseDrill(area=CITY)) == []
    world.follow_on()
    assert world.drill.reason == "real_operation"
    state = world.states[DISTRICT]
    told = [one for one in state.orders.in_area(FIRST) if one.kind == "drill_stopped"]
    assert len(told) == 1
    duties = [one for one in state.duties.values() if one.facts.get("what") == "drill_stopped"]
    assert len(duties) == 11
    world.order(desk(FIRST), AcknowledgeOrder(area=FIRST, order=told[0].id), DISTRICT)
    assert state.orders[told[0].id].acknowledged_by == desk(FIRST).person


def test_a_real_operation_stops_a_drill_that_has_not_begun(world: DrillWorld) -> None:
    """Going on is then the start: the script's minutes count from there."""
    world.order(CONTROLLER, PauseDrill(area=CITY, reason="real_operation"))
    world.follow_on()
    assert f"{world.drill.id}#{world.drill.revision}@320113007001" in world.states[DISTRICT].orders
    assert world.refused(CONTROLLER, StartDrill(area=CITY)) == "drill_phase"
    world.pass_time(10)
    world.order(CONTROLLER, ResumeDrill(area=CITY))
    assert (world.drill.phase, world.drill.began) == (Phase.RUNNING, ORIGIN)


def test_abort_asks_for_the_stop_word(world: DrillWorld) -> None:
    start(world)
    assert world.refused(CONTROLLER, AbortDrill(area=CITY, word="stop")) == "wrong_stop_word"
    world.order(CONTROLLER, AbortDrill(area=CITY, word="停止演练"))
    assert world.drill.phase is Phase.ABORTED and world.drill.reason == "safety"
    world.pass_time(10)
    assert world.now() == ORIGIN
    for command in (ResumeDrill(area=CITY), StartDrill(area=CITY), EndDrill(area=CITY)):
        assert world.refused(CONTROLLER, command) == "drill_phase"


def test_what_is_said_twice_changes_nothing(world: DrillWorld) -> None:
    start(world)
    assert world.order(CONTROLLER, StartDrill(area=CITY)) == []
    assert world.order(CONTROLLER, ResumeDrill(area=CITY)) == []
    world.order(CONTROLLER, EndDrill(area=CITY))
    assert world.order(CONTROLLER, EndDrill(area=CITY)) == []


def test_in_lock_step_no_deadline_is_jumped_over() -> None:
    world = DrillWorld()
    world.prepare(rate=0)
    start(world)
    assert world.refused(
        CONTROLLER, AdvanceClock(area=DISTRICT, to=ORIGIN + timedelta(minutes=1)), DISTRICT
    ) == ("still_owed"), "the notices of the start are not delivered yet"
    state = world.states[DISTRICT]
    for key in list(state.duties.positions()):
        state.drop(state.duties, key)
    world.order(HOLDER, AdvanceClock(area=DISTRICT, to=ORIGIN + timedelta(minutes=1)), DISTRICT)
    assert world.now(DISTRICT) == ORIGIN + timedelta(minutes=1)
    assert world.order(HOLDER, AdvanceClock(area=DISTRICT, to=ORIGIN), DISTRICT) == []


def test_a_clock_that_runs_is_not_moved_by_hand(world: DrillWorld) -> None:
    start(world)
    assert world.refused(CONTROLLER, AdvanceClock(area=CITY, to=ORIGIN + timedelta(hours=1))) == "clock_runs"


def test_a_drill_is_commanded_at_its_root(world: DrillWorld) -> None:
    start(world)
    assert world.refused(CONTROLLER, PauseDrill(area=DISTRICT), DISTRICT) == "drill_at_root"


@pytest.mark.parametrize("real", [LIVE, DEMO])
def test_no_other_world_knows_drills(real: str) -> None:
    with pytest.raises(Refused, match=r"not_a_drill|live_clock"):
        DrillWorld(real)
    world = DrillWorld(real, rate=1, origin=SERVER)
    prepare = PrepareDrill(
        area=CITY,
        script="0" * 64,
        name_zh="x",
        name_en="x",
        places=[STREET],
        injects=["cut"],
        stop_word="x",
        rate=1,
    )
    fire = FireInject(area=CITY, inject="cut", kind=InjectKind.CALL, to=[FIRST])
    take = TakeDrill(area=CITY, drill="{}", origin=ORIGIN, started=SERVER, rate=60)
    held: list[Command] = [prepare, fire, take]
    for command in held:
        assert world.refused(HOLDER, command) == "not_a_drill"
    controls: list[Command] = [
        StartDrill(area=CITY),
        PauseDrill(area=CITY),
        ResumeDrill(area=CITY),
        SetSpeed(area=CITY, rate=2),
        AbortDrill(area=CITY, word="x"),
        EndDrill(area=CITY),
        AdvanceClock(area=CITY, to=SERVER + timedelta(days=1)),
        CallInject(area=CITY, inject="cut"),
        SkipInject(area=CITY, inject="cut"),
        Observe(area=CITY, item="x", value=1),
    ]
    for command in controls:
        assert world.refused(CONTROLLER, command) == "not_a_drill"
    assert world.refused(desk(FIRST), AnswerRollCall(area=FIRST), DISTRICT) == "not_a_drill"
    for role in (Role.CONTROLLER, Role.OBSERVER):
        grant = IssueGrant(area=CITY, person="c", role=role, token="0" * 64)
        assert world.refused(HOLDER, grant) == "role_not_granted"


def test_roll_call_and_ticks_are_on_record(world: DrillWorld) -> None:
    world.order(desk(FIRST), AnswerRollCall(area=FIRST), DISTRICT)
    assert world.order(desk(FIRST), AnswerRollCall(area=FIRST), DISTRICT) == []
    world.order(OBSERVER, Observe(area=FIRST, item="vests", value=1), DISTRICT)
    world.order(OBSERVER, Observe(area=FIRST, item="vests", value=0), DISTRICT)
    seen = world.states[DISTRICT].observations
    assert {one.id: one.value for one in seen.values()} == {f"roll_call@{FIRST}": 1, f"vests@{FIRST}": 0}
    assert world.refused(desk(FIRST), Observe(area=FIRST, item="vests", value=1), DISTRICT) == "not_your_role"
    assert world.refused(OBSERVER, PauseDrill(area=CITY)) == "not_your_role"


def test_the_log_alone_gives_the_same_state(world: DrillWorld) -> None:
    start(world)
    world.pass_time(3)
    world.order(CONTROLLER, PauseDrill(area=CITY))
    world.follow_on()
    for scope, state in world.states.items():
        fresh = rules.new_state(world.world, scope, world.registers)
        for one in world.log:
            if one.scope == scope:
                rules.apply(fresh, one)
        assert fresh.digest() == state.digest() and fresh.clock == state.clock


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        ("vests", 2, "bad_tick"),
        ("briefing", 4, "bad_tick"),
        ("boats", 1, "unknown_item"),
        ("roll_call", 1, "unknown_item"),
        ("briefing", 5, ""),
        ("pump", 725, ""),
    ],
)
def test_an_item_takes_what_the_script_says_and_nothing_else(
    world: DrillWorld, item: str, value: int, code: str
) -> None:
    tick = Observe(area=FIRST, item=item, value=value)
    if code:
        assert world.refused(OBSERVER, tick, DISTRICT) == code
    else:
        assert len(world.order(OBSERVER, tick, DISTRICT)) == 1


def test_an_observer_of_one_part_ticks_there_alone(world: DrillWorld) -> None:
    observer = Actor("observer-2", Role.OBSERVER, FIRST)
    assert len(world.order(observer, Observe(area=FIRST, item="vests", value=1), DISTRICT)) == 1
    assert world.refused(observer, Observe(area=SECOND, item="vests", value=1), DISTRICT) == "not_your_part"


def test_no_more_than_a_day_is_added_and_nothing_to_what_is_over() -> None:
    world = DrillWorld()
    world.prepare()
    world.order(CONTROLLER, StartDrill(area=CITY))
    world.order(CONTROLLER, ExtendDrill(area=CITY, minutes=24 * 60))
    assert world.drill.extended == 24 * 60 and world.drill.phase is Phase.RUNNING
    before = world.now()
    world.pass_time(1)
    assert world.now() > before, "its clock goes on"
    assert world.refused(CONTROLLER, ExtendDrill(area=CITY, minutes=1)) == "drill_too_long"
    world.order(CONTROLLER, EndDrill(area=CITY))
    assert world.refused(CONTROLLER, ExtendDrill(area=CITY, minutes=1)) == "drill_phase"
