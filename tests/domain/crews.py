"""One community with one post and its crew called, for the stories of call-outs."""

from __future__ import annotations

from coordinator.domain.call_out import (
    Answer,
    Answered,
    CallOut,
    CheckIn,
)
from tests.builders import (
    FIRST,
    World,
    asks,
    desk,
    post_spec,
)


def crew_of(heads: int, **given: object) -> World:
    """One community with one post, its crew called at III."""
    world = World(handmade=asks(FIRST, posts=(post_spec("guard", heads, **given),)))
    world.declare("III", FIRST)
    return world


def coming(call: CallOut, eta: int = 15) -> Answer:
    return Answer(area=FIRST, answers=[Answered(call_out=call.id, coming=True, eta_minutes=eta)])


def declines(call: CallOut, code: str | None = "ill") -> Answer:
    return Answer(area=FIRST, answers=[Answered(call_out=call.id, coming=False, code=code)])


def check_in(*calls: CallOut, area: str = FIRST, muster: bool = False) -> CheckIn:
    return CheckIn(area=area, call_outs=[call.id for call in calls], muster=muster)


def on_post(world: World, call: CallOut) -> CallOut:
    world.order(desk(FIRST), check_in(call))
    return world.call(call.id)
