"""What happens when deadlines pass: one command by the holder fires many, and each kind has its rule.

A duty that is closed already is passed over, so that firing twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from coordinator.domain import (
    call_out,
    confirmed_call,
    corrective,
    duty_roster,
    facility,
    help,
    invitation,
    operation,
    situation,
    switch_over,
    task,
)
from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CrewMoved, Progress, ReliefFellDue, RestsOver
from coordinator.domain.command import Command
from coordinator.domain.concern import open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.state import ScopeState


class FallDue(Command):
    """The deadlines of these duties have passed at the world's time."""

    duties: Annotated[list[str], Field(min_length=1, max_length=500)]


class ConversionFellOverdue(Event, frozen=True):
    facility: str
    operation: str


class DutiesClosed(Event, frozen=True):
    """Deadlines that turned out to concern nothing any more."""

    duties: tuple[str, ...]


def _answers(state: ScopeState, subjects: list[str], now: datetime) -> list[Event]:
    """Who was called and has not answered in time is not waited for; reached is not answered."""
    latest = now - timedelta(minutes=call_out.ANSWER_MINUTES)
    events: list[Event] = []
    for place in dict.fromkeys(subject.partition("@")[0] for subject in subjects):
        for area in (place, *switch_over.grids_of(state, place)):
            silent = tuple(
                call.id
                for call in state.call_outs.in_area(area)
                if call.progress in call_out.WAITING and (call.called or call.at) <= latest
            )
            if silent:
                events.append(CrewMoved(area=area, call_outs=silent, to=Progress.NO_SHOW, code="no_answer"))
    return events


def _arrivals(state: ScopeState, subjects: list[str], now: datetime) -> list[Event]:
    """Who said they would come did not; but who has set out and is not there is unaccounted for."""
    by_step: dict[tuple[AreaCode, Progress], list[str]] = defaultdict(list)
    for key in subjects:
        call = state.call_outs.get(key)
        if call is not None and call.progress in call_out.COMING:
            to = Progress.LOST if call.progress is Progress.EN_ROUTE else Progress.NO_SHOW
            by_step[call.area, to].append(key)
    return [
        CrewMoved(area=area, call_outs=tuple(keys), to=to, code="not_arrived")
        for (area, to), keys in by_step.items()
    ]


def _reliefs(state: ScopeState, subjects: list[str], now: datetime) -> list[Event]:
    by_area: dict[AreaCode, list[str]] = defaultdict(list)
    for key in subjects:
        call = state.call_outs.get(key)
        if call is not None and call.progress in call_out.PRESENT:
            by_area[call.area].append(key)
    return [ReliefFellDue(area=area, call_outs=tuple(keys)) for area, keys in by_area.items()]


def _rests(state: ScopeState, subjects: list[str], now: datetime) -> list[Event]:
    """Whoever was called again meanwhile is bound by that, or rests anew."""
    by_home: dict[AreaCode, list[str]] = defaultdict(list)
    for responder in subjects:
        engaged = state.engaged.get(responder)
        if engaged is not None and not engaged.binds(now):
            by_home[engaged.area].append(responder)
    return [RestsOver(area=area, responders=tuple(found)) for area, found in by_home.items()]


def _conversions(state: ScopeState, subjects: list[str], now: datetime) -> list[Event]:
    events: list[Event] = []
    for subject in subjects:
        key, _, holder = subject.rpartition("/")
        one = state.facilities.get(key)
        use = one.uses.get(holder) if one else None
        if one is not None and use is not None and not one.meets(use):
            events.append(ConversionFellOverdue(area=one.area, facility=key, operation=holder))
    return events


Rule = Callable[[ScopeState, list[str], datetime], list[Event]]


def _each(rule: Callable[[ScopeState, str, datetime], list[Event]]) -> Rule:
    return lambda state, subjects, now: [event for one in subjects for event in rule(state, one, now)]


RULES: Final[dict[str, Rule]] = {
    "approval_due": _each(lambda state, key, now: operation.approval_lapsed(state, key)),
    "duration_over": _each(lambda state, key, now: operation.duration_over(state, key)),
    "break_glass_due": _each(lambda state, key, now: operation.glass_unconfirmed(state, key)),
    "sign_due": _each(switch_over.sign_lapsed),
    "call_step": _each(confirmed_call.next_step),
    "answer_due": _answers,
    "arrival_due": _arrivals,
    "relief_due": _reliefs,
    "rest_over": _rests,
    "task_ack": lambda state, keys, now: task.unacknowledged(state, keys),
    "task_due": lambda state, keys, now: task.fell_overdue(state, keys),
    "conversion_due": _conversions,
    "report_due": _each(situation.report_lapsed),
    "handover_due": _each(duty_roster.handover_lapsed),
    "corrective_due": _each(corrective.fell_overdue),
    "invitation_due": _each(invitation.lapsed),
    "help_due": _each(lambda state, key, now: help.help_lapsed(state, key)),
}
"""Every deadline has its rule: kind of duty -> what follows for these subjects."""


def decide_fall_due(state: ScopeState, order: FallDue, ctx: Context) -> list[Event]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    fired: list[str] = []
    for key in order.duties:
        duty = state.duties.get(key)
        if duty is None or duty.how is not How.DEADLINE or duty.due > ctx.now:
            continue
        by_kind[duty.kind].append(duty.subject)
        fired.append(key)
    events = [event for kind, subjects in by_kind.items() for event in RULES[kind](state, subjects, ctx.now)]
    if fired:
        # First, so that a rule's event may open the same duty again for its next turn.
        events.insert(0, DutiesClosed(area=state.scope, duties=tuple(fired)))
    return events


def apply_closed(state: ScopeState, event: DutiesClosed, stamp: Stamp) -> None:
    for key in event.duties:
        state.close_duty(key)


def apply_conversion_overdue(state: ScopeState, event: ConversionFellOverdue, stamp: Stamp) -> None:
    one: facility.Facility = state.facilities[event.facility]
    state.close_duty(f"conversion_due:{event.facility}/{event.operation}")
    open_concern(state, "conversion_late", event.facility, event.area, stamp, what=one.name)
