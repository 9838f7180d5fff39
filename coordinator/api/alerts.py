"""GET /api/v1/cap and /cap/IDENTIFIER: orders as CAP 1.2 alerts, for platforms, displays and sirens of other makers.

Whoever may look back on a place, or hangs a wall display there, gets the orders that concern it. Of what an office
above ordered they get their own part, under an identifier of its own, and nothing of another's. Nothing comes in here:
what other systems say is not read.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Annotated, Final, Literal

from aiohttp import ETag, web
from pydantic import BaseModel, ConfigDict, Field

from coordinator import __version__
from coordinator.api.downloads import DISPOSITION, disposition
from coordinator.api.identity import actor_of
from coordinator.api.keys import ALERTS, ENGINE, RATES
from coordinator.api.queries import query_of
from coordinator.cap.alert import CONTENT_TYPE, cap_alert
from coordinator.cap.feed import cap_feed
from coordinator.cap.orders import Alert
from coordinator.domain.access import READ_ALERTS, may
from coordinator.domain.area import AreaCode
from coordinator.domain.refusal import Refused
from coordinator.domain.scope import scope_of
from coordinator.live.port import Engine

ATOM_XML: Final = "application/atom+xml"
LATELY: Final = timedelta(days=7)
"""Of the world's time: how long an alert that does not stand any more is in the feed, for whoever was away."""


class AlertsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    area: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """Orders that concern it or what is below it; left out: one's own part."""
    standing: bool = False
    """Only what is in force."""
    lang: Literal["zh", "en"] = "zh"
    """Of the feed's own words; an alert is always in both languages."""


async def get_alerts(request: web.Request) -> web.Response:
    engine, actor = request.app[ENGINE], actor_of(request)
    query = query_of(request, AlertsQuery)
    areas, area = engine.registers.areas, query.area or actor.area
    may(actor, READ_ALERTS, area, areas)
    request.app[RATES].count(actor)
    since = engine.world_now() - LATELY
    found: list[Alert] = []
    for orders in await request.app[ALERTS].of_all(_scopes(engine, area), area):
        found += [
            alert
            for alert in orders.alerts.values()
            if orders.stands(alert) or (not query.standing and alert.sent >= since)
        ]
    found.sort(key=lambda one: (one.sent, one.position, one.scope), reverse=True)
    address = request.rel_url.raw_path_qs
    body = cap_feed(
        found,
        areas,
        world=engine.world,
        area=area,
        at=engine.world_now(),
        address=address,
        lang=query.lang,
    )
    # Not of the body: while nothing was ever ordered, it says when that was so.
    said = [__version__, engine.world, address, area, *(one.reference for one in found)]
    return _answer(request, body, ATOM_XML, ETag(_digest("\n".join(said).encode()), is_weak=True))


async def get_alert(request: web.Request) -> web.Response:
    engine, actor = request.app[ENGINE], actor_of(request)
    areas = engine.registers.areas
    request.app[RATES].count(actor)
    identifier = request.match_info["identifier"]
    scope, part = _named(identifier)
    may(actor, READ_ALERTS, part or actor.area, areas)
    orders = (
        await request.app[ALERTS].of(scope, part) if scope in _scopes(engine, part or actor.area) else None
    )
    alert = orders.alerts.get(identifier) if orders is not None else None
    if alert is None or not areas.within(alert.part or alert.area, actor.area):
        # The same for both: whether an office above ordered anything for others is not told either.
        raise Refused("unknown_alert", alert=identifier[:120])
    body = cap_alert(alert, areas)
    response = _answer(request, body, CONTENT_TYPE, ETag(_digest(body)))
    response.headers[DISPOSITION] = disposition(engine.world, f"{identifier.partition('.')[2]}.cap.xml")
    return response


def _named(identifier: str) -> tuple[AreaCode, AreaCode]:
    """The scope and the part that an identifier names. Raises `Refused("unknown_alert")`."""
    match identifier.split("."):
        case [_, scope, _, _]:
            return scope, ""
        case [_, scope, _, _, part]:
            return scope, part
    raise Refused("unknown_alert", alert=identifier[:120])


def _scopes(engine: Engine, area: AreaCode) -> list[AreaCode]:
    """Where something was declared at, below or above the area."""
    areas = engine.registers.areas
    return sorted(
        {
            scope_of(areas, one.area)
            for one in engine.ledger.operations()
            if areas.within(one.area, area) or areas.within(area, one.area)
        }
    )


def _answer(request: web.Request, body: bytes, content: str, tag: ETag) -> web.Response:
    """304 where it is there already."""
    known = request.if_none_match
    if known is not None and any(one.value in (tag.value, "*") for one in known):
        response = web.Response(status=304)
    else:
        response = web.Response(body=body, content_type=content, charset="utf-8")
        response.enable_compression()
    response.headers.update({"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Authorization"})
    response.etag = tag
    return response


def _digest(said: bytes) -> str:
    return hashlib.blake2b(said, digest_size=12).hexdigest()
