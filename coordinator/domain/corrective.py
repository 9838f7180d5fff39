"""Corrective actions 整改: taken by an office with a date, done with evidence, verified by another, chased until then.

They are work of normal times and belong to no operation, so they are no tasks: no level brings or leaves them. What is
to be done is words of persons: it stands in the vault, never in a command or an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec.structs import replace
from pydantic import AwareDatetime, Field, StringConstraints

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id, Reason
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.world import is_drill

CHASE: Final = timedelta(days=7)
"""An overdue one goes one level further up each time this passes."""
VERIFY_WITHIN: Final = timedelta(days=14)
"""What is said to be done and verified by nobody is chased as well."""


Paper = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._-]{1,120}$")]
"""A reference into the vault that is really one."""


class Stage(StrEnum):
    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"


class Corrective(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    area: AreaCode
    """Whose office is to do it."""
    key: str
    """Of the expectation or item that fell short."""
    text: str
    """Reference into the vault: what is to be done."""
    verify: str
    """Reference into the vault: what shows that it is done."""
    due: datetime
    practice: str
    """The drill on record that it follows from, under whose id its words are kept."""
    stage: Stage = Stage.OPEN
    taken_by: AreaCode = ""
    """Part of the tree of the office that took it on."""
    done_by: str = ""
    done_from: AreaCode = ""
    done_at: datetime | None = None
    evidence: tuple[str, ...] = ()
    verified_by: str = ""
    overdue: bool = False
    raised_to: AreaCode = ""


class CorrectiveTaken(Event, frozen=True):
    corrective: Corrective

    @property
    def id(self) -> str:
        return self.corrective.id


class CorrectiveDone(Event, frozen=True):
    corrective: str
    evidence: tuple[str, ...]
    office: AreaCode
    """Part of the tree of whoever says so."""


class CorrectiveVerified(Event, frozen=True):
    corrective: str


class CorrectiveReturned(Event, frozen=True):
    """Looked at and not enough: open again, with a new date."""

    corrective: str
    reason: str
    due: datetime


class CorrectiveFellOverdue(Event, frozen=True):
    corrective: str
    raised_to: AreaCode


class TakeCorrectiveAction(Command):
    """整改立项: from a report's proposals, as an office takes them on. The same one of the same drill is taken once.

    `text` and `verify` are kept first, in the same place and under the drill's id on record: `POST /api/v1/vault`.
    """

    key: Reason
    text: Paper
    verify: Paper
    due: AwareDatetime
    practice: Id


class CompleteCorrectiveAction(Command):
    """整改完成: with at least one paper in the vault that shows it."""

    corrective: Id
    evidence: Annotated[list[Paper], Field(min_length=1, max_length=20)]


class VerifyCorrectiveAction(Command):
    """整改验证: by an office that did not do it itself, at the root of the tree by another person.

    `due`: the new date, where it was not enough.
    """

    corrective: Id
    enough: bool
    reason: Reason = "seen"
    due: AwareDatetime | None = None


def counts(one: Corrective) -> Mapping[str, int]:
    return {"correctives": one.stage is not Stage.VERIFIED, "correctives_overdue": one.overdue}


# --- decide -----------------------------------------------------------------------------------------------


def decide_take(state: ScopeState, order: TakeCorrectiveAction, ctx: Context) -> list[Event]:
    if is_drill(state.world):
        raise Refused("only_outside_drills", world=state.world)
    for ref in (order.text, order.verify):
        # A city's drill is on record in another scope than its districts' work: that there is such an entry is
        # judged where the words are kept.
        if not ref.startswith(f"{order.practice}.{order.area}."):
            raise Refused("not_kept_there", ref=ref, practice=order.practice, area=order.area)
    if order.due <= ctx.now:
        raise Refused("due_in_past", due=order.due.isoformat())
    for known in state.correctives.in_area(order.area):
        if (known.key, known.practice) == (order.key, order.practice):
            return []
    corrective = Corrective(
        id=ctx.new_id("corrective"),
        area=order.area,
        key=order.key,
        text=order.text,
        verify=order.verify,
        due=order.due,
        practice=order.practice,
        taken_by=ctx.actor.area,
    )
    return [CorrectiveTaken(area=order.area, corrective=corrective)]


def decide_complete(state: ScopeState, order: CompleteCorrectiveAction, ctx: Context) -> list[Event]:
    one = _known(state, order.corrective, order.area, ctx)
    if one.stage is not Stage.OPEN:
        return []
    return [
        CorrectiveDone(
            area=one.area, corrective=one.id, evidence=tuple(order.evidence), office=ctx.actor.area
        )
    ]


def decide_verify(state: ScopeState, order: VerifyCorrectiveAction, ctx: Context) -> list[Event]:
    one = _known(state, order.corrective, order.area, ctx)
    if one.stage is Stage.OPEN:
        raise Refused("not_done_yet", corrective=one.id)
    if one.stage is Stage.VERIFIED:
        return []
    # Above the root there is no other office: there it is another person.
    at_root = not ctx.registers.areas.parent(one.area)
    if ctx.actor.person == one.done_by or (ctx.actor.area == one.done_from and not at_root):
        raise Refused("same_office", office=one.done_from)
    if order.enough:
        return [CorrectiveVerified(area=one.area, corrective=one.id)]
    due = order.due or ctx.now + CHASE
    if due <= ctx.now:
        raise Refused("due_in_past", due=due.isoformat())
    return [CorrectiveReturned(area=one.area, corrective=one.id, reason=order.reason, due=due)]


def _known(state: ScopeState, key: str, area: AreaCode, ctx: Context) -> Corrective:
    one = state.correctives.get(key)
    if one is None or not ctx.registers.areas.within(one.area, area):
        raise Refused("unknown_corrective", corrective=key)
    return one


def fell_overdue(state: ScopeState, key: str, now: datetime) -> list[Event]:
    """Deadline `corrective_due`: one level up, and each week one further, as far as this scope goes."""
    one = state.correctives.get(key)
    if one is None or one.stage is Stage.VERIFIED:
        return []
    at = one.raised_to or one.area
    above = at if at == state.scope else state.registers.areas.parent(at) or at
    return [CorrectiveFellOverdue(area=one.area, corrective=key, raised_to=above)]


# --- apply ------------------------------------------------------------------------------------------------


def apply_taken(state: ScopeState, event: CorrectiveTaken, stamp: Stamp) -> None:
    _await(state, event.corrective, event.corrective.due)


def apply_done(state: ScopeState, event: CorrectiveDone, stamp: Stamp) -> None:
    one = state.correctives[event.corrective]
    done = replace(
        one,
        stage=Stage.DONE,
        done_by=stamp.actor,
        done_from=event.office,
        done_at=stamp.at,
        evidence=event.evidence,
    )
    _await(state, done, stamp.at + VERIFY_WITHIN)


def apply_verified(state: ScopeState, event: CorrectiveVerified, stamp: Stamp) -> None:
    one = state.correctives[event.corrective]
    verified = replace(one, stage=Stage.VERIFIED, verified_by=stamp.actor, overdue=False, raised_to="")
    state.put(state.correctives, one.id, verified)
    state.close_duty(f"corrective_due:{one.id}")
    close_concern(state, "corrective_overdue", one.id)


def apply_returned(state: ScopeState, event: CorrectiveReturned, stamp: Stamp) -> None:
    one = state.correctives[event.corrective]
    again = replace(one, stage=Stage.OPEN, due=event.due, done_by="", done_from="", done_at=None, evidence=())
    _await(state, again, event.due)


def _await(state: ScopeState, one: Corrective, due: datetime) -> None:
    state.put(state.correctives, one.id, replace(one, overdue=False, raised_to=""))
    close_concern(state, "corrective_overdue", one.id)
    state.open_duty(How.DEADLINE, "corrective_due", one.id, one.area, due)


def apply_overdue(state: ScopeState, event: CorrectiveFellOverdue, stamp: Stamp) -> None:
    one = replace(state.correctives[event.corrective], overdue=True, raised_to=event.raised_to)
    state.put(state.correctives, one.id, one)
    open_concern(
        state,
        "corrective_overdue",
        one.id,
        one.area,
        stamp,
        Severity.NOTICE,
        event.raised_to,
        key=one.key,
        stage=one.stage.value,
    )
    state.open_duty(How.DEADLINE, "corrective_due", one.id, one.area, stamp.at + CHASE)
