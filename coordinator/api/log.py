"""GET /api/v1/log: a scope's log as it may be read, a page at a time or whole as a file. Names no person.

A page is bounded by what it gives and by what it looks at, so that no filter can hold the process: `next` says where
to go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from coordinator.api.downloads import DISPOSITION, disposition
from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, EXPORTS, RATES
from coordinator.api.names import LogNames
from coordinator.api.queries import query_of
from coordinator.domain.access import READ_LOG, hidden_from, may
from coordinator.domain.area import AreaCode
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.domain.scope import scope_of
from coordinator.live.port import Engine
from coordinator.paper.csv import BOM, csv_line
from coordinator.review.entries import LogEntry, Wanted, entry_of, kinds_of
from coordinator.wire.marks import mark
from coordinator.wire.times import CHINA
from coordinator.wire.words import Language, word

AT_ONCE: Final = 200
"""Entries read and decoded before others get their turn: a few milliseconds."""
LOOKED_AT: Final = 5_000
"""Entries one page looks at; when few of them are wanted, it comes back with less than was asked for."""
_TICK: Final = timedelta(microseconds=1)
EXPORT_SECONDS: Final = 300
"""A client that takes a file more slowly than that is let go."""
COLUMNS: Final = (
    "world",
    "at",
    "position",
    "event",
    "area_code",
    "area",
    "role",
    "office",
    "operation",
    "text",
)
HEAD_ZH: Final = ("世界", "时间", "序号", "事件", "区域代码", "区域", "身份", "机构", "响应", "内容")


class LogQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    area: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """Entries at or below it, of the log of its scope; left out: one's own part."""
    after: Annotated[int, Field(ge=0)] | None = None
    """Entries behind this position, the oldest first."""
    before: Annotated[int, Field(ge=1)] | None = None
    """Entries before this position, the newest first. Without either: the newest there are."""
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    operation: Annotated[str, Field(max_length=120)] = ""
    kind: Annotated[str, Field(max_length=600)] = ""
    """Events or families of events, with commas between."""
    since: AwareDatetime | None = None
    """The world's time, with its offset."""
    until: AwareDatetime | None = None
    format: Literal["json", "jsonl", "csv"] = "json"
    """`jsonl` and `csv`: everything that fits, as a file, the oldest first; `limit` and the cursors do not count."""
    lang: Literal["zh", "en"] = "zh"
    """Of the words in a `csv`."""


class LogPage(msgspec.Struct, frozen=True):
    """Entries in the order asked for."""

    world: str
    scope: AreaCode
    head: int
    """The newest position there is: go on from it with `after` to follow."""
    entries: list[LogEntry]
    next: int | None
    """What `after` or `before` is for the next page; null where this was the last."""


class Asked(NamedTuple):
    """What a request comes to, once it may be answered."""

    engine: Engine
    scope: AreaCode
    wanted: Wanted
    head: int

    def takes(self, recorded: Recorded) -> bool:
        return self.wanted.takes(recorded, self.engine.registers.areas)


async def get_log(request: web.Request) -> web.StreamResponse:
    engine, actor = request.app[ENGINE], actor_of(request)
    query = query_of(request, LogQuery)
    if query.after is not None and query.before is not None:
        raise Refused("bad_message", hint="after, before")
    area = query.area or actor.area
    may(actor, READ_LOG, area, engine.registers.areas)
    request.app[RATES].count(actor)
    try:
        kinds = kinds_of(one for one in query.kind.split(",") if one)
    except KeyError as unknown:
        raise Refused("unknown_kind", kind=str(unknown.args[0])[:60]) from None
    scope = scope_of(engine.registers.areas, area)
    wanted = Wanted(area, query.operation, kinds, query.since, query.until, hidden_from(actor.role))
    asked = Asked(engine, scope, wanted, engine.cursor(scope).position)
    if query.format != "json":
        return await _export(request, asked, query.format, query.lang)
    body = msgspec.json.encode(await _page(asked, query))
    response = web.Response(body=body, content_type="application/json")
    response.enable_compression()
    return response


