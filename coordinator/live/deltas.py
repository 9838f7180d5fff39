"""Frames of snapshots and deltas: asked of the engine, encoded once, the snapshots kept for the next who joins."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple

import msgspec

from coordinator.boards.board import DeltaView
from coordinator.live.frame import text_frame
from coordinator.live.port import Engine
from coordinator.wire.board import BoardKey, Cursor, Entries


class Framed(NamedTuple):
    """What is written, and where those stand who have read it."""

    cursor: Cursor
    frame: bytes


class Kept(NamedTuple):
    framed: Framed
    made: float


def encode_snapshot(
    board: BoardKey, part: str, parts: list[str], cursor: Cursor, at: datetime, entries: Entries
) -> bytes:
    """A `Snapshot` message."""
    return msgspec.json.encode(
        {
            "type": "snapshot",
            "board": str(board),
            "part": part,
            "parts": parts,
            "cursor": cursor,
            "at": at,
            "entries": entries,
        }
    )


def encode_delta(board: BoardKey, part: str, since: Cursor, view: DeltaView) -> bytes:
    """A `Delta` message for those who stand at `since`."""
    return msgspec.json.encode(
        {
            "type": "delta",
            "board": str(board),
            "part": part,
            "since": since,
            "cursor": view.cursor,
            "at": view.at,
            "set": view.changed,
            "gone": view.gone,
        }
    )


class Snapshots:
    """Encoded snapshots by board and part, bounded in bytes: the one unused for longest goes first."""

    def __init__(self, engine: Engine, limit: int) -> None:
        self._engine = engine
        self._limit = limit
        self._kept: OrderedDict[tuple[BoardKey, str], Kept] = OrderedDict()
        self.bytes = 0

    def kept(self, board: BoardKey, part: str) -> Kept | None:
        kept = self._kept.get((board, part))
        if kept is not None:
            self._kept.move_to_end((board, part))
        return kept

    def make(self, board: BoardKey, part: str, now: float) -> Framed:
        """A fresh one, kept in place of the old. Raises `Refused`."""
        self.forget(board, part)
        parts = self._engine.parts(board)
        cursor, at, entries = self._engine.snapshot(board, part)
        framed = Framed(cursor, text_frame(encode_snapshot(board, part, parts, cursor, at, entries)))
        self._kept[board, part] = Kept(framed, now)
        self.bytes += len(framed.frame)
        while self.bytes > self._limit:
            self.forget(*next(iter(self._kept)))
        return framed

    def forget(self, board: BoardKey, part: str) -> None:
        kept = self._kept.pop((board, part), None)
        if kept is not None:
            self.bytes -= len(kept.framed.frame)
