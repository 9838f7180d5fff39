"""Orders 指令: what the command post says, one by one, each there until it is acknowledged.

A change of level is an order as well. They stand on a board of their own, so that merging cannot swallow one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec.structs import replace
from pydantic import Field

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Code, Command, Id, Reason, Ref
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """One order to one area. `text` is a reference into the vault; `kind` has its words in the catalogue."""

    id: str
    area: AreaCode
    operation: str
    kind: str
    issued_at: datetime
    issuer: str
    level: ResponseLevel | None = None
    text: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""


class OrderIssued(Event, frozen=True):
    id: str
    operation: str
    kind: str
    to: tuple[AreaCode, ...]
    text: str = ""


class OrderAcknowledged(Event, frozen=True):
    order: str


class IssueOrder(Command):
    """An order to areas within one's part; by the one who gives orders in that operation 一口指挥."""

    operation: Id
    kind: Reason
    to: Annotated[list[Code], Field(min_length=1, max_length=500)]
    text: Ref = ""


class AcknowledgeOrder(Command):
    order: Id


def counts(order: Order) -> Mapping[str, int]:
    return {"orders_open": order.acknowledged_at is None}


def decide_issue(state: ScopeState, order: IssueOrder, ctx: Context) -> list[Event]:
    operation = state.operations.get(order.operation)
    if operation is None or operation.closed:
        raise Refused("unknown_operation", operation=order.operation)
    if ctx.actor.area != operation.issuer:
        raise Refused("not_the_issuer", operation=operation.id, issuer=operation.issuer)
    for area in order.to:
        if not ctx.registers.areas.within(area, order.area):
            raise Refused("target_outside", area=area, of=order.area)
    return [
        OrderIssued(
            area=order.area,
            id=ctx.new_id("order"),
            operation=operation.id,
            kind=order.kind,
            to=tuple(dict.fromkeys(order.to)),
            text=order.text,
        )
    ]


def decide_acknowledge(state: ScopeState, order: AcknowledgeOrder, ctx: Context) -> list[Event]:
    found = state.orders.get(order.order)
    if found is None or not ctx.registers.areas.within(found.area, order.area):
        raise Refused("unknown_order", order=order.order)
    if found.acknowledged_at is not None:
        return []
    return [OrderAcknowledged(area=found.area, order=found.id)]


def keep_order(state: ScopeState, order: Order) -> None:
    state.put(state.orders, order.id, order)


def acknowledge(state: ScopeState, order: Order, stamp: Stamp) -> None:
    done = replace(order, acknowledged_at=stamp.at, acknowledged_by=stamp.actor)
    state.put(state.orders, order.id, done)


def forget_orders(state: ScopeState, orders: Iterable[Order], operation: str) -> None:
    """An operation is over there: what was acknowledged has been read, the rest stays until it is."""
    for order in list(orders):
        if order.operation == operation and order.acknowledged_at is not None:
            state.drop(state.orders, order.id)


def apply_issued(state: ScopeState, event: OrderIssued, stamp: Stamp) -> None:
    for area in event.to:
        keep_order(
            state,
            Order(
                id=f"{event.id}@{area}",
                area=area,
                operation=event.operation,
                kind=event.kind,
                issued_at=stamp.at,
                issuer=stamp.actor,
                text=event.text,
            ),
        )


def apply_acknowledged(state: ScopeState, event: OrderAcknowledged, stamp: Stamp) -> None:
    order = state.orders[event.order]
    if _is_over(state, order):
        state.drop(state.orders, order.id)
    else:
        acknowledge(state, order, stamp)


def _is_over(state: ScopeState, order: Order) -> bool:
    operation = state.operations.get(order.operation)
    if operation is None:  # of no operation: exercise control said it
        return False
    switch = state.switches.get(f"{order.operation}@{order.area}")
    return operation.closed or (switch is not None and switch.mode is Mode.NORMAL)
