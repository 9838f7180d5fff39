"""POST and GET /api/v1/vault: the words and photos of persons, which no event and no board carries."""

from __future__ import annotations

from typing import Annotated, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coordinator.api.commands import IDEMPOTENCY_KEY
from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, RATES
from coordinator.api.queries import query_of
from coordinator.domain.refusal import Refused
from coordinator.engine.texts import MAX_PICTURE, PICTURES, kind_of
from coordinator.store.log import LogUnavailable
from coordinator.wire.faults import faults

_AREA: Final = Field(max_length=20)
_OPERATION: Final = Field(max_length=60)


class TextRequest(BaseModel):
    """Words to keep for an operation in one place; the answer is the reference that a command may carry."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    area: Annotated[str, _AREA]
    operation: Annotated[str, _OPERATION]
    text: Annotated[str, Field(min_length=1, max_length=8000)]


class PhotoQuery(BaseModel):
    """What a photo belongs to; the photo itself is the body."""

    model_config = ConfigDict(extra="forbid")

    area: Annotated[str, _AREA]
    operation: Annotated[str, _OPERATION]


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
        ref = await request.app[ENGINE].keep_text(
            actor, asked.area, asked.operation, asked.text, _once(request)
        )
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.json_response(Kept(ref=ref).model_dump(), status=201)


async def post_photo(request: web.Request) -> web.Response:
    """The bytes as they are, by their content type: a photo in base64 would be a third larger on a bad network."""
    actor = actor_of(request)
    request.app[RATES].count(actor)
    asked = query_of(request, PhotoQuery)
    kind = request.content_type.removeprefix("image/")
    if kind not in PICTURES:
        raise Refused("bad_picture", bytes=request.content_length or 0, most=MAX_PICTURE)
    try:
        data = await request.clone(client_max_size=MAX_PICTURE).read()
    except web.HTTPRequestEntityTooLarge as large:
        raise Refused("bad_picture", bytes=request.content_length or 0, most=MAX_PICTURE) from large
    try:
        ref = await request.app[ENGINE].keep_picture(
            actor, asked.area, asked.operation, kind, data, _once(request)
        )
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.json_response(Kept(ref=ref).model_dump(), status=201)


async def get_text(request: web.Request) -> web.Response:
    """Words as JSON; a photo as it was kept, for a reference that ends in its kind."""
    actor, ref = actor_of(request), request.match_info["ref"]
    kind = kind_of(ref)
    try:
        if kind:
            photo = await request.app[ENGINE].read_picture(actor, ref)
            return web.Response(body=photo, content_type=f"image/{kind}")
        text = await request.app[ENGINE].read_text(actor, ref)
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.json_response(Words(text=text).model_dump())


def _once(request: web.Request) -> str:
    """A key of the sender's own, so that what is sent again on a bad network is kept once."""
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if len(key) > 60:
        raise Refused("bad_message", hint=IDEMPOTENCY_KEY)
    return key
