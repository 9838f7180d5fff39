"""What each step of a call-out changes: the counts of its post, where its person is bound, the duties that hang on it.

The steps themselves, and who may take which, stand in `call_out.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from coordinator.domain import team as teams
from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import (
    COMING,
    FILL_PAUSE,
    NO_SHOW_GRACE_MINUTES,
    OVER,
    PRESENT,
    WAITING,
    CallOut,
    CrewAnswered,
    CrewCalled,
    CrewMoved,
    Engaged,
    Progress,
    ReliefFellDue,
    RestsOver,
    call_out_id,
)
from coordinator.domain.calling import fill_duty
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.duty import How
from coordinator.domain.event import Stamp
from coordinator.domain.register import Kind
from coordinator.domain.scope import place_of
from coordinator.domain.state import ScopeState

P = Progress


def apply_called(state: ScopeState, event: CrewCalled, stamp: Stamp) -> None:
    if event.duty:
        state.close_duty(event.duty)
    for key, people in event.picks.items():
        post = state.posts[key]
        teams_here = _teams(state, event.teams.get(key, ""), post.area)
        alerted: dict[str, None] = {}
        for responder, home in people.items():
            person = state.registers.people.get(responder)
            team = person.team if person is not None and person.team in teams_here else ""
            if team:
                alerted[team] = None
            call = call_out_id(responder, key)
            before = state.call_outs.get(call)
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
                    called=stamp.at,
                    wave=before.wave + 1 if before else 1,
                    team=team,
                    unit=person.unit if person is not None else "",
                ),
            )
            state.put(state.engaged, responder, Engaged(area=home, call_out=call))
        state.put(state.posts, key, replace(post, called=post.called + len(people)))
        for team in alerted:
            _alert(state, team, key, stamp)
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
    for key, gap in event.gaps.items():
        post = state.posts[key]
        open_concern(
            state,
            "gap",
            key,
            post.area,
            stamp,
            Severity.URGENT,
            state.scope,
            post=post.name.zh,
            post_en=post.name.en,
            heads=str(gap),
        )
    for key in event.picks:
        if key not in event.gaps and not state.posts[key].missing:
            close_concern(state, "gap", key)


def _teams(state: ScopeState, called: str, area: AreaCode) -> frozenset[str]:
    """A post that one team cannot fill alone takes the next of its street with it: each goes as the team it is."""
    if not called:
        return frozenset()
    standing_by = state.registers.organisation.teams_of(area)
    return frozenset({called, *(team.id for team in standing_by if team.kind == Kind.SHOCK_TEAM)})


def _alert(state: ScopeState, team: str, post: str, stamp: Stamp) -> None:
    """A team that is out already is not put back to the beginning by a call to some more of it."""
    known = state.teams.get(team)
    if known is None or known.readiness is teams.Readiness.RELEASED:
        teams.alert(state, team, teams.Readiness.ALERTED, post, stamp)


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
        advance(state, key, event.to, stamp, code=event.code, until=event.until.get(key))
        call = state.call_outs[key]
        if event.to is P.ON_POST and call.until is not None:
            state.open_duty(How.DEADLINE, "relief_due", key, call.area, call.until)
        if event.to in (P.NO_SHOW, P.LOST, P.RELIEVED):
            call_again(state, key, stamp)


def apply_relief_due(state: ScopeState, event: ReliefFellDue, stamp: Stamp) -> None:
    """They still stand and still count; their relief is called."""
    for key in event.call_outs:
        state.close_duty(f"relief_due:{key}")
        call = state.call_outs[key]
        _keep(state, call, replace(call, relief_overdue=True))
        call_again(state, key, stamp)


def call_again(state: ScopeState, key: str, stamp: Stamp) -> None:
    """Somebody fell out: the place's posts are filled anew, once for all who fall out within a few minutes."""
    call = state.call_outs[key]
    post = state.posts.get(call.post)
    if post is None or not post.missing:
        return
    place = place_of(state.registers.areas, call.area)
    if fill_duty(place, call.operation) not in state.duties:
        state.open_duty(How.FILL, "fill", f"{place}/{call.operation}", place, stamp.at + FILL_PAUSE)


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
    _bind(state, call, to, stamp)
    moved = replace(
        call,
        progress=to,
        at=stamp.at,
        eta=eta or call.eta,
        since=stamp.at if to is P.ON_POST and call.since is None else call.since,
        until=until or call.until,
        code=code or call.code,
        relief_overdue=call.relief_overdue and to in PRESENT,
    )
    _keep(state, call, moved)
    if to not in COMING:
        state.close_duty(f"arrival_due:{key}")
    if to not in PRESENT:
        state.close_duty(f"relief_due:{key}")
    if P.LOST in (to, call.progress):
        _say_lost(state, call.area, call.post, stamp)


def _keep(state: ScopeState, old: CallOut, new: CallOut) -> None:
    state.put(state.call_outs, new.id, new)
    post = state.posts.get(new.post)
    if post is not None:
        was, now = old.progress, new.progress
        counted = replace(
            post,
            called=post.called + (now in WAITING) - (was in WAITING),
            coming=post.coming + (now in COMING) - (was in COMING),
            present=post.present + (now in PRESENT) - (was in PRESENT),
            overdue=post.overdue + new.relief_overdue - old.relief_overdue,
        )
        if counted != post:
            state.put(state.posts, post.id, counted)


def _bind(state: ScopeState, call: CallOut, to: Progress, stamp: Stamp) -> None:
    """Bound from the call until it is over; then at rest for as long as they stood."""
    engaged = state.engaged.get(call.responder)
    if to not in OVER:
        if engaged is None or engaged.rests_until is not None:
            state.put(state.engaged, call.responder, Engaged(area=call.home, call_out=call.id))
    elif engaged is not None and engaged.call_out == call.id:
        if to is P.HOME_SAFE and call.since is not None:
            stood = (call.at if call.progress is P.RELIEVED else stamp.at) - call.since
            rests = Engaged(area=call.home, call_out=call.id, rests_until=stamp.at + stood)
            state.put(state.engaged, call.responder, rests)
        else:
            state.drop(state.engaged, call.responder)


def let_go(state: ScopeState, call: CallOut, stamp: Stamp) -> None:
    """Their operation is over here. Whoever is at rest stays so: another operation must not call them sooner."""
    engaged = state.engaged.get(call.responder)
    if engaged is None or engaged.call_out != call.id:
        return
    if engaged.rests_until is not None and engaged.rests_until > stamp.at:
        state.open_duty(How.DEADLINE, "rest_over", call.responder, engaged.area, engaged.rests_until)
    else:
        state.drop(state.engaged, call.responder)


def apply_rests_over(state: ScopeState, event: RestsOver, stamp: Stamp) -> None:
    for responder in event.responders:
        state.drop(state.engaged, responder)


def _say_lost(state: ScopeState, area: AreaCode, post: str, stamp: Stamp) -> None:
    """The highest desk of the scope sees that somebody of a post is unaccounted for, until all are found."""
    lost = sum(call.post == post and call.progress is P.LOST for call in state.call_outs.in_area(area))
    if lost:
        key = post_key(state, post)
        open_concern(
            state, "lost", post, area, stamp, Severity.DANGER, state.scope, post=key, heads=str(lost)
        )
    else:
        close_concern(state, "lost", post)


def post_key(state: ScopeState, post: str) -> str:
    known = state.posts.get(post)
    return known.key if known else post
