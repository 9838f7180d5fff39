"""The tables of a scope's state: what each holds, and what a record of it adds to the rows of its area.

A list and no more: `state.py` makes the tables of it, `rules.py` says which event changes what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from coordinator.domain import (
    call_out,
    concern,
    confirmed_call,
    corrective,
    drill,
    duty_roster,
    facility,
    follow_on,
    grant,
    help,
    inject,
    operation,
    order,
    post,
    practice,
    published,
    routine,
    situation,
    switch_over,
    task,
    team,
)
from coordinator.domain.duty import Duty
from coordinator.domain.key import KnownKey
from coordinator.domain.row import Row
from coordinator.domain.state import Counts


class Kept(NamedTuple):
    """What one table of the state holds, and what a record of it adds to the rows of its area."""

    record: type[msgspec.Struct]
    counts: Counts | None = None
    together: Callable[[Sequence[Any]], Mapping[str, int]] | None = None
    """What all its records of one area add, where several of them are still one thing."""


TABLES: Final[dict[str, Kept]] = {
    "operations": Kept(operation.Operation),
    "pending": Kept(operation.PendingChange),
    "switches": Kept(switch_over.PlaceSwitch, switch_over.counts, switch_over.counts_together),
    "posts": Kept(post.Post, post.counts),
    "call_outs": Kept(call_out.CallOut, call_out.counts),
    "engaged": Kept(call_out.Engaged),
    "teams": Kept(team.TeamStatus, team.counts),
    "tasks": Kept(task.Task, task.counts),
    "facilities": Kept(facility.Facility, facility.counts),
    "routines": Kept(routine.RoutineWork, routine.counts),
    "tallies": Kept(situation.Tally, situation.tally_counts),
    "hazards": Kept(situation.HazardPoint, situation.hazard_counts),
    "reports": Kept(situation.Report, situation.report_counts),
    "help_requests": Kept(help.HelpRequest),
    "calls": Kept(confirmed_call.ConfirmedCall, confirmed_call.counts),
    "orders": Kept(order.Order, order.counts),
    "shifts": Kept(duty_roster.Shift),
    "officers": Kept(duty_roster.Officer),
    "concerns": Kept(concern.Concern, concern.counts),
    "grants": Kept(grant.Grant),
    "revocations": Kept(grant.Revocation),
    "published": Kept(published.PublishedPlaybook),
    "receipts": Kept(follow_on.Receipt),
    "standings": Kept(follow_on.Standing, follow_on.standing_counts),
    "practices": Kept(practice.Practice),
    "correctives": Kept(corrective.Corrective, corrective.counts),
    "drills": Kept(drill.Drill),
    "injects": Kept(inject.Inject),
    "observations": Kept(inject.Observation),
    "duties": Kept(Duty),
    "keys": Kept(KnownKey),
    "rows": Kept(Row),
}
"""The tables of the state."""
