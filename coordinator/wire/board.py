"""A board as a client keeps it: entries by key, one cursor per part, changed by snapshots and deltas.

The same code runs in the SDK and in the tests of the law that a board kept by deltas equals one fetched afresh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from coordinator.domain.mode import Mode

JsonObject = dict[str, Any]
Entries = dict[str, JsonObject]
"""`section/key` -> what is shown."""


class BoardKind(StrEnum):
    AREA = "area"
    ORDERS = "orders"
    TEAM = "team"
    RESPONDER = "responder"
    UNIT = "unit"
    OPERATION = "operation"
    TASKS = "tasks"
    """Record by record, everything at and below an area; so for the four that follow."""
    PEOPLE = "people"
    SITUATION = "situation"
    FACILITIES = "facilities"
    CORRECTIVES = "correctives"
    DRILL = "drill"
    """Of exercise control and observers: its subject is the root of the tree."""


class View(StrEnum):
    """Closed set: a changed role is another board, not a filter."""

    FULL = "full"
    MASKED = "masked"
    """Persons without their ids."""
    WALL = "wall"
    """No persons at all: for a screen on a wall."""


class BoardKey(NamedTuple):
    """Written `KIND:SUBJECT`, with `@VIEW` behind where it is not the full one.

    An operation's subject is its id, or `ID@AREA`: what of it concerns that part of the tree, and nothing else.
    """

    kind: BoardKind
    subject: str
    view: View = View.FULL

    @classmethod
    def parse(cls, text: str) -> BoardKey:
        """Raises `ValueError` for anything that is not a board's key."""
        kind, colon, rest = text.partition(":")
        subject, _, view = rest.rpartition("@")
        known = {one.value for one in View}
        key = (
            cls(BoardKind(kind), subject, View(view))
            if view in known and subject
            else cls(BoardKind(kind), rest)
        )
        if not colon or not key.subject or len(text) > 200:
            raise ValueError(f"no board is called {text[:60]!r}")
        return key

    @property
    def operation(self) -> tuple[str, str]:
        """Of an operation's board: which one, and the part of the tree it shows; empty: all of it."""
        id, _, part = self.subject.partition("@")
        return id, part

    def __str__(self) -> str:
        tail = "" if self.view is View.FULL else f"@{self.view.value}"
        return f"{self.kind.value}:{self.subject}{tail}"


class Cursor(NamedTuple):
    """Where one part of a board stands. An offset without its epoch would lie after a lost range."""

    epoch: int
    position: int


START: Final = Cursor(0, 0)


class OutOfStep(Exception):
    """A delta does not begin where the board stands: ask for a resync. Nothing was changed."""


@dataclass(slots=True)
class Part:
    cursor: Cursor
    entries: Entries = field(default_factory=dict)
    at: datetime | None = None
    """The world's time at the cursor: 数据截至."""


@dataclass(slots=True)
class Board:
    """One board: a part for every scope that has a share in it."""

    key: str
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def cursor(self) -> dict[str, Cursor]:
        return {scope: part.cursor for scope, part in self.parts.items()}

    @property
    def entries(self) -> Entries:
        """All parts together; an entry stands in one part only."""
        merged: Entries = {}
        for part in self.parts.values():
            merged.update(part.entries)
        return merged

    def section(self, name: str) -> dict[str, JsonObject]:
        """Entries of one section by their key within it."""
        head = name + "/"
        return {
            key[len(head) :]: entry
            for part in self.parts.values()
            for key, entry in part.entries.items()
            if key.startswith(head)
        }

    def snapshot(self, part: str, cursor: Cursor, entries: Entries, at: datetime | None = None) -> None:
        """A fresh start of one part. Never runs backwards within an epoch."""
        old = self.parts.get(part)
        if old is not None and old.cursor.epoch == cursor.epoch and cursor.position < old.cursor.position:
            return
        self.parts[part] = Part(cursor, dict(entries), at)

    def delta(
        self,
        part: str,
        since: Cursor,
        cursor: Cursor,
        changed: Mapping[str, JsonObject],
        gone: list[str],
        at: datetime | None = None,
    ) -> None:
        """Bring one part from `since` to `cursor`. What it has already seen changes nothing.

        Raises `OutOfStep` when `since` is ahead of the board or of another epoch.
        """
        own = self.parts.get(part)
        if own is None or own.cursor.epoch != since.epoch or own.cursor.position < since.position:
            raise OutOfStep(f"{self.key}: delta from {since} on a board at {own.cursor if own else None}")
        if cursor.position <= own.cursor.position:
            return
        for key in gone:
            own.entries.pop(key, None)
        own.entries.update(changed)
        own.cursor = cursor
        own.at = at or own.at


def total(rows: Mapping[str, JsonObject]) -> dict[str, int]:
    """Sums over rows of one depth; totals are folded on both sides and never sent."""
    sums: dict[str, int] = {}
    for row in rows.values():
        for name, number in row.get("counts", {}).items():
            sums[name] = sums.get(name, 0) + number
    return sums


def mode_of(counts: Mapping[str, int]) -> Mode:
    """What a higher area shows: the highest mode of the communities below it."""
    for mode in (Mode.EMERGENCY, Mode.ACTIVATING, Mode.STANDING_DOWN):
        if counts.get(f"mode.{mode.value}"):
            return mode
    return Mode.NORMAL


def level_of(counts: Mapping[str, int]) -> str:
    """The highest response level below; empty where there is none."""
    return next((level for level in ("I", "II", "III", "IV") if counts.get(f"level.{level}")), "")
