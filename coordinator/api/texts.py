"""POST and GET /api/v1/vault: the words of persons, which no event and no board carries."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE
from coordinator.domain.refusal import Refused
from coordinator.store.log import LogUnavailable
from coordinator.wire.faults import faults


class TextRequest(BaseModel):
    """Words to keep for an operation in one place; the answer is the reference that a command may carry."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    area: Annotated[str, Field(max_length=20)]
    operation: Annotated[str, Field(max_length=60)]
    text: Annotated[str, Field(min_length=1, max_length=8000)]


class Kept(BaseModel):
    ref: str


class Words(BaseModel):
    text: str


async def post_text(request: web.Request) -> web.Response:
    actor = actor_of(request)
    try:
        asked = TextRequest.model_validate_json(await request.read())
    except ValidationError as error:
        raise Refused("bad_message", hint=faults(error)[0].pointer) from None
    try:
        ref = await request.app[ENGINE].keep_text(actor, asked.area, asked.operation, asked.text)
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.json_response(Kept(ref=ref).model_dump(), status=201)


async def get_text(request: web.Request) -> web.Response:
    actor = actor_of(request)
    try:
        text = await request.app[ENGINE].read_text(actor, request.match_info["ref"])
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.json_response(Words(text=text).model_dump())
