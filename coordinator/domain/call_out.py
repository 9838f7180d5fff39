"""Call-outs 征召 and check-ins 到岗: from `assigned` to `home safe`, one table for the whole way.

Nobody is on two posts at once, minors and the exempt are never called, nobody is relieved unseen (rule 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id, Minutes, Reason
from coordinator.domain.context import Context
from coordinator.domain.event import Event
from coordinator.domain.refusal import Refused
from coordinator.domain.register import ResponderId
from coordinator.domain.state import ScopeState


class Progress(StrEnum):
    ASSIGNED = "assigned"
    REACHED = "reached"
    """The message arrived; reached is not answered."""
    COMING = "coming"
    EN_ROUTE = "en_route"
    CHECKED_IN = "checked_in"
    """At the muster point; for a team."""
    ON_POST = "on_post"
    RELIEVED = "relieved"
    """Seen safe and released; on the way home."""
    HOME_SAFE = "home_safe"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    """已满员, or the post is gone."""
    NO_SHOW = "no_show"
    LOST = "lost"
    """失联: unaccounted for. Keeps everything from being lowered until found."""


P = Progress
STEPS: Final[Mapping[Progress, frozenset[Progress]]] = {
    P.ASSIGNED: frozenset({P.REACHED, P.COMING, P.DECLINED, P.CANCELLED, P.NO_SHOW, P.ON_POST, P.CHECKED_IN}),
    P.REACHED: frozenset({P.COMING, P.DECLINED, P.CANCELLED, P.NO_SHOW, P.ON_POST, P.CHECKED_IN}),
    P.COMING: frozenset({P.EN_ROUTE, P.ON_POST, P.CHECKED_IN, P.DECLINED, P.CANCELLED, P.NO_SHOW, P.LOST}),
    P.EN_ROUTE: frozenset(
        {P.ON_POST, P.CHECKED_IN, P.DECLINED, P.CANCELLED, P.HOME_SAFE, P.LOST}
    ),  # or turned back
    P.CHECKED_IN: frozenset({P.ON_POST, P.RELIEVED, P.LOST}),
    P.ON_POST: frozenset({P.RELIEVED, P.LOST}),
    P.LOST: frozenset({P.ON_POST, P.RELIEVED, P.HOME_SAFE}),
    P.RELIEVED: frozenset({P.HOME_SAFE, P.LOST}),
    P.HOME_SAFE: frozenset(),
    P.DECLINED: frozenset(),
    P.CANCELLED: frozenset(),
    P.NO_SHOW: frozenset({P.ON_POST, P.CHECKED_IN}),  # late is better than never
}
WAITING: Final = frozenset({P.ASSIGNED, P.REACHED})
COMING: Final = frozenset({P.COMING, P.EN_ROUTE})
PRESENT: Final = frozenset({P.CHECKED_IN, P.ON_POST})
OUT: Final = PRESENT | {P.RELIEVED, P.LOST, P.EN_ROUTE}
"""Away from home for the operation: everyone here must be home safe before NORMAL."""
OVER: Final = frozenset({P.HOME_SAFE, P.DECLINED, P.CANCELLED, P.NO_SHOW})

ANSWER_MINUTES: Final = 20
"""How long a call-out waits for an answer before somebody else is called."""
NO_SHOW_GRACE_MINUTES: Final = 30
FILL_PAUSE: Final = timedelta(minutes=3)
"""Who falls out within this time is replaced by one new wave."""
DECLINE_CODES: Final = ("ill", "caring", "away", "on_duty", "unsafe_way", "other")
"""Fixed codes, no diagnosis."""


class CallOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person called to one post. Key: `responder>post`."""

    id: str
    area: AreaCode
    post: str
    operation: str
    responder: ResponderId
    home: AreaCode
    progress: Progress
    at: datetime
    """When it came to this progress."""
    wave: int = 1
    """How often this person has been called to this post."""
    team: str = ""
    unit: str = ""
    eta: datetime | None = None
    since: datetime | None = None
    """On post since."""
    until: datetime | None = None
    """End of the shift."""
    code: str = ""
    relief_overdue: bool = False
    called: datetime | None = None
    """When this wave went out: the answer is waited for from here, whatever happens in between."""


