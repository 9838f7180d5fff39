"""POST /api/v1/sign-out-everywhere: a person's own grants are revoked on every device; it closes their sockets.

For a phone that is lost: whoever may speak for a person may also end it. It revokes nobody else's grant.
"""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, RATES
from coordinator.api.sign_in_codes import NOT_FOR
from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.refusal import Refused
from coordinator.engine.keys import fresh_key


class SignedOut(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    revoked: int
    """Grants that held until now, this one among them."""


async def post_sign_out(request: web.Request) -> web.Response:
    """One's own device last: what fails on the way can be asked for again."""
    engine, actor = request.app[ENGINE], actor_of(request)
    request.app[RATES].count(actor)
    if actor.role in NOT_FOR:
        raise Refused("role_not_granted", role=actor.role.value)
    root = engine.registers.areas.roots()[0]
    issuer = Actor(person=PROCESS, role=Role.PROCESS, area=root)
    grants = sorted(engine.grants_of(actor.person), key=lambda grant: grant == actor.grant)
    for grant in grants:
        outcome = await engine.execute(
            issuer, fresh_key(engine.server_now()), "RevokeGrant", {"area": root, "grant": grant}
        )
        if outcome.refusal is not None:
            raise outcome.refusal
        if outcome.status != "accepted":
            raise Refused("outcome_unknown")
    return web.json_response(SignedOut(revoked=len(grants)).model_dump())
