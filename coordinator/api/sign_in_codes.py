"""POST /api/v1/sign-in-codes: a signed-in person's code for another device, redeemed there once for a token of its own.

So a phone is signed in by a link or a QR code, and no token ever stands in an address. What the new token may do is
what its giver may, and no more.
"""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, RATES
from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.refusal import Refused
from coordinator.engine.keys import fresh_key, new_token
from coordinator.live.pace import Pace
from coordinator.live.port import Engine
from coordinator.store.codes import Codes
from coordinator.store.log import LogUnavailable
from coordinator.wire.faults import faults
from coordinator.wire.tokens import hash_token

CODE_SECONDS: Final = 300
NOT_FOR: Final = frozenset({Role.OPERATOR, Role.WORKER, Role.PROCESS})
"""Who hands out grants, or is no person, signs in by a token on the machine itself."""


class SignInCode(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    path: str
    """Of the phone's page, with the code behind `#`: that part of an address is never sent to a server."""
    expires: datetime


class RedeemRequest(BaseModel):
    """A code of a link; good once and for five minutes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    code: Annotated[str, Field(min_length=16, max_length=100, pattern=r"^[\w-]+$")]


class DeviceToken(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    token: str
    """This device's own; shown this once."""


class SignInCodes:
    """`codes`: shared by all coordinators, or a code is good only where it was given out."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._pace = Pace(per_second=20, burst=200)
        """Of those who are not signed in yet: guessing is hopeless anyway, but must not cost others."""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v1/sign-in-codes", self._give),
            web.post("/api/v1/sign-in-codes/redeem", self._redeem),
        ]

    async def _give(self, request: web.Request) -> web.Response:
        """For oneself only."""
        actor = actor_of(request)
        request.app[RATES].count(actor)
        if actor.role in NOT_FOR:
            raise Refused("role_not_granted", role=actor.role.value)
        code = secrets.token_urlsafe(24)
        try:
            await self._codes.put(code, msgspec.json.encode(actor), CODE_SECONDS)
        except LogUnavailable:
            raise Refused("queue_unavailable") from None
        expires = request.app[ENGINE].server_now() + timedelta(seconds=CODE_SECONDS)
        page = "desk/wall" if actor.role is Role.WALL else "m/"
        return _answer(SignInCode(code=code, path=f"/{page}#code={code}", expires=expires))

    async def _redeem(self, request: web.Request) -> web.Response:
        if not self._pace.take(time.monotonic()):
            raise Refused("too_many")
        try:
            asked = RedeemRequest.model_validate_json(await request.read())
        except ValidationError as error:
            raise Refused("bad_message", hint=faults(error)[0].pointer) from None
        try:
            meaning = await self._codes.take(asked.code)
        except LogUnavailable:
            raise Refused("queue_unavailable") from None
        if meaning is None:
            raise Refused("code_spent")
        giver = msgspec.json.decode(meaning, type=Actor)
        return _answer(DeviceToken(token=await _token_like(giver, request.app[ENGINE])))


async def _token_like(giver: Actor, engine: Engine) -> str:
    """The coordinator issues the grant itself: its giver may hand on what they are, but give out no roles."""
    if engine.revoked(giver.grant):
        raise Refused("revoked_token")
    token = new_token()
    grant = {
        "area": giver.area,
        "person": giver.person,
        "role": giver.role.value,
        "office": giver.office,
        "token": hash_token(token),
        "giver": giver.grant or None,
    }
    issuer = Actor(person=PROCESS, role=Role.PROCESS, area=engine.registers.areas.roots()[0])
    outcome = await engine.execute(issuer, fresh_key(engine.server_now()), "IssueGrant", grant)
    if outcome.refusal is not None:
        raise outcome.refusal
    if outcome.status != "accepted":
        raise Refused("outcome_unknown")
    return token


def _answer(found: BaseModel) -> web.Response:
    return web.Response(body=found.model_dump_json().encode(), content_type="application/json", status=201)