class Engaged(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a person is bound; keyed by responder, so that there is one at most."""

    area: AreaCode
    """The home grid: availability is a fact of the home community."""
    call_out: str
    rests_until: datetime | None = None
    """Home safe, and not called again before: as long as they stood (rule 6)."""

    def binds(self, now: datetime) -> bool:
        return self.rests_until is None or self.rests_until > now


def call_out_id(responder: ResponderId, post: str) -> str:
    return f"{responder}>{post}"


def counts(call: CallOut) -> Mapping[str, int]:
    """What one call-out adds to the rows above it; `lost` is what forbids lowering."""
    p = call.progress
    return {
        "called": 1,
        "reached": p is not P.ASSIGNED,
        "answered": p not in WAITING and p is not P.CANCELLED,
        "declined": p is P.DECLINED,
        "no_show": p is P.NO_SHOW,
        "arrived": call.since is not None or p is P.CHECKED_IN,
        "present": p in PRESENT,
        "out": p in OUT,
        "lost": p is P.LOST,
        "relief_overdue": call.relief_overdue,
    }


# --- events -----------------------------------------------------------------------------------------------


class CrewCalled(Event, frozen=True):
    """People called to posts of one place, packed. `picks`: post -> responder -> home grid."""

    operation: str
    picks: dict[str, dict[ResponderId, AreaCode]]
    answer_by: datetime
    teams: dict[str, str] = {}
    """post -> team, where a team was called as a whole."""
    gaps: dict[str, int] = {}
    """post -> heads for whom nobody could be found."""
    channels: tuple[str, ...] = ()
    duty: str = ""
    """The duty `fill` that this does; empty where a desk has called."""


class CrewAnswered(Event, frozen=True):
    """`coming`: call-out -> ETA; `declined`: call-out -> code."""

    coming: dict[str, datetime]
    declined: dict[str, str]


class CrewMoved(Event, frozen=True):
    """Call-outs that went on to one and the same progress."""

    call_outs: tuple[str, ...]
    to: Progress
    code: str = ""
    until: dict[str, datetime] = {}
    """End of shift, for those who came on post."""


class RestsOver(Event, frozen=True):
    """These have rested for as long as they stood, and their operation is over: they are as free as before."""

    responders: tuple[ResponderId, ...]


class ReliefFellDue(Event, frozen=True):
    """A shift is over and nobody has taken over: the person still stands, and a relief is called."""

    call_outs: tuple[str, ...]


# --- commands ---------------------------------------------------------------------------------------------


class CallOutCrew(Command):
    """Call people to posts of one place. The coordinator sends the planner's picks; a desk may send its own."""

    operation: Id
    picks: dict[Id, Annotated[list[Id], Field(max_length=2000)]]
    teams: dict[Id, Id] = Field(default_factory=dict)
    gaps: dict[Id, int] = Field(default_factory=dict)
    duty: str = ""
    """The duty `fill` of this place and operation, where the planner was asked; a desk leaves it out."""


class Answered(BaseModel):
    """One answer within `Answer`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    call_out: str
    coming: bool
    eta_minutes: Minutes = 0
    code: Reason | None = None


class Answer(Command):
    """Coming with ETA, or cannot by code. The grid's phone may answer for its people."""

    answers: Annotated[list[Answered], Field(min_length=1, max_length=500)]


class _Crew(Command):
    call_outs: Annotated[list[str], Field(min_length=1, max_length=500)]


class Depart(_Crew):
    """On the way."""


class CheckIn(_Crew):
    """Report in on the spot 到岗签到 (SZ08). Open while the area is not NORMAL, to those assigned."""

    muster: bool = False
    """At the team's muster point rather than on post."""


class Relieve(_Crew):
    """Release people from their posts; each must have been seen safe."""

    seen_safe: bool


class ReportHome(_Crew):
    """Home safe."""


class ReportLost(_Crew):
    """失联: nobody knows where they are."""


class ReportSafe(_Crew):
    """Found again, on post."""


class CancelCallOut(_Crew):
    """Not needed any more; tells them so."""

    code: Reason = "not_needed"


# --- decide -----------------------------------------------------------------------------------------------


def _their(state: ScopeState, area: AreaCode, ids: list[str], ctx: Context) -> list[CallOut]:
    """The call-outs named, each within the area of the command, or a refusal that names the first that is not."""
    found = []
    for key in ids:
        call = state.call_outs.get(key)
        if (
            call is None
            or not ctx.registers.areas.within(call.area, area)
            or not _speaks_for(ctx.actor, call)
        ):
            raise Refused("unknown_call_out", call_out=key)
        found.append(call)
    return found


def _speaks_for(actor: Actor, call: CallOut) -> bool:
    """A responder speaks for themselves, a unit for its people; the desks and the grid's phone for their place."""
    if actor.role is Role.RESPONDER:
        return call.responder == actor.person
    return actor.role is not Role.UNIT or (call.unit != "" and call.unit == actor.office)


def _move(state: ScopeState, order: _Crew, to: Progress, ctx: Context, code: str = "") -> list[Event]:
    calls = _their(state, order.area, order.call_outs, ctx)
    going = []
    for call in calls:
        if call.progress is to:
            continue  # said twice: nothing new
        if to not in STEPS[call.progress]:
            raise Refused("wrong_progress", call_out=call.id, progress=call.progress.value, to=to.value)
        going.append(call.id)
    return [CrewMoved(area=order.area, call_outs=tuple(going), to=to, code=code)] if going else []


def decide_answer(state: ScopeState, order: Answer, ctx: Context) -> list[Event]:
    calls = _their(state, order.area, [answer.call_out for answer in order.answers], ctx)
    coming: dict[str, datetime] = {}
    declined: dict[str, str] = {}
    for call, answer in zip(calls, order.answers, strict=True):
        if (call.progress in COMING and answer.coming) or (call.progress is P.DECLINED and not answer.coming):
            continue  # said twice: nothing new
        to = P.COMING if answer.coming else P.DECLINED
        if to not in STEPS[call.progress]:
            raise Refused("wrong_progress", call_out=call.id, progress=call.progress.value, to=to.value)
        if answer.coming:
            coming[call.id] = ctx.now + timedelta(minutes=answer.eta_minutes)
        elif answer.code not in DECLINE_CODES:
            raise Refused("unknown_decline_code", said=answer.code, codes=", ".join(DECLINE_CODES))
        else:
            declined[call.id] = answer.code
    return [CrewAnswered(area=order.area, coming=coming, declined=declined)] if coming or declined else []


def decide_depart(state: ScopeState, order: Depart, ctx: Context) -> list[Event]:
    return _move(state, order, P.EN_ROUTE, ctx)


def decide_check_in(state: ScopeState, order: CheckIn, ctx: Context) -> list[Event]:
    """Report in on the spot 到岗签到 (SZ08); on one post at a time."""
    calls = _their(state, order.area, order.call_outs, ctx)
    to = P.CHECKED_IN if order.muster else P.ON_POST
    going: dict[ResponderId, str] = {}
    until: dict[str, datetime] = {}
    for call in calls:
        engaged = state.engaged.get(call.responder)
        elsewhere = engaged is not None and engaged.rests_until is None and engaged.call_out != call.id
        if elsewhere or going.get(call.responder, call.id) != call.id:
            raise Refused("on_another_post", call_out=call.id)
        if call.progress is to:
            continue
        if to not in STEPS[call.progress]:
            raise Refused("not_assigned_here", call_out=call.id, progress=call.progress.value)
        post = state.posts[call.post]
        going[call.responder] = call.id
        until[call.id] = ctx.now + timedelta(minutes=post.shift_minutes)
    moved = CrewMoved(area=order.area, call_outs=tuple(going.values()), to=to, until=until)
    return [moved] if going else []


def decide_relieve(state: ScopeState, order: Relieve, ctx: Context) -> list[Event]:
    if not order.seen_safe:
        raise Refused("not_seen_safe")
    return _move(state, order, P.RELIEVED, ctx)


def decide_home(state: ScopeState, order: ReportHome, ctx: Context) -> list[Event]:
    return _move(state, order, P.HOME_SAFE, ctx)


def decide_lost(state: ScopeState, order: ReportLost, ctx: Context) -> list[Event]:
    return _move(state, order, P.LOST, ctx)


def decide_safe(state: ScopeState, order: ReportSafe, ctx: Context) -> list[Event]:
    """Only those who were lost are found; everyone else checks in."""
    for call in _their(state, order.area, order.call_outs, ctx):
        if call.progress not in (P.LOST, P.ON_POST):
            raise Refused(
                "wrong_progress", call_out=call.id, progress=call.progress.value, to=P.ON_POST.value
            )
    return _move(state, order, P.ON_POST, ctx)


def decide_cancel(state: ScopeState, order: CancelCallOut, ctx: Context) -> list[Event]:
    return _move(state, order, P.CANCELLED, ctx, order.code)
