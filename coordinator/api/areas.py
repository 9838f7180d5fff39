"""GET /api/v1/areas: search in the register of areas, within one's own part of the tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from coordinator.api.identity import actor_of
from coordinator.api.keys import AREAS, ENGINE
from coordinator.api.queries import query_of
from coordinator.domain.access import FIND, may
from coordinator.domain.area import AreaLevel


class AreaQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    q: Annotated[str, Field(max_length=60)] = ""
    """Part of a name, or the beginning of a code."""
    under: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """Only at or below this area; left out: one's own part."""
    level: AreaLevel | None = None
    cursor: Annotated[int, Field(ge=0)] = 0
    """`next` of the page before."""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class AreaShown(BaseModel):
    code: str
    parent: str
    level: AreaLevel
    name: str
    type: str
    placeholder: bool
    attributes: Mapping[str, int]


class AreaPage(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    areas: list[AreaShown]
    next: int | None
    """Cursor of the next page; null on the last one."""


async def get_areas(request: web.Request) -> web.Response:
    engine = request.app[ENGINE]
    actor = actor_of(request)
    query = query_of(request, AreaQuery)
    areas = engine.registers.areas
    under = query.under or actor.area
    may(actor, FIND, under, areas)
    index = await request.app[AREAS].get(areas)
    found, following = index.search(query.q, under, query.level, query.cursor, query.limit)
    shown = [
        AreaShown(
            code=area.code,
            parent=area.parent,
            level=area.level,
            name=area.name,
            type=area.type,
            placeholder=area.placeholder,
            attributes=areas.attributes(area.code),
        )
        for area in found
    ]
    page = AreaPage(areas=shown, next=following)
    return web.Response(body=page.model_dump_json().encode(), content_type="application/json")
