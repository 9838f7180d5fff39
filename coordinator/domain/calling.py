"""Calling people to posts: who may be called at all, who is free, and when a post is full.

The way of each one who was called stands in `call_out.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import (
    ANSWER_MINUTES,
    WAITING,
    CallOutCrew,
    CrewCalled,
    CrewMoved,
    Progress,
    call_out_id,
)
from coordinator.domain.context import Context
from coordinator.domain.event import Event
from coordinator.domain.post import Post
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Responder, ResponderId
from coordinator.domain.scope import place_of, scope_of
from coordinator.domain.state import ScopeState

P = Progress


def eligible(person: Responder | None, post: Post) -> bool:
    """Whether this person may stand on that post at all: adult, not exempt, of a kind that may fill it."""
    if person is None or not person.adult or person.exempt:
        return False
    return not post.may_fill or not person.kinds.isdisjoint(post.may_fill)


def is_bound(state: ScopeState, responder: ResponderId, now: datetime) -> bool:
    """Called or standing somewhere, or home and at rest."""
    engaged = state.engaged.get(responder)
    return engaged is not None and engaged.binds(now)


def was_asked(state: ScopeState, responder: ResponderId, post: str) -> bool:
    """For this post, and in vain; who was spare, or has stood there and gone home, can be asked again."""
    known = state.call_outs.get(call_out_id(responder, post))
    return known is not None and known.progress not in (P.CANCELLED, P.HOME_SAFE)


def fill_duty(place: AreaCode, operation: str) -> str:
    return f"fill:{place}/{operation}"


def decide_call_out(state: ScopeState, order: CallOutCrew, ctx: Context) -> list[Event]:
    """Call those of the picks who are still free; a gap reported by the planner stays in view (HB03, HB05)."""
    planned = bool(order.duty)
    if planned and (order.duty != fill_duty(order.area, order.operation) or order.duty not in state.duties):
        return []
    operation = state.operations.get(order.operation)
    if operation is None:
        raise Refused("unknown_operation", operation=order.operation)

    def wanted(key: str) -> Post | None:
        """A post of this place that the operation has; none, where the place was switched on since the plan."""
        post = state.posts.get(key)
        if post is None or order.operation not in post.wanted:
            return None
        return post if place_of(ctx.registers.areas, post.area) == order.area else None

    picks: dict[str, dict[ResponderId, AreaCode]] = {}
    taken: set[ResponderId] = set()
    for key, people in order.picks.items():
        post = wanted(key)
        if post is None and not planned:
            raise Refused("unknown_post", post=key)
        free = _free(state, post, people, taken, ctx, planned) if post is not None else {}
        taken.update(free)
        if free:
            picks[key] = free
    for team in order.teams.values():
        if team not in ctx.registers.organisation.teams:
            raise Refused("unknown_team", team=team)
    if not picks and not planned:
        raise Refused("nobody_free", area=order.area)
    return [
        CrewCalled(
            area=order.area,
            operation=order.operation,
            picks=picks,
            answer_by=ctx.now + timedelta(minutes=ANSWER_MINUTES),
            teams={key: team for key, team in order.teams.items() if key in picks},
            gaps=_gaps(order, picks, wanted) if planned else {},
            channels=tuple(sorted(operation.channels)),
            duty=order.duty,
        )
    ]


def _gaps(
    order: CallOutCrew,
    picks: Mapping[str, Mapping[ResponderId, AreaCode]],
    wanted: Callable[[str], Post | None],
) -> dict[str, int]:
    """Heads that stay open: those the planner found nobody for, and those whom somebody else has called since."""
    found: dict[str, int] = {}
    for key in sorted(order.gaps.keys() | order.picks.keys()):
        post = wanted(key)
        short = post.missing - len(picks.get(key, {})) if post is not None else 0
        if short > 0:
            found[key] = short
    return found


def _free(
    state: ScopeState,
    post: Post,
    people: list[ResponderId],
    taken: set[ResponderId],
    ctx: Context,
    planned: bool,
) -> dict[ResponderId, AreaCode]:
    """Of these, who can be called, with their home. Whoever lives in another scope is bound or free there."""
    found: dict[ResponderId, AreaCode] = {}
    for responder in people:
        person = ctx.registers.people.get(responder)
        if person is None and not planned:
            raise Refused("unknown_responder", responder=responder)
        if (
            person is not None
            and eligible(person, post)
            and responder not in taken
            and scope_of(ctx.registers.areas, person.home) == state.scope
            and not is_bound(state, responder, ctx.now)
            and not was_asked(state, responder, post.id)
        ):
            found[responder] = person.home
    return found


def full_posts(state: ScopeState, posts: set[str]) -> list[Event]:
    """When a post is filled, whoever was called to it and has not set out is told 已满员 and free again."""
    events: list[Event] = []
    for key in sorted(posts):
        post = state.posts.get(key)
        if post is None or post.fresh < post.heads:
            continue
        spare = tuple(
            call.id
            for call in state.call_outs.in_area(post.area)
            if call.post == key and call.progress in WAITING | {P.COMING}
        )
        if spare:
            events.append(CrewMoved(area=post.area, call_outs=spare, to=P.CANCELLED, code="full"))
    return events
