"""Deliveries: what a sender reports of the messages it was asked to send. Ids only; addresses never pass here."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import Progress
from coordinator.domain.command import Command, Reason
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.crew import advance
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.state import ScopeState


class NoticesDelivered(Event, frozen=True):
    """One job's outcome: the duties it closes, whom it reached, which channel failed for how many."""

    duties: tuple[str, ...]
    reached: tuple[str, ...] = ()
    failed: dict[str, int] = {}
    """channel -> messages that could not be delivered after all attempts."""


class RecordDelivery(Command):
    """By the notify worker, when a job is over."""

    duties: Annotated[list[str], Field(max_length=1000)]
    """None: a part of those whom a large duty reached, before the command that closes it."""
    reached: Annotated[list[str], Field(max_length=2000)] = Field(default_factory=list)
    failed: dict[Reason, int] = Field(default_factory=dict)


def decide_delivery(state: ScopeState, order: RecordDelivery, ctx: Context) -> list[Event]:
    open_jobs = (key for key in order.duties if (duty := state.duties.get(key)) and duty.how is How.JOB)
    duties = tuple(open_jobs)
    if order.duties and not duties:
        return []
    reached = tuple(key for key in order.reached if key in state.call_outs)
    if not duties and not any(state.call_outs[key].progress is Progress.ASSIGNED for key in reached):
        return []
    # An invitation that was not delivered still stands on the board: a drill never alarms the real world.
    invited = duties and all(state.duties[key].facts.get("what") == "drill_invited" for key in duties)
    return [
        NoticesDelivered(
            area=order.area,
            duties=duties,
            reached=reached,
            failed={} if invited else dict(order.failed),
        )
    ]


def apply_delivery(state: ScopeState, event: NoticesDelivered, stamp: Stamp) -> None:
    places: set[AreaCode] = set()
    for key in event.duties:
        duty = state.duties.get(key)
        if duty is not None:
            places.add(duty.area)
            state.close_duty(key)
    for key in event.reached:
        call = state.call_outs.get(key)
        if call is not None and call.progress is Progress.ASSIGNED:
            advance(state, key, Progress.REACHED, stamp)
    for channel, number in event.failed.items():
        open_concern(
            state,
            "delivery_failed",
            f"{channel}@{event.area}",
            event.area,
            stamp,
            Severity.URGENT,
            channel=channel,
            failed=str(number),
            places=str(len(places)),
        )
    if not event.failed and event.reached:
        for concern in state.concerns.in_area(event.area):
            if concern.kind == "delivery_failed":
                close_concern(state, "delivery_failed", concern.subject)
