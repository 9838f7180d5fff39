"""From the duty `fill` to the order that does it: which posts of a place are short, and who is called to them.

It orders nothing itself: the holder sends what it gives, and whether somebody is still free is decided then.
"""

from __future__ import annotations

from collections.abc import Container

from coordinator.domain.call_out import CallOutCrew
from coordinator.domain.calling import is_bound, was_asked
from coordinator.domain.duty import Duty
from coordinator.domain.register import ResponderId
from coordinator.domain.state import ScopeState
from coordinator.domain.switch_over import grids_of
from coordinator.planner.fill import fill
from coordinator.planner.pool import Pool


def wanted_crew(state: ScopeState, duty: Duty, pool: Pool, taken: Container[ResponderId] = ()) -> CallOutCrew:
    """Who can stand where: the order that closes a duty `fill`, whose subject is `PLACE/OPERATION`.

    `taken`: who is called to another place at the same moment, and not yet bound.
    """
    place, _, operation = duty.subject.partition("/")
    posts = [
        post
        for area in (place, *grids_of(state, place))
        for post in state.posts.in_area(area)
        if operation in post.wanted
    ]
    result = fill(
        posts,
        pool,
        free=lambda responder: responder not in taken and not is_bound(state, responder, duty.due),
        asked=lambda responder, post: was_asked(state, responder, post),
        teams=state.registers.organisation.teams_of,
        responders=state.registers.people.get,
    )
    return CallOutCrew(
        area=place,
        operation=operation,
        picks=result.picks,
        teams=result.teams,
        gaps=result.gaps,
        duty=duty.key,
    )
