"""A drill 演练 as its own world knows it: prepared, running, paused, over, and the clock that goes with each.

The root of the tree decides; every other scope takes the whole drill at its revision. Holds no script: what is thrown
at the players stands in `inject.py`, what they were expected to do is judged afterwards, from the log.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec.structs import replace
from pydantic import AwareDatetime, Field

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.command import Code, Command, Id, Reason
from coordinator.domain.context import Context
from coordinator.domain.duty import Duty, How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.observing import Item, Items
from coordinator.domain.order import Order, keep_order
from coordinator.domain.refusal import Refused
from coordinator.domain.scope import scope_of, scopes_of
from coordinator.domain.state import ScopeState
from coordinator.domain.text import Text
from coordinator.domain.world import Clock, is_drill

FASTEST: Final = 60
"""World seconds per second, for table-tops and simulated teams; people live at 1."""
LONGEST_EXTENSION: Final = 24 * 60
REAL_OPERATION: Final = "real_operation"
"""Why a drill stands still when the same place is switched in earnest."""
DISK_FULL: Final = "disk_full"
"""Why it stands still when the log of the real world might run out of room."""
TIME_OVER: Final = "time_over"
"""Why it ended: its script, and what control has added, is through."""
LEFT_STANDING: Final = "left_standing"
"""Why it ended: nobody came back to it."""


class Phase(StrEnum):
    PREPARED = "prepared"
    RUNNING = "running"
    PAUSED = "paused"
    ABORTED = "aborted"
    ENDED = "ended"


P = Phase
STEPS: Final = {
    P.PREPARED: frozenset({P.RUNNING, P.PAUSED, P.ABORTED}),
    P.RUNNING: frozenset({P.PAUSED, P.ABORTED, P.ENDED}),
    P.PAUSED: frozenset({P.RUNNING, P.ABORTED, P.ENDED}),
    P.ABORTED: frozenset[Phase](),
    P.ENDED: frozenset[Phase](),
}
OVER: Final = frozenset({P.ABORTED, P.ENDED})


class Drill(msgspec.Struct, frozen=True, omit_defaults=True):
    """The one drill of a world; a record in each of its scopes."""

    id: str
    area: AreaCode
    """The scope that keeps this record."""
    name: Text
    script: str
    """Digest of the script, which stands beside the log."""
    places: tuple[AreaCode, ...]
    """Where it takes place."""
    injects: tuple[str, ...]
    """Keys of all that the script holds ready."""
    stop_word: str
    rate: float
    """At which the world's clock runs while the drill does; 0: in lock-step, moved by `AdvanceClock`."""
    items: tuple[Item, ...] = ()
    """What observers are to tick."""
    phase: Phase = P.PREPARED
    revision: int = 1
    began: datetime | None = None
    """The world's time of the start: what the script counts from."""
    reason: str = ""
    """Why it was paused, aborted or ended."""
    extended: int = 0
    """Minutes that control has added to the script's."""


class DrillChanged(Event, frozen=True):
    """The whole drill after a change, with the clock that holds from this moment on."""

    drill: Drill
    clock: Clock


class ClockAdvanced(Event, frozen=True):
    """In lock-step: the world's time is `to` from now on, and stays there."""

    clock: Clock


class PrepareDrill(Command):
    """By the process that sets the world up: what is going to be played. The clock stands."""

    script: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    name_zh: str = Field(min_length=1, max_length=400)
    name_en: str = Field(min_length=1, max_length=800)
    places: Annotated[list[Code], Field(min_length=1, max_length=200)]
    injects: Annotated[list[Reason], Field(max_length=200)]
    stop_word: str = Field(min_length=1, max_length=60)
    rate: float = Field(ge=0, le=FASTEST)
    items: Items = Field(default_factory=list)


class StartDrill(Command):
    """开始. The script's minutes count from here."""


class PauseDrill(Command):
    """暂停: the world's clock stands, and with it every deadline."""

    reason: Reason = "asked"


class ResumeDrill(Command):
    """继续: a person decides it, whatever stopped it; one that was stopped before it began begins."""


class SetSpeed(Command):
    """World seconds per second from now on; a paused drill goes on at it."""

    rate: float = Field(gt=0, le=FASTEST)


class AbortDrill(Command):
    """中止, by the stop word."""

    word: str = Field(max_length=60)
    reason: Reason = "safety"


class EndDrill(Command):
    """结束."""

    reason: Reason = "asked"


class ExtendDrill(Command):
    """延长: it ends so many minutes later than the script, and what was added before, say."""

    minutes: Annotated[int, Field(ge=1, le=LONGEST_EXTENSION)]


class AdvanceClock(Command):
    """Lock-step: move the clock of one scope, which is refused as long as something is owed before `to`."""

    to: AwareDatetime


class TakeDrill(Command):
    """From the root to another scope: the whole drill at its revision, as JSON, and the clock that goes with it."""

    drill: str
    origin: AwareDatetime
    started: AwareDatetime
    rate: float


