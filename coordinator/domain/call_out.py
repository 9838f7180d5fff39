"""Call-outs 征召 and check-ins 到岗: from `assigned` to `home safe`, one table for the whole way.

Nobody is on two posts at once, minors and the exempt are never called, nobody is relieved unseen (rule 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain import team as teams
from coordinator.domain.area import DIGITS, AreaCode
from coordinator.domain.command import Command, Id, Minutes, Reason
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.post import Post
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Responder, ResponderId
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
    P.EN_ROUTE: frozenset({P.ON_POST, P.CHECKED_IN, P.DECLINED, P.CANCELLED, P.NO_SHOW, P.LOST}),
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
ANSWER_PATIENCE: Final = timedelta(minutes=ANSWER_MINUTES - 1)
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
    team: str = ""
    unit: str = ""
    eta: datetime | None = None
    since: datetime | None = None
    """On post since."""
    until: datetime | None = None
    """End of the shift."""
    code: str = ""
    relief_overdue: bool = False


class Engaged(msgspec.Struct, frozen=True):
    """Where a person is bound; keyed by responder, so that there is one at most."""

    area: AreaCode
    """The home grid: availability is a fact of the home community."""
    call_out: str


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


def eligible(person: Responder | None, post: Post) -> bool:
    """Whether this person may stand on that post at all: adult, not exempt, of a kind that may fill it."""
    if person is None or not person.adult or person.exempt:
        return False
    return not post.may_fill or not person.kinds.isdisjoint(post.may_fill)


def decide_call_out(state: ScopeState, order: CallOutCrew, ctx: Context) -> list[Event]:
    """Call those of the picks who are still free; a gap reported by the planner stays in view (HB03, HB05)."""
    if order.duty and order.duty not in state.duties:
        return []
    operation = state.operations.get(order.operation)
    if operation is None:
        raise Refused("unknown_operation", operation=order.operation)
    picks: dict[str, dict[ResponderId, AreaCode]] = {}
    taken: set[ResponderId] = set()
    for key, people in order.picks.items():
        post = state.posts.get(key)
        if post is None or post.area not in (order.area, *ctx.registers.areas.children(order.area)):
            if order.duty:
                continue  # the place has been switched on since the plan was made
            raise Refused("unknown_post", post=key)
        free = {}
        for responder in people:
            person = ctx.registers.people.get(responder)
            if person is None and not order.duty:
                raise Refused("unknown_responder", responder=responder)
            if (
                person is None
                or not eligible(person, post)
                or responder in taken
                or responder in state.engaged
            ):
                continue
            if call_out_id(responder, key) in state.call_outs:
                continue  # has been asked for this post before
            taken.add(responder)
            free[responder] = person.home
        if free:
            picks[key] = free
    gaps = {key: gap for key, gap in order.gaps.items() if gap > 0 and key in state.posts}
    if not picks and not order.duty:
        raise Refused("nobody_free", area=order.area)
    return [
        CrewCalled(
            area=order.area,
            operation=order.operation,
            picks=picks,
            answer_by=ctx.now + timedelta(minutes=ANSWER_MINUTES),
            teams={key: team for key, team in order.teams.items() if key in picks},
            gaps=gaps,
            channels=tuple(sorted(operation.channels)),
        )
    ]


def _their(state: ScopeState, area: AreaCode, ids: list[str], ctx: Context) -> list[CallOut]:
    """The call-outs named, each within the area of the command, or a refusal that names the first that is not."""
    found = []
    for key in ids:
        call = state.call_outs.get(key)
        if call is None or not ctx.registers.areas.within(call.area, area):
            raise Refused("unknown_call_out", call_out=key)
        found.append(call)
    return found


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
        if call.progress in COMING and answer.coming:
            continue
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
    """Those who come when the post is full are told so, not sent to stand about."""
    calls = _their(state, order.area, order.call_outs, ctx)
    to = P.CHECKED_IN if order.muster else P.ON_POST
    going: list[str] = []
    until: dict[str, datetime] = {}
    for call in calls:
        engaged = state.engaged.get(call.responder)
        if engaged is not None and engaged.call_out != call.id:
            raise Refused("on_another_post", call_out=call.id)
        if call.progress is to:
            continue
        if to not in STEPS[call.progress]:
            raise Refused("not_assigned_here", call_out=call.id, progress=call.progress.value)
        post = state.posts[call.post]
        going.append(call.id)
        until[call.id] = ctx.now + timedelta(minutes=post.shift_minutes)
    return [CrewMoved(area=order.area, call_outs=tuple(going), to=to, until=until)] if going else []


def decide_relieve(state: ScopeState, order: Relieve, ctx: Context) -> list[Event]:
    if not order.seen_safe:
        raise Refused("not_seen_safe")
    return _move(state, order, P.RELIEVED, ctx)


def decide_home(state: ScopeState, order: ReportHome, ctx: Context) -> list[Event]:
    return _move(state, order, P.HOME_SAFE, ctx)


def decide_lost(state: ScopeState, order: ReportLost, ctx: Context) -> list[Event]:
    return _move(state, order, P.LOST, ctx)


def decide_safe(state: ScopeState, order: ReportSafe, ctx: Context) -> list[Event]:
    return _move(state, order, P.ON_POST, ctx)


def decide_cancel(state: ScopeState, order: CancelCallOut, ctx: Context) -> list[Event]:
    return _move(state, order, P.CANCELLED, ctx, order.code)


def full_posts(state: ScopeState, posts: set[str]) -> list[Event]:
    """When a post is filled, whoever is still under way to it is told 已满员 and free again."""
    events: list[Event] = []
    for key in sorted(posts):
        post = state.posts.get(key)
        if post is None or not post.filled or not (post.called or post.coming):
            continue
        spare = [
            call.id
            for call in state.call_outs.in_area(post.area)
            if call.post == key and call.progress in WAITING | {P.COMING}
        ]
        if spare and post.present >= post.heads:
            events.append(CrewMoved(area=post.area, call_outs=tuple(spare), to=P.CANCELLED, code="full"))
    return events


# --- apply ------------------------------------------------------------------------------------------------


def apply_called(state: ScopeState, event: CrewCalled, stamp: Stamp) -> None:
    state.close_duty(f"fill:{event.area}/{event.operation}")
    for key, people in event.picks.items():
        post = state.posts[key]
        team = event.teams.get(key, "")
        for responder, home in people.items():
            call = call_out_id(responder, key)
            state.put(
                state.call_outs,
                call,
                CallOut(
                    id=call,
                    area=post.area,
                    post=key,
                    operation=event.operation,
                    responder=responder,
                    home=home,
                    progress=P.ASSIGNED,
                    at=stamp.at,
                    team=team,
                    unit=person.unit if (person := state.registers.people.get(responder)) else "",
                ),
            )
            state.put(state.engaged, responder, Engaged(area=home, call_out=call))
        state.put(state.posts, key, replace(post, called=post.called + len(people)))
        if team:
            teams.alert(state, team, teams.Readiness.ALERTED, key, stamp)
    if event.picks:
        subject = f"{event.area}@{state.position}"
        state.open_duty(How.DEADLINE, "answer_due", subject, event.area, event.answer_by)
        state.open_duty(
            How.JOB,
            "notify",
            subject,
            event.area,
            stamp.at,
            what="call_out",
            channels=",".join(event.channels),
        )
    for key in event.picks.keys() - event.gaps.keys():
        close_concern(state, "gap", key)
    for key, gap in event.gaps.items():
        post = state.posts[key]
        open_concern(state, "gap", key, post.area, stamp, Severity.URGENT, post=post.key, heads=str(gap))


def apply_answered(state: ScopeState, event: CrewAnswered, stamp: Stamp) -> None:
    for key, eta in event.coming.items():
        advance(state, key, P.COMING, stamp, eta=eta)
        grace = eta + timedelta(minutes=NO_SHOW_GRACE_MINUTES)
        state.open_duty(How.DEADLINE, "arrival_due", key, state.call_outs[key].area, grace)
    for key, code in event.declined.items():
        advance(state, key, P.DECLINED, stamp, code=code)
        call_again(state, key, stamp)


def apply_moved(state: ScopeState, event: CrewMoved, stamp: Stamp) -> None:
    for key in event.call_outs:
        until = event.until.get(key)
        advance(state, key, event.to, stamp, code=event.code, until=until)
        if until is not None and event.to is P.ON_POST:
            state.open_duty(How.DEADLINE, "relief_due", key, state.call_outs[key].area, until)
        if event.to in (P.NO_SHOW, P.LOST):
            call_again(state, key, stamp)


def call_again(state: ScopeState, key: str, stamp: Stamp) -> None:
    """Somebody fell out: the place's posts are filled anew, once for all who fall out within a few minutes."""
    call = state.call_outs[key]
    post = state.posts.get(call.post)
    if post is None or not post.missing:
        return
    areas = state.registers.areas
    place = call.area if areas[call.area].level in DIGITS else areas.parent(call.area)
    if f"fill:{place}/{call.operation}" not in state.duties:
        state.open_duty(How.FILL, "fill", f"{place}/{call.operation}", place, stamp.at + FILL_PAUSE)


