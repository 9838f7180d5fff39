"""GET /api/v1/boards/KEY: all parts of one board at once, for whoever does not watch it live."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import ETag, web
from pydantic import BaseModel, ConfigDict

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE
from coordinator.domain.refusal import Refused
from coordinator.live.port import Engine
from coordinator.wire.board import BoardKey, Cursor

SMALL = 1024
"""Bytes below which nothing is compressed."""

LARGE = 64 * 1024
"""Bytes from which it is done in a thread."""


class BoardPart(BaseModel):
    """One scope's share of a board."""

    cursor: Cursor
    at: datetime
    entries: dict[str, dict[str, Any]]


class WholeBoard(BaseModel):
    """A board as it is now. `parts` may be handed to `subscribe` as `since`, each with its cursor."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    board: str
    log_down_since: datetime | None
    """Since when nothing new can be seen; null while all is well."""
    parts: dict[str, BoardPart]


async def get_board(request: web.Request) -> web.Response:
    """304 where no part has moved. Gzipped for those who take it.

    The ETag is made of the cursors, and weak: the time of asking stands in the body as well.
    """
    engine = request.app[ENGINE]
    actor = actor_of(request)
    named = request.match_info["key"]
    try:
        board = BoardKey.parse(named)
    except ValueError:
        raise Refused("unknown_board", board=named[:200]) from None
    engine.may_watch(actor, board)
    parts = engine.parts(board)
    if not parts:
        raise Refused("unknown_board", board=named[:200])
    etag = _etag(engine, board, parts)
    headers = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Authorization"}
    known = request.if_none_match
    if known is not None and any(one.value in (etag, "*") for one in known):
        unchanged = web.Response(status=304, headers=headers)
        unchanged.etag = ETag(etag, is_weak=True)
        return unchanged
    response = web.Response(
        body=_encode(engine, board, parts),
        content_type="application/json",
        headers=headers,
        zlib_executor_size=LARGE,
    )
    response.etag = ETag(etag, is_weak=True)
    if response.content_length is not None and response.content_length > SMALL:
        response.enable_compression()
    return response


def _etag(engine: Engine, board: BoardKey, parts: list[str]) -> str:
    standing = [str(board), str(engine.log_down_since)]
    standing += [f"{part}={engine.cursor(part)}" for part in parts]
    return hashlib.blake2b("\n".join(standing).encode(), digest_size=12).hexdigest()


def _encode(engine: Engine, board: BoardKey, parts: list[str]) -> bytes:
    shown = {}
    for part in parts:
        cursor, at, entries = engine.snapshot(board, part)
        shown[part] = {"cursor": cursor, "at": at, "entries": entries}
    return msgspec.json.encode({"board": str(board), "log_down_since": engine.log_down_since, "parts": shown})
