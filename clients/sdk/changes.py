"""What changed on a board since one last looked: merged, so that a slow reader costs nothing and misses no key."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from coordinator.wire.board import Board


class Change(NamedTuple):
    """The board as it stands, and the keys of entries that came, changed or left since the last `Change`."""

    board: Board
    changed: frozenset[str]
    gone: frozenset[str]


class Changes:
    """An async iterator over one board's changes, from when it was made. Ends when the board is let go of."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._changed: set[str] = set()
        self._gone: set[str] = set()
        self._news = asyncio.Event()
        self._ended: Exception | None = None

    def __aiter__(self) -> Changes:
        return self

    async def __anext__(self) -> Change:
        await self._news.wait()
        if not self._changed and not self._gone and self._ended is not None:
            raise self._ended
        change = Change(self._board, frozenset(self._changed), frozenset(self._gone))
        self._changed.clear()
        self._gone.clear()
        if self._ended is None:
            self._news.clear()
        return change

    def add(self, changed: frozenset[str], gone: frozenset[str]) -> None:
        """What came back is no longer gone, and the other way round."""
        self._changed = (self._changed | changed) - gone
        self._gone = (self._gone | gone) - changed
        if self._changed or self._gone:
            self._news.set()

    def end(self, error: Exception | None = None) -> None:
        """After what is still unread: with an error, or quietly."""
        self._ended = error or StopAsyncIteration()
        self._news.set()
