"""GET /api/v1/drills/calendar: when which drill is held next in a part of the tree, and the same as a feed
(/calendar/{feed}.ics) for calendars that can send no header. Raids stand in neither, whoever asks.

The feed's id is a secret that gives this and nothing else, and is taken back like any grant. A token is none: whoever
puts one into an address is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, SCHEDULED, SCRIPTS
from coordinator.api.queries import query_of
from coordinator.domain.access import WATCH, may
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister
from coordinator.drills.calendar import dates, icalendar
from coordinator.drills.schema import Document
from coordinator.drills.script import Script
from coordinator.wire.words import Language

AHEAD: Final = timedelta(days=366)
MOST: Final = 200


class CalendarQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    under: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """Only what is held at, above or below this area; left out: one's own part."""
    days: Annotated[int, Field(ge=1, le=366)] = 366
    """How far ahead."""


class DrillDate(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    at: datetime
    minutes: int
    script: str
    name: str
    name_en: str
    objective: str
    objective_en: str
    places: list[str]
    opens: bool
    """In the city's own calendar: it is opened by itself, half an hour before. Else the script alone says when."""


class DrillCalendar(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    world: str
    at: datetime
    dates: list[DrillDate]
    """The next first; at most 200."""


async def get_dates(request: web.Request) -> web.Response:
    engine, actor, query = request.app[ENGINE], actor_of(request), query_of(request, CalendarQuery)
    areas, now = engine.registers.areas, engine.server_now()
    under = query.under or actor.area
    may(actor, WATCH, under, areas)
    scripts, scheduled = await scripts_of(request.app)
    opened = {script.id for script in scheduled}
    found = await asyncio.to_thread(dates, _within(scripts, areas, under), now, timedelta(days=query.days))
    listed = [
        DrillDate(
            at=one.at,
            minutes=one.minutes,
            script=one.script,
            name=one.name.zh,
            name_en=one.name.en,
            objective=one.objective.zh,
            objective_en=one.objective.en,
            places=list(one.places),
            opens=one.script in opened,
        )
        for one in found[:MOST]
    ]
    answer = DrillCalendar(world=engine.world, at=now, dates=listed)
    return web.Response(body=answer.model_dump_json().encode(), content_type="application/json")


async def get_calendar(request: web.Request) -> web.Response:
    engine = request.app[ENGINE]
    actor = engine.feed(request.match_info["feed"])
    areas, now = engine.registers.areas, engine.server_now()
    scripts, _ = await scripts_of(request.app)
    found = await asyncio.to_thread(dates, _within(scripts, areas, actor.area), now, AHEAD)
    names = {place: areas[place].name for one in found for place in one.places}
    lang: Language = "en" if request.query.get("lang") == "en" else "zh"
    return web.Response(
        text=icalendar(found, names, now, lang),
        content_type="text/calendar",
        charset="utf-8",
        headers={"Cache-Control": "private, max-age=3600", "Referrer-Policy": "no-referrer"},
    )


async def scripts_of(app: web.Application) -> tuple[list[Document], list[Script]]:
    """Those that are known, and those in the city's calendar: read from files, while everybody else is served."""

    def read() -> tuple[list[Document], list[Script]]:
        return list(app[SCRIPTS]()), list(app[SCHEDULED]())

    return await asyncio.to_thread(read)


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
