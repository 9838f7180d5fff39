"""Asking for help 求助: somebody on the spot lacks something, and a desk or a team takes it on.

It stands among what needs a person on the boards of the place and of those above it until somebody takes it; what is
not taken in time, or taken and late, goes one level up. What was written stays in the vault.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id, Minutes, Ref
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.scope import place_of
from coordinator.domain.state import ScopeState

TAKE_MINUTES: Final = 10
"""Nobody has taken it, or whoever did is this much late: one level up."""


class Need(StrEnum):
    PEOPLE = "people"
    VEHICLE = "vehicle"
    """A boat, a lorry, an ambulance."""
    SUPPLIES = "supplies"
    MEDICAL = "medical"
    RESCUE = "rescue"
    """Somebody is trapped: a danger from the first moment."""
    OTHER = "other"


class Outcome(StrEnum):
    CAME = "came"
    NOT_NEEDED = "not_needed"


class HelpRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call for help, from the moment it is asked until it is closed; then it is gone."""

    id: str
    area: AreaCode
    need: Need
    at: datetime
    asked_by: str
    raised_to: AreaCode
    """The highest area whose desk has been told."""
    operation: str = ""
    task: str = ""
    note: str = ""
    taken_by: str = ""
    taken_for: AreaCode = ""
    """The part of the tree that whoever took it answers for."""
    eta: datetime | None = None


DESKS: Final = frozenset({Role.COMMANDER, Role.STREET, Role.COMMUNITY})
"""Who may close what somebody else asked for and a third one took."""


class HelpAsked(Event, frozen=True):
    id: str
    need: Need
    operation: str = ""
    task: str = ""
    note: str = ""


class HelpTaken(Event, frozen=True):
    help: str
    part: AreaCode
    eta: datetime


class HelpClosed(Event, frozen=True):
    help: str
    outcome: Outcome


class HelpDelayed(Event, frozen=True):
    """Not taken, or taken and not there: it is open again for a desk further up."""

    help: str
    to: AreaCode


class AskForHelp(Command):
    """求助: what is lacking where one stands; the desks of the place and above see it at once."""

    need: Need
    operation: Id | None = None
    """Left out where nothing runs: then no words can be kept with it."""
    task: Id | None = None
    note: Ref = ""


class AnswerHelp(Command):
    """Take it on: somebody else than who asked, and one alone."""

    help: Id
    eta_minutes: Minutes


class CloseHelp(Command):
    """The help came, or is not needed any more."""

    help: Id
    outcome: Outcome


def decide_ask(state: ScopeState, order: AskForHelp, ctx: Context) -> list[Event]:
    if order.operation is not None and order.operation not in state.operations:
        raise Refused("unknown_operation", operation=order.operation)
    if any(
        (one.asked_by, one.need) == (ctx.actor.person, order.need)
        for one in state.help_requests.in_area(order.area)
    ):
        return []  # it stands already, until it is closed
    return [
        HelpAsked(
            area=order.area,
            id=ctx.new_id("help"),
            need=order.need,
            operation=order.operation or "",
            task=order.task or "",
            note=order.note,
        )
    ]


def decide_answer(state: ScopeState, order: AnswerHelp, ctx: Context) -> list[Event]:
    help = _known(state, order.help, order.area, ctx)
    if help.taken_by == ctx.actor.person:
        return []
    if help.taken_by:
        raise Refused("help_taken", help=help.id, by=help.taken_by)
    if help.asked_by == ctx.actor.person:
        raise Refused("own_help", help=help.id)
    eta = ctx.now + timedelta(minutes=order.eta_minutes)
    return [HelpTaken(area=help.area, help=help.id, part=ctx.actor.area, eta=eta)]


def decide_close(state: ScopeState, order: CloseHelp, ctx: Context) -> list[Event]:
    if order.help not in state.help_requests:
        return []
    help = _known(state, order.help, order.area, ctx)
    if ctx.actor.person not in (help.asked_by, help.taken_by) and ctx.actor.role not in DESKS:
        raise Refused("help_not_yours", help=help.id)
    return [HelpClosed(area=help.area, help=help.id, outcome=order.outcome)]


def help_lapsed(state: ScopeState, key: str) -> list[Event]:
    """Deadline `help_due`."""
    help = state.help_requests.get(key)
    if help is None:
        return []
    return [HelpDelayed(area=help.area, help=key, to=_above(state, help.raised_to))]


def _known(state: ScopeState, key: str, area: AreaCode, ctx: Context) -> HelpRequest:
    help = state.help_requests.get(key)
    if help is None or not ctx.registers.areas.within(help.area, area):
        raise Refused("unknown_help", help=key)
    return help


def _above(state: ScopeState, area: AreaCode) -> AreaCode:
    """No further than the scope: beyond it the rows say how many wait."""
    return area if area == state.scope else state.registers.areas.parent(area) or area


def _call_out(state: ScopeState, help: HelpRequest, stamp: Stamp) -> None:
    """On every board up to where it was raised, and further up if nobody takes it."""
    worst = help.need is Need.RESCUE or help.raised_to == state.scope
    open_concern(
        state,
        "help_wanted",
        help.id,
        help.area,
        stamp,
        Severity.DANGER if worst else Severity.URGENT,
        help.raised_to,
        need=help.need.value,
        by=help.asked_by,
        note=help.note,
    )


def apply_asked(state: ScopeState, event: HelpAsked, stamp: Stamp) -> None:
    help = HelpRequest(
        id=event.id,
        area=event.area,
        need=event.need,
        at=stamp.at,
        asked_by=stamp.actor,
        raised_to=_above(state, place_of(state.registers.areas, event.area)),
        operation=event.operation,
        task=event.task,
        note=event.note,
    )
    state.put(state.help_requests, help.id, help)
    _call_out(state, help, stamp)
    due = stamp.at + timedelta(minutes=TAKE_MINUTES)
    state.open_duty(How.DEADLINE, "help_due", help.id, help.area, due)


def apply_taken(state: ScopeState, event: HelpTaken, stamp: Stamp) -> None:
    taken = replace(
        state.help_requests[event.help], taken_by=stamp.actor, taken_for=event.part, eta=event.eta
    )
    state.put(state.help_requests, taken.id, taken)
    close_concern(state, "help_wanted", taken.id)
    due = event.eta + timedelta(minutes=TAKE_MINUTES)
    state.open_duty(How.DEADLINE, "help_due", taken.id, taken.area, due)


def apply_closed(state: ScopeState, event: HelpClosed, stamp: Stamp) -> None:
    state.drop(state.help_requests, event.help)
    close_concern(state, "help_wanted", event.help)
    state.close_duty(f"help_due:{event.help}")


def apply_delayed(state: ScopeState, event: HelpDelayed, stamp: Stamp) -> None:
    late = replace(state.help_requests[event.help], raised_to=event.to, taken_by="", taken_for="", eta=None)
    state.put(state.help_requests, late.id, late)
    _call_out(state, late, stamp)
    if event.to != state.scope:
        due = stamp.at + timedelta(minutes=TAKE_MINUTES)
        state.open_duty(How.DEADLINE, "help_due", late.id, late.area, due)
