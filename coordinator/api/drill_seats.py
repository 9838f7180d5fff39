"""POST /api/v1/drills/{drill}/seats: who was invited to a drill takes their seat, by links that are good once.

The real world knows nothing of a drill but what whoever keeps it running hands over here: an address with a code in it.
"""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from coordinator.api.identity import actor_of
from coordinator.api.keys import DOORS, RATES
from coordinator.domain.refusal import Refused


class DrillSeat(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    seat: str
    link: str
    """Signs a browser in as this seat, in the drill's own world: good once and for five minutes."""


class DrillSeats(BaseModel):
    drill: str
    seats: list[DrillSeat]


async def post_drill_seats(request: web.Request) -> web.Response:
    actor, drill = actor_of(request), request.match_info["drill"]
    request.app[RATES].count(actor)
    if DOORS not in request.app:
        raise Refused("unknown_drill", drill=drill[:60])
    found = await request.app[DOORS].to(drill, actor)
    seats = [DrillSeat(seat=one.seat, link=one.link) for one in found]
    answer = DrillSeats(drill=drill, seats=seats)
    return web.Response(body=answer.model_dump_json().encode(), content_type="application/json", status=201)
