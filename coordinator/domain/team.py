"""Teams: shock teams 应急突击队 from standby squad 战备队 to spearhead 尖刀班 and back (HB15).

A team's readiness is the leader's word; who of it is there, the call-outs tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState


class Readiness(StrEnum):
    STANDBY = "standby"
    ALERTED = "alerted"
    ASSEMBLING = "assembling"
    DEPLOYED = "deployed"
    RESTING = "resting"
    RELEASED = "released"


T = Readiness
STEPS: Final[Mapping[Readiness, frozenset[Readiness]]] = {
    T.STANDBY: frozenset({T.ALERTED}),
    T.ALERTED: frozenset({T.ASSEMBLING, T.RELEASED}),
    T.ASSEMBLING: frozenset({T.DEPLOYED, T.RESTING, T.RELEASED}),
    T.DEPLOYED: frozenset({T.RESTING, T.RELEASED}),
    T.RESTING: frozenset({T.DEPLOYED, T.ASSEMBLING, T.RELEASED}),
    T.RELEASED: frozenset({T.ALERTED, T.STANDBY}),
}


class TeamStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kept while a team is not on standby."""

    id: str
    area: AreaCode
    name: str
    readiness: Readiness
    at: datetime
    post: str = ""


class TeamMoved(Event, frozen=True):
    team: str
    to: Readiness
    post: str = ""


class MoveTeam(Command):
    """The leader reports assembling, deployed, resting; the street alerts and releases."""

    team: Id
    to: Readiness


def counts(team: TeamStatus) -> Mapping[str, int]:
    return {f"team.{team.readiness.value}": 1}


def decide_move(state: ScopeState, order: MoveTeam, ctx: Context) -> list[Event]:
    team = ctx.registers.organisation.teams.get(order.team)
    if team is None or not ctx.registers.areas.within(team.area, order.area):
        raise Refused("unknown_team", team=order.team)
    known = state.teams.get(team.id)
    now = known.readiness if known else T.STANDBY
    if now is order.to:
        return []
    if order.to not in STEPS[now]:
        raise Refused("wrong_team_step", team=team.id, readiness=now.value, to=order.to.value)
    return [TeamMoved(area=team.area, team=team.id, to=order.to, post=known.post if known else "")]


def apply_moved(state: ScopeState, event: TeamMoved, stamp: Stamp) -> None:
    alert(state, event.team, event.to, event.post, stamp)


def alert(state: ScopeState, key: str, to: Readiness, post: str, stamp: Stamp) -> None:
    """A released or standing-by team leaves the state; its register entry is all there is to know of it."""
    if to is T.STANDBY:
        if key in state.teams:
            state.drop(state.teams, key)
        return
    team = state.registers.organisation.teams[key]
    state.put(
        state.teams,
        key,
        TeamStatus(id=key, area=team.area, name=team.name, readiness=to, at=stamp.at, post=post),
    )
