"""From duties to notify jobs: who is to be told, as the state has it at this moment. Pure.

It picks people by what they are called to or by being on duty, never by name; how they are reached is the
worker's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, get_args

import msgspec
import structlog

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import Progress
from coordinator.domain.duty import Duty
from coordinator.domain.duty_roster import on_duty
from coordinator.domain.state import ScopeState
from coordinator.domain.switch_over import grids_of
from coordinator.jobs.payload import Notice, NotifyJob, Recipient, What

AT_MOST: Final = 1000
"""Recipients of one job. A duty is never divided: one that has more is a job of its own."""

_WHAT: Final = frozenset(get_args(What))
_log = structlog.get_logger(__name__)


def notify_jobs(state: ScopeState, duties: Sequence[Duty]) -> list[NotifyJob]:
    """Duties packed into jobs, in their order."""
    return [NotifyJob(state.world, state.scope, tuple(batch)) for batch in packed(_notices(state, duties))]


def packed(notices: Iterable[Notice]) -> Iterator[list[Notice]]:
    """In runs of at most so many recipients."""
    batch: list[Notice] = []
    size = 0
    for notice in notices:
        if batch and size + len(notice.to) > AT_MOST:
            yield batch
            batch, size = [], 0
        batch.append(notice)
        size += len(notice.to)
    if batch:
        yield batch


def _notices(state: ScopeState, duties: Sequence[Duty]) -> Iterator[Notice]:
    told: set[str] = set()
    for duty in duties:
        what = duty.facts.get("what", "")
        if what not in _WHAT:
            # Written by a newer coordinator: it stays open for one that knows it.
            _log.warning("a notice of an unknown kind stays owed", duty=duty.key, what=what)
            continue
        known = msgspec.convert(what, What)
        channels = tuple(filter(None, duty.facts.get("channels", "").split(",")))
        if known == "call_out":
            # Two waves called to one place within moments are two duties; each person is told by the first.
            waiting = [one for one in _waiting(state, duty.area) if one.about not in told]
            told.update(one.about for one in waiting)
            yield Notice(duty.key, duty.area, known, channels, tuple(waiting))
        else:
            people = on_duty(state, duty.area, duty.due)
            to = tuple(Recipient(person, duty.subject) for person in people)
            yield Notice(duty.key, duty.area, known, channels, to, unaddressed=not to)


def _waiting(state: ScopeState, place: AreaCode) -> Iterator[Recipient]:
    """Those of the place and its grids who were called and not told yet."""
    for area in (place, *grids_of(state, place)):
        for call in state.call_outs.in_area(area):
            if call.progress is Progress.ASSIGNED:
                # A shared post keeps its id from one operation to the next: the instant tells the two apart.
                yield Recipient(call.responder, f"{call.id}@{call.at.isoformat()}", call.id)
