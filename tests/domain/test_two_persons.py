"""II and I need a second person (not a second token) who holds the playbook's authority, within ten minutes, for the
exact order."""

from __future__ import annotations

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.change import (
    ApproveChange,
    DeclareOperation,
    EndOperation,
    LowerLevel,
    RaiseLevel,
    RejectChange,
)
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.operation import ChangeRequested, LevelLowered, OperationDeclared
from coordinator.domain.refusal import Refused
from tests.builders import (
    CITY,
    CITY_COMMANDER,
    CITY_DEPUTY,
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

II = ResponseLevel.II


def asked(
    world: World, level: ResponseLevel = II, by: Actor = COMMANDER, name: str = "flood-typhoon"
) -> ChangeRequested:
    command = DeclareOperation(
        area=DISTRICT,
        playbook=playbook(name),
        targets={STREET: level},
        expected_minutes=240,
    )
    return one_of(world.order(by, command), ChangeRequested)


def approval(world: World) -> ApproveChange:
    change = world.pending()
    return ApproveChange(area=DISTRICT, change=change.id, hash=change.hash, targets=dict(change.targets))


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("level", ["IV", "III"])
def test_below_ii_one_person_is_enough(world: World, level: str) -> None:
    op = world.declare(level)
    assert world.state.operations[op].approved_by == ""
    assert world.mode(FIRST) is Mode.ACTIVATING


def test_nothing_happens_before_the_second_person(world: World) -> None:
    asked(world)
    world.settle()
    assert not world.state.operations
    assert world.mode(FIRST) is Mode.NORMAL
    assert world.concerns("approval_waits") == [world.pending().id]


def test_the_second_person_is_named_and_t0_is_the_approval(world: World) -> None:
    asked(world)
    world.advance(7)
    declared = one_of(world.approve(), OperationDeclared)
    assert (declared.declared_by, declared.approved_by) == (COMMANDER.person, DEPUTY.person)
    assert declared.effective_at == world.now
    assert not world.state.pending and not world.concerns("approval_waits")


@pytest.mark.parametrize(
    "twin",
    [
        COMMANDER,
        Actor(COMMANDER.person, Role.COMMANDER, CITY, grant="another-token"),
        Actor(COMMANDER.person, Role.COMMANDER, DISTRICT, office="another office"),
    ],
    ids=["the same", "from above, with another token", "in another office"],
)
def test_one_person_is_one_person_in_whatever_role(world: World, twin: Actor) -> None:
    asked(world)
    assert world.refusal(twin, approval(world)).code == "self_approval"


def test_the_second_person_holds_the_authority_as_well(world: World) -> None:
    asked(world, ResponseLevel.I, by=CITY_COMMANDER)
    assert world.refusal(DEPUTY, approval(world)).code == "no_authority"
    world.order(CITY_DEPUTY, approval(world))
    assert len(world.state.operations) == 1


def test_who_may_not_order_it_cannot_ask_for_it(world: World) -> None:
    command = DeclareOperation(
        area=DISTRICT,
        playbook=playbook("flood-typhoon"),
        targets={STREET: ResponseLevel.I},
        expected_minutes=240,
    )
    assert world.refusal(COMMANDER, command).code == "no_authority"


def test_a_part_of_the_district_does_not_approve_for_all_of_it(world: World) -> None:
    asked(world)
    inside = approval(world).model_copy(update={"area": STREET})
    assert world.refusal(STREET_DESK, inside).code == "not_your_part"


def test_an_approval_is_bound_to_the_exact_order(world: World) -> None:
    asked(world)
    other = approval(world).model_copy(update={"hash": "0" * 24})
    assert world.refusal(DEPUTY, other).code == "order_changed"


@pytest.mark.parametrize(
    "retyped",
    [{STREET: ResponseLevel.I}, {FIRST: II}, {STREET: II, FIRST: II}, {}, {STREET: None}],
    ids=["level", "area", "one more", "nothing", "an end"],
)
def test_what_is_retyped_has_to_be_what_was_asked(
    world: World, retyped: dict[str, ResponseLevel | None]
) -> None:
    asked(world)
    wrong = approval(world).model_copy(update={"targets": retyped})
    assert world.refusal(DEPUTY, wrong).code == "retyped_differs"


def test_ten_minutes_and_not_one_longer(world: World) -> None:
    asked(world)
    late = approval(world)
    world.advance(9.9)
    assert world.state.pending
    world.advance(0.1)
    assert not world.state.pending and not world.concerns("approval_waits")
    assert world.refusal(DEPUTY, late).code == "no_such_change"


def test_in_the_very_minute_it_runs_out_it_is_too_late_though_nobody_has_fired_it(world: World) -> None:
    asked(world)
    late = approval(world)
    world.now = world.pending().expires
    assert world.refusal(DEPUTY, late).code == "no_such_change"


def test_it_can_be_turned_down_by_anyone_who_might_have_approved(world: World) -> None:
    asked(world)
    world.order(DEPUTY, RejectChange(area=DISTRICT, change=world.pending().id, reason="not_yet"))
    assert not world.state.pending and not world.state.operations
    assert not world.concerns("approval_waits")


def test_what_was_turned_down_cannot_be_approved(world: World) -> None:
    asked(world)
    late = approval(world)
    world.order(COMMANDER, RejectChange(area=DISTRICT, change=late.change, reason="mistake"))
    assert world.refusal(DEPUTY, late).code == "no_such_change"


def test_the_office_that_asked_gives_the_orders_whoever_approved(world: World) -> None:
    """谁启动谁终止: an approval from above does not take the command away."""
    asked(world)
    declared = one_of(world.order(CITY_COMMANDER, approval(world)), OperationDeclared)
    world.settle()
    assert declared.issuer == DISTRICT
    world.end(declared.id)
    assert world.state.operations[declared.id].over


def test_a_change_can_be_approved_from_above(world: World) -> None:
    op = world.declare("III")
    world.order(COMMANDER, RaiseLevel(area=DISTRICT, operation=op, targets={STREET: II}))
    world.order(CITY_COMMANDER, approval(world))
    assert world.state.operations[op].targets == {STREET: II}
    assert world.state.operations[op].issuer == DISTRICT


def test_leaving_ii_needs_two_persons_too(world: World) -> None:
    op = world.declare("II")
    lower = LowerLevel(
        area=DISTRICT,
        operation=op,
        targets={STREET: ResponseLevel.IV},
        conditions=world.ticks(op, STREET),
    )
    assert one_of(world.order(COMMANDER, lower), ChangeRequested).kind == "LowerLevel"
    assert one_of(world.approve(), LevelLowered).approved_by == DEPUTY.person


def test_ending_a_part_that_is_at_ii_needs_two_persons(world: World) -> None:
    op = world.declare("III")
    world.raise_to(op, "II", FIRST)
    end = EndOperation(area=DISTRICT, operation=op, areas=[STREET], conditions=world.ticks(op, STREET))
    assert one_of(world.order(COMMANDER, end), ChangeRequested).kind == "EndOperation"


def test_an_approval_after_another_change_would_come_to_something_else_and_is_refused(world: World) -> None:
    """What was retyped is what happens: one community at II within the street as it stood then."""
    op = world.declare("III")
    world.order(COMMANDER, RaiseLevel(area=DISTRICT, operation=op, targets={FIRST: II}))
    waiting = approval(world)
    lower = LowerLevel(
        area=DISTRICT,
        operation=op,
        targets={STREET: ResponseLevel.IV},
        conditions=world.ticks(op, STREET),
    )
    world.order(COMMANDER, lower)
    with pytest.raises(Refused, match="order_changed"):
        world.order(DEPUTY, waiting)


def test_two_may_wait_at_once_and_each_is_approved_for_itself(world: World) -> None:
    first = asked(world)
    second = asked(world, by=CITY_COMMANDER, name="utility-outage")
    assert first.id != second.id
    for change in (first, second):
        pending = world.state.pending[change.id]
        world.order(
            CITY_DEPUTY,
            ApproveChange(area=DISTRICT, change=pending.id, hash=pending.hash, targets=dict(pending.targets)),
        )
    assert [one.issuer for one in world.state.operations.values()] == [DISTRICT, CITY]
