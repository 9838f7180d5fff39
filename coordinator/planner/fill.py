"""Greedy filling of posts: by skill, home first, a team as a whole, over-inviting by the expected turn-out (HB04).

Gives picks and the gaps that stay; whether somebody is still free is decided again when the picks are ordered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from coordinator.domain.area import AreaCode
from coordinator.domain.post import Post
from coordinator.domain.register import Kind, Responder, ResponderId, Team
from coordinator.planner.pool import Pool, fits

TURN_OUT: Final = 0.85
"""Share of those called who come: one in ten declines, one in twenty does not show up."""
OVER_INVITE_FROM: Final = 4
"""Below this many heads nobody is called on the chance: a pair needs two, not three."""
REACH: Final = 3
"""Tiers of distance up to the own district; borrowing beyond it is another scope's matter."""

Free = Callable[[ResponderId], bool]


@dataclass(slots=True)
class Picks:
    """What to order: post -> people; post -> team called as a whole; post -> heads nobody can be found for."""

    picks: dict[str, list[ResponderId]] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    gaps: dict[str, int] = field(default_factory=dict)


def fill(
    posts: Iterable[Post],
    pool: Pool,
    free: Free,
    asked: Callable[[ResponderId, str], bool],
    teams: Callable[[AreaCode], Sequence[Team]],
    responders: Mapping[ResponderId, Responder] | Callable[[ResponderId], Responder | None],
) -> Picks:
    """Fill what is missing: posts that READY waits for first, then by deadline, the rarest skills first.

    `free` says whether somebody is bound elsewhere, `asked` whether they were asked for this post before.
    """
    result = Picks()
    taken: set[ResponderId] = set()
    get = responders if callable(responders) else responders.get

    def available(person: Responder, post: Post) -> bool:
        return person.id not in taken and free(person.id) and not asked(person.id, post.id)

    for post in sorted(posts, key=lambda one: (not one.must, one.by, not one.skills, one.id)):
        if not post.missing:
            continue
        wanted = _to_call(post.missing)
        chosen: list[ResponderId] = []
        if Kind.SHOCK_TEAM in post.may_fill:
            _call_teams(post, wanted, chosen, result, teams(post.area), get, available)
        if len(chosen) < wanted:
            for tier, person in pool.nearest(post):
                if tier > REACH or len(chosen) >= wanted:
                    break
                if person.id not in chosen and available(person, post):
                    chosen.append(person.id)
        taken.update(chosen)
        if chosen:
            result.picks[post.id] = chosen
        if len(chosen) < post.missing:
            result.gaps[post.id] = post.missing - len(chosen)
    return result


def _to_call(missing: int) -> int:
    return missing if missing < OVER_INVITE_FROM else math.ceil(missing / TURN_OUT)


def _call_teams(
    post: Post,
    wanted: int,
    chosen: list[ResponderId],
    result: Picks,
    teams: Sequence[Team],
    get: Callable[[ResponderId], Responder | None],
    available: Callable[[Responder, Post], bool],
) -> None:
    """A team goes together: its members are called for one post, the leader first."""
    for team in teams:
        if team.kind != Kind.SHOCK_TEAM or len(chosen) >= wanted:
            continue
        members = [person for one in team.members if (person := get(one)) is not None and not person.exempt]
        wanted_of = (post.may_fill, post.skills)
        ready = [
            person.id
            for person in members
            if person.adult and fits(person, wanted_of) and available(person, post)
        ]
        if ready:
            chosen.extend(ready[: wanted - len(chosen)])
            result.teams.setdefault(post.id, team.id)
