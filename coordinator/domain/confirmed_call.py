"""叫应: reached is not answered. Three calls in five minutes, then the superior, then a person knocks.

For those on the duty roster. A silent community is never left silent: each step has its deadline.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState


class Step(StrEnum):
    CALLING = "calling"
    SUPERIOR = "superior"
    KNOCKING = "knocking"
    ANSWERED = "answered"


CALLS: Final = 3
BETWEEN_CALLS: Final = timedelta(seconds=100)
"""Three calls in five minutes."""
SUPERIOR_MINUTES: Final = 10
KNOCK_MINUTES: Final = 15


class ConfirmedCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """One place that has to answer. Keyed by what it has to answer to."""

    id: str
    area: AreaCode
    subject: str
    step: Step
    calls: int
    at: datetime
    answered_by: str = ""
    how: str = ""


class CallStarted(Event, frozen=True):
    call: str
    subject: str
    next_at: datetime


class CallRepeated(Event, frozen=True):
    call: str
    number: int
    next_at: datetime


class CallPassedUp(Event, frozen=True):
    """To the superior's desk, then to somebody who goes and knocks."""

    call: str
    step: Step
    to: AreaCode
    next_at: datetime


class CallAnswered(Event, frozen=True):
    call: str
    how: str


class AnswerConfirmedCall(Command):
    """The duty officer answers, or somebody reports that they were found: `phone`, `superior`, `knock`."""

    call: Id
    how: str


def counts(call: ConfirmedCall) -> Mapping[str, int]:
    return {"silent": call.step is not Step.ANSWERED}


def decide_answer(state: ScopeState, order: AnswerConfirmedCall, ctx: Context) -> list[Event]:
    call = state.calls.get(order.call)
    if call is None or not ctx.registers.areas.within(call.area, order.area):
        raise Refused("unknown_call", call=order.call)
    if order.how not in ("phone", "superior", "knock"):
        raise Refused("unknown_answer", how=order.how)
    if call.step is Step.ANSWERED:
        return []
    return [CallAnswered(area=call.area, call=call.id, how=order.how)]


def start(state: ScopeState, subject: str, area: AreaCode, now: datetime) -> list[Event]:
    key = f"call-{subject}"
    if key in state.calls:
        return []
    return [CallStarted(area=area, call=key, subject=subject, next_at=now + BETWEEN_CALLS)]


def next_step(state: ScopeState, key: str, now: datetime) -> list[Event]:
    """Deadline `call_step`: call again, then pass up, then send somebody."""
    call = state.calls.get(key)
    if call is None or call.step is Step.ANSWERED:
        return []
    parent = state.registers.areas.parent(call.area) or call.area
    if call.step is Step.CALLING and call.calls < CALLS:
        return [CallRepeated(area=call.area, call=key, number=call.calls + 1, next_at=now + BETWEEN_CALLS)]
    if call.step is Step.CALLING:
        later = now + timedelta(minutes=SUPERIOR_MINUTES)
        return [CallPassedUp(area=call.area, call=key, step=Step.SUPERIOR, to=parent, next_at=later)]
    later = now + timedelta(minutes=KNOCK_MINUTES)
    return [CallPassedUp(area=call.area, call=key, step=Step.KNOCKING, to=parent, next_at=later)]


def apply_started(state: ScopeState, event: CallStarted, stamp: Stamp) -> None:
    call = ConfirmedCall(
        id=event.call, area=event.area, subject=event.subject, step=Step.CALLING, calls=1, at=stamp.at
    )
    state.put(state.calls, call.id, call)
    _ring(state, call, event.next_at, stamp)
    open_concern(state, "silent", call.id, call.area, stamp, Severity.URGENT)


def _ring(state: ScopeState, call: ConfirmedCall, next_at: datetime, stamp: Stamp) -> None:
    state.open_duty(How.DEADLINE, "call_step", call.id, call.area, next_at)
    state.open_duty(
        How.JOB,
        "notify",
        f"{call.id}/{call.calls}",
        call.area,
        stamp.at,
        what="confirmed_call",
        channels="voice_call",
    )


def apply_repeated(state: ScopeState, event: CallRepeated, stamp: Stamp) -> None:
    call = replace(state.calls[event.call], calls=event.number, at=stamp.at)
    state.put(state.calls, call.id, call)
    _ring(state, call, event.next_at, stamp)


def apply_passed_up(state: ScopeState, event: CallPassedUp, stamp: Stamp) -> None:
    call = replace(state.calls[event.call], step=event.step, at=stamp.at)
    state.put(state.calls, call.id, call)
    state.open_duty(How.DEADLINE, "call_step", call.id, call.area, event.next_at)
    open_concern(state, "silent", call.id, call.area, stamp, Severity.DANGER, event.to, step=event.step.value)


def apply_answered(state: ScopeState, event: CallAnswered, stamp: Stamp) -> None:
    answer(state, event.call, event.how, stamp)


def answer(state: ScopeState, key: str, how: str, stamp: Stamp) -> None:
    call = state.calls.get(key)
    if call is None or call.step is Step.ANSWERED:
        return
    state.put(
        state.calls, key, replace(call, step=Step.ANSWERED, at=stamp.at, answered_by=stamp.actor, how=how)
    )
    state.close_duty(f"call_step:{key}")
    close_concern(state, "silent", key)
