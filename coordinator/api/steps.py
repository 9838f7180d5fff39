"""POST /api/v1/drill/step: in a drill in lock-step, whoever plays says until when they are idle, and the world goes on.

There is none in any other world. It needs the rights of exercise control, which sees every board.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, STEPS
from coordinator.domain.access import may
from coordinator.domain.refusal import Refused
from coordinator.drills.stepper import Stuck
from coordinator.drills.steps import Group
from coordinator.store.log import ChainBroken, LogUnavailable
from coordinator.wire.board import BoardKey, Cursor
from coordinator.wire.faults import faults


class BoardGroup(BaseModel):
    """Boards that are known up to the same cursors; without any they are sent whole."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    since: dict[str, Annotated[list[int], Field(min_length=2, max_length=2)]] = {}
    """Part (a scope's area code) -> [epoch, position]."""
    boards: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=2000)]


class StepRequest(BaseModel):
    """What the players of one process see and mean."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    meant: AwareDatetime | None = None
    """When the first of them means to do something; the time does not pass it."""
    groups: Annotated[list[BoardGroup], Field(max_length=2000)] = []


async def post_step(request: web.Request) -> web.Response:
    engine, steps = request.app[ENGINE], request.app.get(STEPS)
    actor = actor_of(request)
    may(actor, "AdvanceClock", engine.registers.areas.roots()[0], engine.registers.areas)
    if steps is None:
        raise Refused("clock_runs")
    try:
        asked = StepRequest.model_validate_json(await request.read())
        groups = [
            Group(
                {part: Cursor(*at) for part, at in one.since.items()},
                [BoardKey.parse(name) for name in one.boards],
            )
            for one in asked.groups
        ]
    except ValidationError as error:
        raise Refused("bad_message", hint=faults(error)[0].pointer) from None
    except ValueError as wrong:
        raise Refused("unknown_board", board=str(wrong)[:200]) from None
    for group in groups:
        for board in group.boards:
            engine.may_watch(actor, board)
    try:
        stepped = await steps.go_on(asked.meant, groups)
    except Stuck as stuck:
        raise Refused("drill_stuck", why=str(stuck)) from None
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    except ChainBroken as broken:
        raise Refused("chain_broken", scope=broken.scope, position=broken.position) from None
    return web.Response(body=msgspec.json.encode(stepped), content_type="application/json")
