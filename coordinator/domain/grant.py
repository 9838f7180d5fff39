"""Grants: which token acts as whom. The token itself is never stored, only its SHA-256; revoking is an event."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec.structs import replace
from pydantic import StringConstraints

from coordinator.domain.access import ONLY_IN_DRILLS, Actor, Role
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.world import is_drill

TokenHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """Keyed by the token's hash."""

    id: str
    area: AreaCode
    person: str
    role: Role
    office: str
    at: datetime
    revoked: datetime | None = None
    giver: str = ""
    """The grant whose holder gave a code for this device: it ends with that one."""

    def actor(self) -> Actor:
        return Actor(person=self.person, role=self.role, area=self.area, office=self.office, grant=self.id)


class Revocation(msgspec.Struct, frozen=True):
    """Keyed by the grant's id: sockets are asked for it by the thousand."""

    area: AreaCode
    at: datetime


class GrantIssued(Event, frozen=True):
    id: str
    person: str
    role: Role
    office: str
    token: str
    """SHA-256 of the token."""
    giver: str = ""


class GrantRevoked(Event, frozen=True):
    token: str


class IssueGrant(Command):
    """Give a person a role on a part of the tree; kept in the log of the tree's root."""

    person: Id
    role: Role
    office: str = ""
    token: TokenHash
    giver: Id | None = None
    """The grant that it was handed on from by a code; only the coordinator says so."""


class RevokeGrant(Command):
    grant: Id
    """The grant's id, or `sha256:` and the token's hash."""


def decide_issue(state: ScopeState, order: IssueGrant, ctx: Context) -> list[Event]:
    if order.role is Role.PROCESS or (order.role in ONLY_IN_DRILLS and not is_drill(state.world)):
        raise Refused("role_not_granted", role=order.role.value)
    if order.giver is not None and ctx.actor.role is not Role.PROCESS:
        raise Refused("not_your_role", role=ctx.actor.role.value, action="IssueGrant")
    if order.giver is not None and order.giver in state.revocations:
        raise Refused("revoked_token")
    if order.token in state.grants:
        return []
    return [
        GrantIssued(
            area=order.area,
            id=ctx.new_id("grant"),
            person=order.person,
            role=order.role,
            office=order.office,
            token=order.token,
            giver=order.giver or "",
        )
    ]


def decide_revoke(state: ScopeState, order: RevokeGrant, ctx: Context) -> list[Event]:
    for token, grant in state.grants.items():
        if order.grant in (grant.id, f"sha256:{token}"):
            if not ctx.registers.areas.within(grant.area, order.area):
                raise Refused("not_your_part", area=grant.area, part=order.area)
            return [] if grant.revoked else _with_those_given(state, token)
    raise Refused("unknown_grant", grant=order.grant)


def _with_those_given(state: ScopeState, token: str) -> list[Event]:
    """A grant, and whatever was handed on from it by a code, and from that: they all speak for the same person."""
    ending = {token: state.grants[token]}
    pending = [state.grants[token].id]
    while pending:
        giver = pending.pop()
        for key, grant in state.grants.items():
            if grant.giver == giver and grant.revoked is None:
                ending[key] = grant
                pending.append(grant.id)
    return [GrantRevoked(area=grant.area, token=key) for key, grant in ending.items()]


def apply_issued(state: ScopeState, event: GrantIssued, stamp: Stamp) -> None:
    state.put(
        state.grants,
        event.token,
        Grant(
            id=event.id,
            area=event.area,
            person=event.person,
            role=event.role,
            office=event.office,
            at=stamp.at,
            giver=event.giver,
        ),
    )


def apply_revoked(state: ScopeState, event: GrantRevoked, stamp: Stamp) -> None:
    grant = state.grants[event.token]
    state.put(state.grants, event.token, replace(grant, revoked=stamp.at))
    state.put(state.revocations, grant.id, Revocation(area=grant.area, at=stamp.at))