class AnswerRollCall(Command):
    """点名: this desk is manned and takes part."""

    note: Id | None = None


# --- decide -----------------------------------------------------------------------------------------------


def the_drill(state: ScopeState) -> Drill | None:
    """The one drill of this world, as this scope has it."""
    return next(iter(state.drills.values()), None)


def _own(state: ScopeState) -> Drill:
    """The drill, for those commands that its root alone decides."""
    drill = the_drill(state)
    if drill is None or not is_drill(state.world):
        raise Refused("not_a_drill", world=state.world)
    if state.registers.areas.parent(state.scope):
        raise Refused("drill_at_root", root=state.registers.areas.path(state.scope)[-1])
    return drill


def running(state: ScopeState) -> Drill:
    """The drill, while it runs. Raises `Refused`: `not_a_drill`, `drill_phase`."""
    drill = the_drill(state)
    if drill is None or not is_drill(state.world):
        raise Refused("not_a_drill", world=state.world)
    if drill.phase is not P.RUNNING:
        raise Refused("drill_phase", phase=drill.phase.value, to=P.RUNNING.value)
    return drill


def decide_prepare(state: ScopeState, order: PrepareDrill, ctx: Context) -> list[Event]:
    if not is_drill(state.world):
        raise Refused("not_a_drill", world=state.world)
    if state.registers.areas.parent(state.scope):
        raise Refused("drill_at_root", root=ctx.registers.areas.path(state.scope)[-1])
    for place in order.places:
        if place not in ctx.registers.areas:
            raise Refused("unknown_area", area=place)
    if the_drill(state) is not None:
        return []
    drill = Drill(
        id=ctx.new_id("drill"),
        area=state.scope,
        name=Text(order.name_zh, order.name_en),
        script=order.script,
        places=tuple(order.places),
        injects=tuple(order.injects),
        stop_word=order.stop_word,
        rate=order.rate,
        items=tuple(one.item for one in order.items),
    )
    return [DrillChanged(area=state.scope, drill=drill, clock=_clock(ctx, 0))]


def decide_start(state: ScopeState, order: StartDrill, ctx: Context) -> list[Event]:
    drill = _own(state)
    if drill.began is not None and drill.phase is P.RUNNING:
        return []
    if drill.phase is not P.PREPARED:
        raise Refused("drill_phase", phase=drill.phase.value, to=P.RUNNING.value)
    return [_to(drill, P.RUNNING, ctx, began=ctx.now)]


def decide_pause(state: ScopeState, order: PauseDrill, ctx: Context) -> list[Event]:
    """A real operation outweighs any other reason, and is told though the drill stands still already."""
    drill = _own(state)
    if drill.phase is P.PAUSED and (drill.reason == REAL_OPERATION or order.reason != REAL_OPERATION):
        return []
    if drill.phase is P.PAUSED:
        return [_changed(replace(drill, reason=order.reason), ctx, 0)]
    return [_to(drill, P.PAUSED, ctx, reason=order.reason)]


def decide_resume(state: ScopeState, order: ResumeDrill, ctx: Context) -> list[Event]:
    drill = _own(state)
    if drill.phase is P.RUNNING:
        return []
    if drill.phase is not P.PAUSED:
        raise Refused("drill_phase", phase=drill.phase.value, to=P.RUNNING.value)
    return [_to(drill, P.RUNNING, ctx, began=drill.began or ctx.now)]


def decide_speed(state: ScopeState, order: SetSpeed, ctx: Context) -> list[Event]:
    drill = _own(state)
    if drill.phase in OVER:
        raise Refused("drill_phase", phase=drill.phase.value, to=P.RUNNING.value)
    if drill.rate == 0:
        raise Refused("in_step")
    if drill.rate == order.rate:
        return []
    now = order.rate if drill.phase is P.RUNNING else 0
    return [_changed(replace(drill, rate=order.rate), ctx, now)]


def decide_abort(state: ScopeState, order: AbortDrill, ctx: Context) -> list[Event]:
    drill = _own(state)
    if drill.phase is P.ABORTED:
        return []
    if order.word != drill.stop_word:
        raise Refused("wrong_stop_word", word=drill.stop_word)
    return [_to(drill, P.ABORTED, ctx, reason=order.reason)]


def decide_end(state: ScopeState, order: EndDrill, ctx: Context) -> list[Event]:
    drill = _own(state)
    if drill.phase is P.ENDED:
        return []
    return [_to(drill, P.ENDED, ctx, reason=order.reason)]


def decide_extend(state: ScopeState, order: ExtendDrill, ctx: Context) -> list[Event]:
    drill = _own(state)
    if drill.phase in OVER:
        raise Refused("drill_phase", phase=drill.phase.value, to=P.RUNNING.value)
    extended = drill.extended + order.minutes
    if extended > LONGEST_EXTENSION:
        raise Refused("drill_too_long", minutes=extended, most=LONGEST_EXTENSION)
    rate = drill.rate if drill.phase is P.RUNNING else 0
    return [_changed(replace(drill, extended=extended), ctx, rate)]


