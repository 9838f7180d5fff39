"""Worlds: LIVE, DEMO or one drill, each with its own log and clock (law 10). A scope is founded once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from pydantic import AwareDatetime, Field

from coordinator.domain.command import Command
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.routine import schedule_routines
from coordinator.domain.state import ScopeState

LIVE = "LIVE"
DEMO = "DEMO"
DRILL_MARK: Final = "【演练】"
"""What a drill is told apart by, wherever it is spoken of (rule 3)."""


def is_drill(world: str) -> bool:
    """Whatever is neither real nor the demo is a drill, and is marked as one everywhere."""
    return world not in (LIVE, DEMO)


class Clock(msgspec.Struct, frozen=True):
    """World time = origin + rate x (server time - started). LIVE: rate 1 and origin = started.

    Rate 0: it stands. A drill is paused, or in lock-step, where only a command moves the time.
    """

    origin: datetime
    started: datetime
    rate: float

    def now(self, server: datetime) -> datetime:
        return self.origin + (server - self.started) * self.rate

    def real(self, instant: datetime) -> datetime:
        """The server's time at which a running world will be at `instant`."""
        return self.started + (instant - self.origin) / self.rate


class ScopeFounded(Event, frozen=True):
    """The first event of a scope. Registers are named by digest; their bytes are stored before."""

    world: str
    areas: str
    people: str
    organisation: str
    origin: datetime
    started: datetime
    rate: float


class FoundScope(Command):
    """Begin the log of one scope."""

    world: str
    areas: str
    people: str
    organisation: str
    origin: AwareDatetime
    started: AwareDatetime
    rate: float = Field(ge=0, le=1000)


def decide_found(state: ScopeState, order: FoundScope, ctx: Context) -> list[Event]:
    if state.position > 0:
        return []
    if order.world != state.world:
        raise Refused("other_world", world=order.world)
    if order.world == LIVE and (order.rate != 1 or order.origin != order.started):
        raise Refused("live_clock")
    if order.rate == 0 and not is_drill(order.world):
        raise Refused("not_a_drill", world=order.world)
    return [ScopeFounded(**order.model_dump())]


def apply_founded(state: ScopeState, event: ScopeFounded, stamp: Stamp) -> None:
    state.clock = Clock(origin=event.origin, started=event.started, rate=event.rate)
    schedule_routines(state, stamp.at)
