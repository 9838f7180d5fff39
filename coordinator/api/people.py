"""GET /api/v1/people: names with masked phones of those whom one may know; a whole phone one at a time, on record."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, RATES
from coordinator.api.queries import query_of
from coordinator.domain.access import WATCH, may
from coordinator.domain.personal_data import Why
from coordinator.domain.refusal import Refused
from coordinator.store.log import LogUnavailable
from coordinator.wire.faults import faults

MOST: Final = 200
"""People of one answer."""
MOST_ADDRESSES: Final = 1000
"""As many as one job tells."""


class PeopleQuery(BaseModel):
    """One of the three says whom."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    ids: Annotated[str, Field(max_length=12_000)] = ""
    """Ids as boards have them, comma-separated, 200 at most. Whom one may not know is left out."""
    area: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """Who is on duty there, who leads a team that stands by there; of a community or a grid all who live there."""
    team: Annotated[str, Field(max_length=160)] = ""
    """The members of a team, its leader first."""
    cursor: Annotated[int, Field(ge=0)] = 0
    """`next` of the page before."""


class PersonKnown(BaseModel):
    """Somebody, as this token may see them. What is not for it is empty."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    name: str
    phone: str
    """Masked, e.g. `138****1234`."""
    erased: bool
    """Name and phone were erased for good."""
    may_phone: bool
    """Whether `/people/{id}/phone` would give the whole number now."""
    duty: list[str]
    """Areas whose duty roster they are on."""
    kinds: list[str]
    skills: list[str]
    home: str
    """The grid they live in."""
    team: str
    leads: bool
    """Whether they lead that team."""


class PeoplePage(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    people: list[PersonKnown]
    """In the order asked for."""
    next: int | None
    """Cursor of the next page; null on the last one."""


class PhoneQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    reason: Why = Why.CALL
    """What it is asked for; it goes on record with who asked."""


class Phone(BaseModel):
    phone: str


class AddressRequest(BaseModel):
    """Of a worker: whom it is about to tell."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    ids: Annotated[list[Annotated[str, Field(max_length=160)]], Field(max_length=MOST_ADDRESSES)]


class Addresses(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    phones: dict[str, str]
    """By id; who has none is missing."""


async def get_people(request: web.Request) -> web.Response:
    engine, actor = request.app[ENGINE], actor_of(request)
    request.app[RATES].count(actor)
    query = query_of(request, PeopleQuery)
    if sum(map(bool, (query.ids, query.area, query.team))) != 1:
        raise Refused("bad_message", hint="ids, area, team")
    if query.area:
        may(actor, WATCH, query.area, engine.registers.areas)
        wanted = engine.people.of_area(query.area)
    elif query.team:
        wanted = engine.people.of_team(query.team)
    else:
        wanted = list(filter(None, query.ids.split(",")))
        if len(wanted) > MOST:
            raise Refused("bad_message", hint="ids")
    following = query.cursor + MOST
    try:
        shown = await engine.people.shown(actor, wanted[query.cursor : following])
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    page = PeoplePage(
        people=[PersonKnown.model_validate(one._asdict()) for one in shown],
        next=following if following < len(wanted) else None,
    )
    return _private(request, page.model_dump_json().encode())


async def get_phone(request: web.Request) -> web.Response:
    """Never kept by anybody on the way: each reading is on record."""
    engine, actor = request.app[ENGINE], actor_of(request)
    request.app[RATES].count(actor)
    query = query_of(request, PhoneQuery)
    try:
        phone = await engine.people.phone(actor, request.match_info["id"], query.reason)
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.json_response(Phone(phone=phone).model_dump())


async def post_addresses(request: web.Request) -> web.Response:
    engine, actor = request.app[ENGINE], actor_of(request)
    request.app[RATES].count(actor)
    try:
        asked = AddressRequest.model_validate_json(await request.read())
    except ValidationError as error:
        raise Refused("bad_message", hint=faults(error)[0].pointer) from None
    try:
        phones = await engine.people.addresses(actor, asked.ids)
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.json_response(Addresses(phones=dict(phones)).model_dump())


def _private(request: web.Request, body: bytes) -> web.Response:
    """For this browser alone, and to be asked for again each time: who was erased must go."""
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if request.headers.get("If-None-Match") == f'"{tag}"':
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)