def apply_relief_due(state: ScopeState, event: ReliefFellDue, stamp: Stamp) -> None:
    for key in event.call_outs:
        state.close_duty(f"relief_due:{key}")
        state.put(state.call_outs, key, replace(state.call_outs[key], relief_overdue=True))


def advance(
    state: ScopeState,
    key: str,
    to: Progress,
    stamp: Stamp,
    *,
    eta: datetime | None = None,
    until: datetime | None = None,
    code: str = "",
) -> None:
    """Move one call-out, its post's counts, its person's engagement and the duties that hang on it."""
    call = state.call_outs[key]
    since = stamp.at if to is P.ON_POST and call.since is None else call.since
    moved = replace(
        call,
        progress=to,
        at=stamp.at,
        eta=eta or call.eta,
        since=since,
        until=until or call.until,
        code=code or call.code,
        relief_overdue=call.relief_overdue and to in PRESENT,
    )
    state.put(state.call_outs, key, moved)
    post = state.posts.get(call.post)
    if post is not None:
        state.put(
            state.posts,
            post.id,
            replace(
                post,
                called=post.called + (to in WAITING) - (call.progress in WAITING),
                coming=post.coming + (to in COMING) - (call.progress in COMING),
                present=post.present + (to in PRESENT) - (call.progress in PRESENT),
            ),
        )
    engaged = state.engaged.get(call.responder)
    if to in OVER and engaged is not None and engaged.call_out == key:
        state.drop(state.engaged, call.responder)
    elif to not in OVER and engaged is None:
        state.put(state.engaged, call.responder, Engaged(area=call.home, call_out=key))
    if to not in COMING:
        state.close_duty(f"arrival_due:{key}")
    if to not in PRESENT:
        state.close_duty(f"relief_due:{key}")
