"""GET /api/v1/drills/practised: the drills on record, and who has not practised what for how long."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from coordinator.api.calendar import scripts_of
from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE
from coordinator.api.queries import query_of
from coordinator.domain.access import WATCH, may
from coordinator.domain.text import Text
from coordinator.drills import script
from coordinator.drills.coverage import coverage
from coordinator.wire.words import PRACTISED

MOST: Final = 500


class PractisedQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    under: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """Only at or below this area; left out: one's own part."""
    days: Annotated[int, Field(ge=1, le=3660)] = 365
    """The period that is looked at."""


class DrillHeld(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    area: str
    script: str
    digest: str
    name: str
    """Of the script with this digest; where that is not known here, the script's key."""
    name_en: str
    kind: str
    hazard: str
    places: list[str]
    held: datetime
    grade: str
    points: int | None
    observed: int
    ratings: dict[str, str]
    """Capability -> P, S, M or U by HSEEP; one that was not rated is not among them."""
    simulated: bool
    """Nobody real took part: it counts for no street."""


class HazardCovered(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    hazard: str
    last: datetime | None
    """Null: never, as far as the record goes."""
    days: int | None
    communities: int
    """How many practised it within the period."""
    of: int
    drills: int


class StreetCovered(BaseModel):
    area: str
    name: str
    covered: list[HazardCovered]


class Practised(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    world: str
    at: datetime
    days: int
    held: list[DrillHeld]
    """The latest first; at most 500."""
    streets: list[StreetCovered]


async def get_practised(request: web.Request) -> web.Response:
    engine = request.app[ENGINE]
    actor = actor_of(request)
    query = query_of(request, PractisedQuery)
    areas = engine.registers.areas
    under = query.under or actor.area
    may(actor, WATCH, under, areas)
    every = engine.ledger.practices()
    now = engine.world_now()
    here = [
        one
        for one in every
        if any(areas.within(place, under) or areas.within(under, place) for place in one.places)
    ]
    names = await _names(request.app) if here else {}
    held = [
        DrillHeld(
            id=one.id,
            area=one.area,
            script=one.script,
            digest=one.digest,
            name=names[one.digest].zh if one.digest in names else one.script,
            name_en=names[one.digest].en if one.digest in names else one.script,
            kind=one.kind,
            hazard=one.hazard,
            places=list(one.places),
            held=one.held,
            grade=one.grade,
            points=one.points,
            observed=one.observed,
            ratings=one.ratings,
            simulated=one.simulated,
        )
        for one in here[:MOST]
    ]
    streets = [
        StreetCovered(
            area=street.area,
            name=street.name,
            covered=[
                HazardCovered(
                    hazard=one.hazard,
                    last=one.last,
                    days=one.days,
                    communities=one.communities,
                    of=one.of,
                    drills=one.drills,
                )
                for one in street.covered
            ],
        )
        for street in coverage(every, areas, under, list(PRACTISED), now, timedelta(days=query.days))
    ]
    answer = Practised(world=engine.world, at=now, days=query.days, held=held, streets=streets)
    return web.Response(body=answer.model_dump_json().encode(), content_type="application/json")


async def _names(app: web.Application) -> dict[str, Text]:
    """By digest, of every script that is known."""
    scripts, scheduled = await scripts_of(app)

    def named() -> dict[str, Text]:
        return {one.digest: one.document.name.text for one in (*map(script.of, scripts), *scheduled)}

    return await asyncio.to_thread(named)
