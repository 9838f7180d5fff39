"""GET /api/v1/areas/CODE/outlines: an area and those right below it as shapes, for whoever may see that area."""

from __future__ import annotations

import hashlib

import msgspec
from aiohttp import ETag, web

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, OUTLINES, RATES
from coordinator.domain.access import FIND, may
from coordinator.domain.area import AreaCode
from coordinator.domain.refusal import Refused
from coordinator.store.log import LogUnavailable
from coordinator.store.outlines import PER_DEGREE, Outline

SMALL = 1024
"""Bytes below which nothing is compressed."""


class OutlineShape(msgspec.Struct, frozen=True):
    """One area. What is inside an odd number of rings is inside the area."""

    code: str
    rings: tuple[tuple[int, ...], ...]
    """Each as x, y of its first point, then the steps from point to point; closed, the first is not repeated."""


class AreaOutlines(msgspec.Struct, frozen=True):
    """What an area looks like on a map. For the eye alone: nothing is measured or decided by it."""

    area: str
    per_degree: int
    """Units of one degree: x is longitude, y latitude, WGS 84."""
    own: OutlineShape | None
    """Null where it is not known."""
    below: tuple[OutlineShape, ...]
    """Of the areas right below, those that are known."""
    sources: tuple[str, ...]
    """Where they are from, to be shown with them."""


async def get_outlines(request: web.Request) -> web.Response:
    """304 as long as nothing was brought. Raises `Refused`."""
    actor, code = actor_of(request), request.match_info["code"]
    request.app[RATES].count(actor)
    areas = request.app[ENGINE].registers.areas
    may(actor, FIND, code, areas)
    try:
        found = await request.app[OUTLINES].get([code, *areas.children(code)])
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    body = msgspec.json.encode(_shown(code, found))
    etag = hashlib.blake2b(body, digest_size=12).hexdigest()
    headers = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Authorization"}
    known = request.if_none_match
    if known is not None and any(one.value in (etag, "*") for one in known):
        response = web.Response(status=304, headers=headers)
    else:
        response = web.Response(body=body, content_type="application/json", headers=headers)
        if len(body) > SMALL:
            response.enable_compression()
    response.etag = ETag(etag, is_weak=True)
    return response


def _shown(code: AreaCode, found: dict[AreaCode, Outline]) -> AreaOutlines:
    shapes = {area: OutlineShape(area, outline.rings) for area, outline in found.items()}
    own = shapes.pop(code, None)
    sources = dict.fromkeys(outline.source for outline in found.values() if outline.source)
    return AreaOutlines(code, PER_DEGREE, own, tuple(shapes.values()), tuple(sources))
