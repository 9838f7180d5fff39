"""Who asks: the bearer token of a request. It stands in the header and never in a URL."""

from __future__ import annotations

from aiohttp import web

from coordinator.api.keys import ENGINE
from coordinator.domain.access import Actor
from coordinator.domain.refusal import Refused


def actor_of(request: web.Request) -> Actor:
    """Raises `Refused`: `not_signed_in`, `bad_token`, `revoked_token`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused("not_signed_in")
    return request.app[ENGINE].authenticate(token.strip())
