"""Personal data of an operation: it stands in the vault under the operation's key, and destroying the key is an event.

The log never had it (rule 5), so replay and digest pass afterwards.
"""

from __future__ import annotations

from msgspec.structs import replace

from coordinator.domain.command import Command, Id
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState


class PersonalDataDestroyed(Event, frozen=True):
    """From this moment on nobody may read what was kept for the operation; the key is destroyed as a duty."""

    operation: str


class DestroyPersonalData(Command):
    """For good: texts, photos and names kept for a finished operation."""

    operation: Id


def decide_destroy(state: ScopeState, order: DestroyPersonalData, ctx: Context) -> list[Event]:
    operation = state.operations.get(order.operation)
    if operation is None:
        raise Refused("unknown_operation", operation=order.operation)
    if not ctx.registers.areas.within(operation.area, order.area):
        raise Refused("not_your_part", area=operation.area, part=order.area)
    if not operation.closed:
        raise Refused("operation_runs", operation=operation.id)
    if operation.erased:
        return []
    return [PersonalDataDestroyed(area=operation.area, operation=operation.id)]


def apply_destroyed(state: ScopeState, event: PersonalDataDestroyed, stamp: Stamp) -> None:
    erased = replace(state.operations[event.operation], erased=True)
    state.put(state.operations, erased.id, erased)
    state.open_duty(How.ERASE, "erase", event.operation, event.area, stamp.at)
