"""What has been practised 演练台账: a drill that was held is put on record in the real world, by whoever held it.

The drill itself stood in a world of its own and is gone; this is the entry that says it was, and how it went. It holds
no words: what the drill is called is looked up by its script's digest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from pydantic import AwareDatetime, Field, StringConstraints

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Code, Command, Reason
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.world import is_drill

Grade = Literal["excellent", "good", "fair", "poor", ""]
"""优良中差; empty where it was broken off or nothing was observed."""

Rating = Literal["P", "S", "M", "U"]
"""HSEEP: performed without challenges, with some, with major ones, unable to be performed."""


class Practice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One drill that was held."""

    id: str
    area: AreaCode
    """Of the office that held it: all its places lie there."""
    script: str
    digest: str
    kind: str
    hazard: str
    places: tuple[AreaCode, ...]
    held: datetime
    grade: str = ""
    points: int | None = None
    """Of a hundred."""
    observed: int = 0
    """Share of what was to be seen that was, of a hundred."""
    ratings: dict[str, str] = {}
    """Capability -> how it was performed, by HSEEP: P, S, M or U. One that was not rated is not among them."""
    simulated: bool = False
    """Nobody real took part: a rehearsal trains no street."""


class DrillRecorded(Event, frozen=True):
    practice: Practice

    @property
    def id(self) -> str:
        return self.practice.id


class RecordDrillHeld(Command):
    """演练登记: said twice of the same drill it is one entry."""

    script: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    kind: Reason
    hazard: Reason
    places: Annotated[list[Code], Field(min_length=1, max_length=200)]
    held: AwareDatetime
    grade: Grade = ""
    points: int | None = Field(default=None, ge=0, le=100)
    observed: int = Field(default=0, ge=0, le=100)
    ratings: Annotated[dict[Reason, Rating], Field(max_length=20)] = {}
    simulated: bool = False


def decide_record(state: ScopeState, order: RecordDrillHeld, ctx: Context) -> list[Event]:
    if is_drill(state.world):
        raise Refused("only_outside_drills", world=state.world)
    for place in order.places:
        if place not in ctx.registers.areas:
            raise Refused("unknown_area", area=place)
        if not ctx.registers.areas.within(place, order.area):
            raise Refused("target_outside", area=place, of=order.area)
    if order.held > ctx.now:
        raise Refused("not_held_yet", held=order.held.isoformat())
    for known in state.practices.in_area(order.area):
        if (known.digest, known.held) == (order.digest, order.held):
            return []
    practice = Practice(
        id=ctx.new_id("practice"),
        area=order.area,
        script=order.script,
        digest=order.digest,
        kind=order.kind,
        hazard=order.hazard,
        places=tuple(order.places),
        held=order.held,
        grade=order.grade,
        points=order.points,
        observed=order.observed,
        ratings=dict(order.ratings),
        simulated=order.simulated,
    )
    return [DrillRecorded(area=order.area, practice=practice)]


def apply_recorded(state: ScopeState, event: DrillRecorded, stamp: Stamp) -> None:
    state.put(state.practices, event.practice.id, event.practice)
