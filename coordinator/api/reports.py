"""GET /api/v1/reports, /reports/OPERATION and /reports/OPERATION/arrivals: what there is to look back on, one report in
several forms, and who had arrived by when. Of what was declared above an office, its own part and nothing else."""

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
from coordinator.api.reviews import Hearing
from coordinator.domain.access import READ_LOG, Actor, may
from coordinator.domain.area import AreaCode
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import Operation
from coordinator.domain.refusal import Refused
from coordinator.domain.targets import targets_of
from coordinator.live.port import Engine
from coordinator.paper.csv import to_csv
from coordinator.paper.html import to_html
from coordinator.paper.markdown import to_markdown
from coordinator.paper.sheets import Paper
from coordinator.review.course import Step
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
    """Operations that concern it, also those declared above; left out: one's own part."""


class PartQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    area: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """The part of the tree that is looked at; left out: all of the operation that is one's own."""


class ReportQuery(PartQuery):
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
    """Those that concern the part that was asked for."""
    effective_at: datetime
    expected_until: datetime
    recalled: bool
    closed: bool
    """Everywhere NORMAL again."""


class Reviewables(msgspec.Struct, frozen=True):
    world: str
    operations: list[Reviewable]
    """The newest first."""


class Arrivals(msgspec.Struct, frozen=True):
    """How many had arrived by when, against what the playbook asks for. Nobody appears in it."""

    operation: str
    part: AreaCode
    since: datetime
    """T0."""
    needed: list[Step]
    """How many are to be there by then: a target, so it goes on into the future."""
    called: list[Step]
    arrived: list[Step]


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
    found = [
        _shown(engine, one, targets)
        for one in engine.ledger.operations()
        if (targets := targets_of(area, one.targets, areas))
    ]
    found.sort(key=lambda one: (one.effective_at, one.id), reverse=True)
    return _json(Reviewables(engine.world, found))


async def get_report(request: web.Request) -> web.Response:
    """202 while the record is still being read."""
    engine, actor = request.app[ENGINE], actor_of(request)
    query = query_of(request, ReportQuery)
    operation, part = _operation(engine, actor, request.match_info["operation"], query.area)
    request.app[RATES].count(actor)
    hearing = request.app[REVIEWS].of(operation.id, part)
    heard = await hearing.heard(part)
    if heard is None:
        return _goes_on(hearing)
    found = heard.report()
    if found is None:
        raise Refused("unknown_operation", operation=operation.id)
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
    named = f"{operation.id}-{part}" if part else operation.id
    response.headers[DISPOSITION] = disposition(engine.world, f"{named}-report.{ending}")
    response.enable_compression()
    return response


async def get_arrivals(request: web.Request) -> web.Response:
    """202 while the record is still being read."""
    engine, actor = request.app[ENGINE], actor_of(request)
    query = query_of(request, PartQuery)
    operation, part = _operation(engine, actor, request.match_info["operation"], query.area)
    request.app[RATES].count(actor)
    hearing = request.app[REVIEWS].of(operation.id, part)
    heard = await hearing.heard(part)
    if heard is None:
        return _goes_on(hearing)
    curves = heard.curves("needed", "called", "arrived")
    return _json(
        Arrivals(
            operation=operation.id,
            part=part or operation.area,
            since=operation.effective_at,
            needed=curves["needed"],
            called=curves["called"],
            arrived=curves["arrived"],
        )
    )


def _goes_on(hearing: Hearing) -> web.Response:
    response = _json(ReviewGoesOn(hearing.read, hearing.of))
    response.set_status(202)
    response.headers["Retry-After"] = "1"
    return response


def _operation(engine: Engine, actor: Actor, id: str, area: AreaCode) -> tuple[Operation, AreaCode]:
    """An operation, and the part of the tree that is looked at; empty: all of it, where it was declared."""
    areas = engine.registers.areas
    known = next((one for one in engine.ledger.operations() if one.id == id), None)
    if known is None:
        raise Refused("unknown_operation", operation=id[:120])
    part = area or (known.area if areas.within(known.area, actor.area) else actor.area)
    may(actor, READ_LOG, part, areas)
    if not targets_of(part, known.targets, areas):
        raise Refused("unknown_operation", operation=id)  # who ordered it for others is not told either
    return known, "" if areas.within(known.area, part) else part


def _shown(engine: Engine, one: Operation, targets: dict[AreaCode, ResponseLevel | None]) -> Reviewable:
    area = engine.registers.areas.get(one.area)
    return Reviewable(
        id=one.id,
        area=one.area,
        area_name=area.name if area else one.area,
        hazard=one.hazard,
        playbook=one.playbook,
        targets=targets,
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
