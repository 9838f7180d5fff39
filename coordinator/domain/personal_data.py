"""Personal data: it stands in the vault, under a key per operation and one per person. Destroying a key is an event, as
is every reading of a phone. The log never had it (rule 5), so replay and digest pass afterwards.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec.structs import replace
from pydantic import Field

from coordinator.domain.access import Role
from coordinator.domain.command import Command, Id
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState


class PersonalDataDestroyed(Event, frozen=True):
    """From this moment on nobody may read what was kept for the operation; the key is destroyed as a duty."""

    operation: str


class PersonErased(Event, frozen=True):
    """Name and phone are gone from the roster; the id stays where it was and means nobody."""

    person: str


class PhoneRevealed(Event, frozen=True):
    """Somebody was given a whole number; which one, the log does not know."""

    person: str
    reader: str
    role: Role
    reason: str


class PhonesFetched(Event, frozen=True):
    """A worker was given the whole numbers of so many people, whom it is owed to tell."""

    people: int
    reader: str


class Why(StrEnum):
    """What a phone is asked for. Coded: what a person types does not belong into the log."""

    CALL = "call"
    CONFIRM = "confirm"
    """叫应: an order has to be answered."""
    SAFETY = "safety"
    """Whether somebody is safe."""
    HANDOVER = "handover"


class DestroyPersonalData(Command):
    """For good: texts, photos and names kept for a finished operation."""

    operation: Id


class ErasePerson(Command):
    """For good: name and phone of somebody who has left; nobody can be put under this id again."""

    person: Id


class RevealPhone(Command):
    """Put on record that a number is about to be handed out; rights were judged by `acquaintance.may_phone`."""

    person: Id
    reader: Id
    role: Role
    reason: Why


class RecordPhonesFetched(Command):
    """Put on record that so many numbers are about to be handed to a worker."""

    people: Annotated[int, Field(ge=1)]
    reader: Id


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


def decide_erase(state: ScopeState, order: ErasePerson, ctx: Context) -> list[Event]:
    return [PersonErased(area=order.area, person=order.person)]


def apply_erased(state: ScopeState, event: PersonErased, stamp: Stamp) -> None:
    state.open_duty(How.ERASE, "erase_person", event.person, event.area, stamp.at)


def decide_reveal(state: ScopeState, order: RevealPhone, ctx: Context) -> list[Event]:
    reason = order.reason.value
    return [
        PhoneRevealed(
            area=order.area, person=order.person, reader=order.reader, role=order.role, reason=reason
        )
    ]


def decide_fetched(state: ScopeState, order: RecordPhonesFetched, ctx: Context) -> list[Event]:
    return [PhonesFetched(area=order.area, people=order.people, reader=order.reader)]


def apply_fetched(state: ScopeState, event: PhonesFetched, stamp: Stamp) -> None:
    """As with a single number: it is the log that remembers."""


def apply_revealed(state: ScopeState, event: PhoneRevealed, stamp: Stamp) -> None:
    """It is the log that remembers; nothing is owed and no board shows it."""