def _to(
    drill: Drill, phase: Phase, ctx: Context, *, reason: str = "", began: datetime | None = None
) -> Event:
    if phase not in STEPS[drill.phase]:
        raise Refused("drill_phase", phase=drill.phase.value, to=phase.value)
    moved = replace(drill, phase=phase, reason=reason, began=began or drill.began)
    return _changed(moved, ctx, drill.rate if phase is P.RUNNING else 0)


def _changed(drill: Drill, ctx: Context, rate: float) -> DrillChanged:
    return DrillChanged(
        area=drill.area, drill=replace(drill, revision=drill.revision + 1), clock=_clock(ctx, rate)
    )


def _clock(ctx: Context, rate: float) -> Clock:
    """From this very moment on: the world's time does not jump, whatever the rate becomes."""
    return Clock(origin=ctx.now, started=ctx.recorded, rate=rate)


def decide_advance(state: ScopeState, order: AdvanceClock, ctx: Context) -> list[Event]:
    """Nothing may be jumped over: a deadline passes at its hour, and no job is under way while the hour moves."""
    running(state)
    if state.clock is None or state.clock.rate != 0:
        raise Refused("clock_runs")
    if order.to <= ctx.now:
        return []
    for duty in state.duties.values():
        if duty.due < order.to:
            raise Refused("still_owed", duty=duty.key, due=duty.due.isoformat())
    return [ClockAdvanced(area=state.scope, clock=Clock(order.to, ctx.recorded, 0))]


# --- from the root to the others --------------------------------------------------------------------------


def take_drill(state: ScopeState, duty: Duty, to: AreaCode) -> TakeDrill:
    """The drill as this scope has it, for another one."""
    drill, clock = the_drill(state), state.clock
    assert drill is not None and clock is not None
    text = msgspec.json.encode(replace(drill, area=to)).decode()
    return TakeDrill(area=to, drill=text, origin=clock.origin, started=clock.started, rate=clock.rate)


def decide_take_drill(state: ScopeState, order: TakeDrill, ctx: Context) -> list[Event]:
    """Later by the way it came: where this scope's clock has run ahead meanwhile, it is not set back."""
    if not is_drill(state.world):
        raise Refused("not_a_drill", world=state.world)
    drill = msgspec.json.decode(order.drill, type=Drill)
    known = the_drill(state)
    if known is not None and known.revision >= drill.revision:
        return []
    there = Clock(order.origin, order.started, order.rate)
    ahead = ctx.now > there.now(ctx.recorded)
    clock = _clock(ctx, order.rate) if ahead else there
    return [DrillChanged(area=state.scope, drill=replace(drill, area=state.scope), clock=clock)]


# --- apply ------------------------------------------------------------------------------------------------


def apply_changed(state: ScopeState, event: DrillChanged, stamp: Stamp) -> None:
    before = the_drill(state)
    drill = event.drill
    state.put(state.drills, drill.id, drill)
    state.clock = event.clock
    areas = state.registers.areas
    if not areas.parent(state.scope):
        for scope in scopes_of(areas):
            if scope != state.scope:
                subject = f"{drill.id}>{scope}"
                state.open_duty(How.FOLLOW_ON, "drill", subject, state.scope, stamp.at, to=scope)
    if before is None or (before.phase, before.reason) != (drill.phase, drill.reason):
        _tell(state, drill, stamp)


def apply_advanced(state: ScopeState, event: ClockAdvanced, stamp: Stamp) -> None:
    state.clock = event.clock


def _tell(state: ScopeState, drill: Drill, stamp: Stamp) -> None:
    """Everyone who plays hears of it, on their board and by whatever tells people in this world."""
    what = "stopped" if drill.reason == REAL_OPERATION else drill.phase.value
    for place in played_in(state, drill):
        order = f"{drill.id}#{drill.revision}@{place}"
        keep_order(
            state,
            Order(
                id=order,
                area=place,
                operation="",
                kind=f"drill_{what}",
                issued_at=stamp.at,
                issuer=stamp.actor,
            ),
        )
        told = "drill_stopped" if what == "stopped" else "drill"
        state.open_duty(How.JOB, "notify", order, place, stamp.at, what=told, channels="app")


def played_in(state: ScopeState, drill: Drill) -> list[AreaCode]:
    """Communities and streets of this scope where the drill takes place, by code."""
    areas = state.registers.areas
    return sorted(
        {
            place
            for top in drill.places
            for level in (AreaLevel.STREET, AreaLevel.COMMUNITY)
            for place in areas.below(top, level)
            if scope_of(areas, place) == state.scope
        }
    )
