"""POST /api/v1/commands: the same command as over the socket, for whoever holds none."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, RATES
from coordinator.api.problems import problem_response
from coordinator.domain.refusal import Refused
from coordinator.live.session import result
from coordinator.wire.faults import faults

IDEMPOTENCY_KEY = "Idempotency-Key"


class CommandRequest(BaseModel):
    """A command to carry out once, however often it is sent with the same key."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    name: Annotated[str, Field(max_length=60, examples=["SignSwitch"])]
    body: dict[str, JsonValue]
    key: Annotated[str, Field(max_length=60)] | None = None
    """A UUID of version 7; or it stands in the header `Idempotency-Key`."""


async def post_command(request: web.Request) -> web.Response:
    actor = actor_of(request)
    request.app[RATES].count(actor)
    try:
        asked = CommandRequest.model_validate_json(await request.read())
    except ValidationError as error:
        raise Refused("bad_message", hint=faults(error)[0].pointer) from None
    key = _key(request, asked)
    outcome = await request.app[ENGINE].execute(actor, key, asked.name, asked.body)
    if outcome.status == "unknown":
        return problem_response(Refused("outcome_unknown"))
    if outcome.refusal is not None:
        return problem_response(outcome.refusal)
    return web.Response(body=result(key, outcome).model_dump_json().encode(), content_type="application/json")


def _key(request: web.Request, asked: CommandRequest) -> str:
    """From the header (quoted or not) or the body. Where both are there they must agree."""
    header = request.headers.get(IDEMPOTENCY_KEY, "").strip().strip('"')
    if header and asked.key is not None and asked.key != header:
        raise Refused("bad_message", hint=IDEMPOTENCY_KEY)
    key = header or asked.key
    if not key:
        raise Refused("bad_message", hint=IDEMPOTENCY_KEY)
    return key