async def _page(asked: Asked, query: LogQuery) -> LogPage:
    names = LogNames(asked.engine)
    if query.after is not None:
        found, following = await _forwards(asked, query.after, query.limit)
    else:
        found, following = await _backwards(asked, query.before or asked.head + 1, query.limit)
    entries = [entry_of(one, names) for one in found]
    return LogPage(asked.engine.world, asked.scope, asked.head, entries, following)


async def _forwards(asked: Asked, after: int, limit: int) -> tuple[list[Recorded], int | None]:
    engine, wanted = asked.engine, asked.wanted
    if wanted.since is not None:
        after = max(after, await engine.history.before(asked.scope, wanted.since, asked.head))
    found: list[Recorded] = []
    stop = after + LOOKED_AT
    while after < min(asked.head, stop):
        page = await engine.history.page(asked.scope, after, min(AT_ONCE, asked.head - after))
        for recorded in page:
            after = recorded.position
            if wanted.until is not None and recorded.stamp.at > wanted.until:
                return found, None
            if asked.takes(recorded):
                found.append(recorded)
                if len(found) == limit:
                    return found, after if after < asked.head else None
        await asyncio.sleep(0)
    return found, after if after < asked.head else None


async def _backwards(asked: Asked, before: int, limit: int) -> tuple[list[Recorded], int | None]:
    engine, wanted = asked.engine, asked.wanted
    before = min(before, asked.head + 1)
    if wanted.until is not None:
        # The first entry behind the instant ends the page; one that happened in it still counts.
        behind = await engine.history.before(asked.scope, wanted.until + _TICK, asked.head)
        before = min(before, behind + 1)
    found: list[Recorded] = []
    stop = before - LOOKED_AT
    while before > max(1, stop):
        after = max(0, before - 1 - AT_ONCE)
        page = await engine.history.page(asked.scope, after, before - 1 - after)
        for recorded in reversed(page):
            before = recorded.position
            if wanted.since is not None and recorded.stamp.at < wanted.since:
                return found, None
            if asked.takes(recorded):
                found.append(recorded)
                if len(found) == limit:
                    return found, before if before > 1 else None
        await asyncio.sleep(0)
    return found, before if before > 1 else None


async def _export(
    request: web.Request, asked: Asked, form: Literal["jsonl", "csv"], lang: Language
) -> web.StreamResponse:
    """As it is read, so that its length costs nothing; marked in its name and in every line."""
    world = asked.engine.world
    response = web.StreamResponse()
    response.headers[DISPOSITION] = disposition(world, f"{asked.wanted.area}-log.{form}")
    response.content_type = "text/csv" if form == "csv" else "application/jsonl"
    response.charset = "utf-8"
    exports = request.app[EXPORTS]
    if exports.locked():
        raise Refused("too_many")
    async with exports, asyncio.timeout(EXPORT_SECONDS):
        # What may not be read is refused before the first byte.
        pages = _all(asked)
        first = await anext(pages)
        await response.prepare(request)
        names = LogNames(asked.engine)
        if form == "csv":
            head = HEAD_ZH if lang == "zh" else COLUMNS
            await response.write((BOM + csv_line(head)).encode())
        await response.write(_lines(first, names, world, form, lang))
        async for page in pages:
            await response.write(_lines(page, names, world, form, lang))
    await response.write_eof()
    return response


async def _all(asked: Asked) -> AsyncIterator[list[Recorded]]:
    after: int | None = 0
    while after is not None:
        found, after = await _forwards(asked, after, AT_ONCE)
        yield found


def _lines(
    page: list[Recorded], names: LogNames, world: str, form: Literal["jsonl", "csv"], lang: Language
) -> bytes:
    entries = [entry_of(one, names) for one in page]
    if form == "jsonl":
        return b"".join(
            msgspec.json.encode({"world": world, **msgspec.structs.asdict(one)}) + b"\n" for one in entries
        )
    return "".join(csv_line(_cells(one, world, lang)) for one in entries).encode()


def _cells(one: LogEntry, world: str, lang: Language) -> tuple[str, ...]:
    return (
        f"{mark(world)}{world}",
        f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        str(one.position),
        word("event", one.kind, lang),
        one.area,
        one.area_name,
        word("role", one.role, lang),
        one.office,
        one.operation,
        one.en if lang == "en" else one.zh,
    )
