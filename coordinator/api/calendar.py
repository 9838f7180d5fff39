"""GET /api/v1/drills/calendar/{feed}.ics: the drills of a part of the tree, for calendars that can send no header.

The feed's id is a secret that gives this and nothing else, and is taken back like any grant. A token is none: whoever
puts one into an address is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from aiohttp import web

from coordinator.api.keys import ENGINE, SCRIPTS
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister
from coordinator.drills.calendar import dates, icalendar
from coordinator.drills.schema import Document
from coordinator.wire.words import Language

AHEAD: Final = timedelta(days=366)


async def get_calendar(request: web.Request) -> web.Response:
    engine = request.app[ENGINE]
    actor = engine.feed(request.match_info["feed"])
    areas, now = engine.registers.areas, engine.server_now()
    scripts = request.app[SCRIPTS]()
    found = dates(_within(scripts, areas, actor.area), now, AHEAD)
    names = {place: areas[place].name for one in found for place in one.places}
    lang: Language = "en" if request.query.get("lang") == "en" else "zh"
    return web.Response(
        text=icalendar(found, names, now, lang),
        content_type="text/calendar",
        charset="utf-8",
        headers={"Cache-Control": "private, max-age=3600", "Referrer-Policy": "no-referrer"},
    )


def _within(scripts: Iterable[Document], areas: AreaRegister, part: str) -> list[Document]:
    """Those that are held in that part, on areas that this city has."""
    if part not in areas:
        raise Refused("unknown_feed")
    return [
        one
        for one in scripts
        if all(place in areas for place in one.places)
        and any(areas.within(place, part) or areas.within(part, place) for place in one.places)
    ]
