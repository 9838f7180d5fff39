"""Orders: one mouth gives them, and each stands there until it is acknowledged; a change of level is one."""

from __future__ import annotations

import pytest

from coordinator.domain.access import Actor
from coordinator.domain.change import RecallOperation, TransferCommand
from coordinator.domain.mode import Mode
from coordinator.domain.order import AcknowledgeOrder, IssueOrder, Order, OrderIssued
from tests.builders import (
    CITY_COMMANDER,
    COMMANDER,
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    STREET_DESK,
    World,
    desk,
    one_of,
)


@pytest.fixture
def world() -> World:
    return World()


def issue(op: str, *to: str, area: str = DISTRICT) -> IssueOrder:
    return IssueOrder(area=area, operation=op, kind="report_now", to=list(to), text="vault:1")


def open_orders(world: World, area: str) -> list[Order]:
    return [order for order in world.state.orders.in_area(area) if order.acknowledged_at is None]


def test_an_order_stands_in_each_area_it_is_for(world: World) -> None:
    op = world.declare("III")
    given = one_of(world.order(COMMANDER, issue(op, FIRST, SECOND, FIRST)), OrderIssued)
    assert given.to == (FIRST, SECOND)
    order = world.state.orders[f"{given.id}@{FIRST}"]
    assert (order.kind, order.text, order.issuer) == ("report_now", "vault:1", COMMANDER.person)
    assert world.counts(STREET)["orders_open"] == 11 + 2


def test_it_is_acknowledged_once_and_by_its_own_place(world: World) -> None:
    op = world.declare("III")
    given = one_of(world.order(COMMANDER, issue(op, FIRST)), OrderIssued)
    acknowledged = AcknowledgeOrder(area=FIRST, order=f"{given.id}@{FIRST}")
    elsewhere = acknowledged.model_copy(update={"area": SECOND})
    assert world.refusal(desk(SECOND), elsewhere).code == "unknown_order"
    world.order(desk(FIRST), acknowledged)
    assert world.state.orders[acknowledged.order].acknowledged_by == desk(FIRST).person
    assert world.order(desk(FIRST), acknowledged) == []


@pytest.mark.parametrize("other", [STREET_DESK, CITY_COMMANDER], ids=["below", "above"])
def test_one_mouth_gives_orders(world: World, other: Actor) -> None:
    op = world.declare("III")
    command = issue(op, FIRST, area=STREET)
    assert world.refusal(other, command).code == "not_the_issuer"
    world.order(COMMANDER, command)


def test_who_has_taken_over_gives_them(world: World) -> None:
    op = world.declare("III")
    world.order(CITY_COMMANDER, TransferCommand(area=DISTRICT, operation=op))
    world.order(CITY_COMMANDER, issue(op, FIRST))
    assert world.refusal(COMMANDER, issue(op, FIRST)).code == "not_the_issuer"


def test_orders_stay_within_the_part_named(world: World) -> None:
    op = world.declare("III")
    assert world.refusal(COMMANDER, issue(op, DISTRICT, area=STREET)).code == "target_outside"


def test_no_order_in_an_operation_that_nobody_runs(world: World) -> None:
    assert world.refusal(COMMANDER, issue("op-x", FIRST)).code == "unknown_operation"
    op = world.declare("III")
    world.order(COMMANDER, RecallOperation(area=DISTRICT, operation=op, reason="mistake"))
    world.settle()
    assert world.refusal(COMMANDER, issue(op, FIRST)).code == "unknown_operation"


def test_signing_for_a_level_acknowledges_it_and_what_came_before(world: World) -> None:
    op = world.declare("III")
    world.raise_to(op, "II")
    assert [order.kind for order in open_orders(world, FIRST)] == ["start", "raise"]
    world.sign(op, FIRST)
    assert not open_orders(world, FIRST)
    assert len(open_orders(world, SECOND)) == 2


def test_a_recall_that_leaves_nothing_to_do_is_still_read_by_the_place(world: World) -> None:
    """Law 8: it is there until it is acknowledged, though the place is NORMAL in the same breath."""
    op = world.declare("III")
    world.sign(op, FIRST)
    world.order(COMMANDER, RecallOperation(area=DISTRICT, operation=op, reason="mistake"))
    world.settle()
    assert world.mode(FIRST) is Mode.NORMAL
    (recall,) = open_orders(world, FIRST)
    assert recall.kind == "recall_clean"
    world.order(desk(FIRST), AcknowledgeOrder(area=FIRST, order=recall.id))
    assert not world.state.orders.in_area(FIRST)


def test_what_was_read_goes_with_the_operation(world: World) -> None:
    op = world.declare("III", FIRST)
    world.sign(op)
    for area in (GRID, DISTRICT):
        given = one_of(world.order(COMMANDER, issue(op, area)), OrderIssued)
        world.order(COMMANDER, AcknowledgeOrder(area=DISTRICT, order=f"{given.id}@{area}"))
    world.end(op, FIRST)
    (end,) = open_orders(world, FIRST)
    world.order(desk(FIRST), AcknowledgeOrder(area=FIRST, order=end.id))
    assert len(world.state.orders) == 4
    world.restore()
    assert world.state.operations[op].closed
    assert not world.state.orders
