"""GET /api/v1/reports and /reports/OPERATION: what there is to look back on, and one report, in several forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from coordinator.api.downloads import DISPOSITION, disposition
from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, RATES, REVIEWS
from coordinator.api.queries import query_of
from coordinator.domain.access import READ_LOG, Actor, may
from coordinator.domain.area import AreaCode
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import Operation
from coordinator.domain.refusal import Refused
from coordinator.live.port import Engine
from coordinator.paper.csv import to_csv
from coordinator.paper.html import to_html
from coordinator.paper.markdown import to_markdown
from coordinator.paper.sheets import Paper
from coordinator.review.hints import hints
from coordinator.review.page import report_paper

LARGE: Final = 64 * 1024
"""Bytes from which compressing is done in a thread."""

WRITERS: Final[Mapping[str, tuple[Callable[[Paper], str], str, str]]] = {
    "html": (to_html, "text/html", "html"),
    "markdown": (to_markdown, "text/markdown", "md"),
    "csv": (to_csv, "text/csv", "csv"),
}
"""What writes a paper, as which type of content, under which ending."""


class ReportsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    area: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """Operations declared at or below it; left out: one's own part."""


class ReportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    format: Literal["json", "html", "markdown", "csv"] = "json"
    """`html` is a page to print; it needs no network."""
    lang: Literal["zh", "en"] = "zh"


class Reviewable(msgspec.Struct, frozen=True):
    """One operation that may be looked back on."""

    id: str
    area: AreaCode
    area_name: str
    hazard: str
    playbook: str
    targets: dict[AreaCode, ResponseLevel | None]
    effective_at: datetime
    expected_until: datetime
    recalled: bool
    closed: bool
    """Everywhere NORMAL again."""


class Reviewables(msgspec.Struct, frozen=True):
    world: str
    operations: list[Reviewable]
    """The newest first."""


class ReviewGoesOn(msgspec.Struct, frozen=True):
    """The record is long and still being read: ask again."""

    read: int
    of: int
    """Entries."""


async def get_reports(request: web.Request) -> web.Response:
    engine, actor = request.app[ENGINE], actor_of(request)
    request.app[RATES].count(actor)
    query = query_of(request, ReportsQuery)
    areas, area = engine.registers.areas, query.area or actor.area
    may(actor, READ_LOG, area, areas)
    found = [_shown(engine, one) for one in engine.ledger.operations() if areas.within(one.area, area)]
    found.sort(key=lambda one: (one.effective_at, one.id), reverse=True)
    return _json(Reviewables(engine.world, found))


async def get_report(request: web.Request) -> web.Response:
    """202 while the record is still being read."""
    engine, actor = request.app[ENGINE], actor_of(request)
    query = query_of(request, ReportQuery)
    operation = _operation(engine, actor, request.match_info["operation"])
    request.app[RATES].count(actor)
    hearing = request.app[REVIEWS].of(operation.id)
    found = await hearing.report()
    if found is None:
        response = _json(ReviewGoesOn(hearing.read, hearing.of))
        response.set_status(202)
        response.headers["Retry-After"] = "1"
        return response
    areas = engine.registers.areas
    found.hints = hints(found, areas)
    if query.format == "json":
        return _json(found)
    write, content, ending = WRITERS[query.format]
    response = web.Response(
        body=write(report_paper([found], areas, query.lang)).encode(),
        content_type=content,
        charset="utf-8",
        zlib_executor_size=LARGE,
    )
    response.headers[DISPOSITION] = disposition(engine.world, f"{operation.id}-report.{ending}")
    response.enable_compression()
    return response


def _operation(engine: Engine, actor: Actor, id: str) -> Operation:
    known = next((one for one in engine.ledger.operations() if one.id == id), None)
    if known is None:
        raise Refused("unknown_operation", operation=id[:120])
    may(actor, READ_LOG, known.area, engine.registers.areas)
    return known


def _shown(engine: Engine, one: Operation) -> Reviewable:
    area = engine.registers.areas.get(one.area)
    return Reviewable(
        id=one.id,
        area=one.area,
        area_name=area.name if area else one.area,
        hazard=one.hazard,
        playbook=one.playbook,
        targets=one.targets,
        effective_at=one.effective_at,
        expected_until=one.expected_until,
        recalled=one.recalled,
        closed=one.closed,
    )


def _json(found: msgspec.Struct) -> web.Response:
    response = web.Response(
        body=msgspec.json.encode(found), content_type="application/json", zlib_executor_size=LARGE
    )
    response.enable_compression()
    return response
