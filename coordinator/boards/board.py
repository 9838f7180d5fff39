"""Snapshots and deltas of boards. A delta is a walk from the newest change back to `since`, for any board,
also one that nobody has watched until now."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from coordinator.boards.shape import PERSONS, SHOWN, Section, Shape, shape_of
from coordinator.domain.area import AreaCode
from coordinator.domain.state import ScopeState
from coordinator.domain.table import Change
from coordinator.wire.board import BoardKey, Cursor, Entries, JsonObject, View


class DeltaView(NamedTuple):
    """What brings a board from `since` to `cursor`."""

    cursor: Cursor
    at: datetime
    changed: Entries
    gone: list[str]


def _entry(table: str, key: str, view: View) -> str:
    """An entry's key on the board. A call-out's own key names its person."""
    if view is View.MASKED and table in PERSONS:
        key = hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
    return f"{table}/{key}"


def _show(table: str, record: Any, view: View) -> JsonObject:
    shown: JsonObject = msgspec.to_builtins(record)
    if view is View.MASKED and table in PERSONS:
        shown.pop("responder", None)
        shown["id"] = ""
    return shown


def _row(state: ScopeState, area: AreaCode) -> JsonObject:
    """Name and counts of an area; one that nothing has happened in yet has its register entry to show."""
    known = state.registers.areas[area]
    row = state.rows.get(area)
    shown: JsonObject = {
        "area": area,
        "name": known.name,
        "level": known.level.value,
        "type": known.type,
        "counts": dict(row.counts) if row else {},
    }
    if row is not None and row.contact is not None:
        shown["contact"] = msgspec.to_builtins(row.contact)
    return shown


def snapshot(key: BoardKey, state: ScopeState, shape: Shape | None = None) -> tuple[Cursor, Entries]:
    """One part of a board, whole. Raises `Refused`: `unknown_area`, `unknown_board`.

    `shape`: that of the board, for who has it already; it never changes while the registers are the same.
    """
    shape = shape or shape_of(key, state)
    entries: Entries = {entry: _row(state, area) for area, entry in shape.rows.items()}
    for section in shape.sections:
        for record_key, record in section.records(state):
            entries[_entry(section.table, record_key, key.view)] = _show(
                section.table, section.shown(record), key.view
            )
    return Cursor(state.epoch, state.position), entries


@dataclass(frozen=True, slots=True)
class Window:
    """All changes of a scope behind a position, looked up once for all of its boards."""

    since: int
    floor: int
    """Older than this, tombstones are missing."""
    changes: Mapping[str, Mapping[AreaCode, list[Change[Any]]]]
    """Table -> area -> changes, newest first."""
    areas: frozenset[AreaCode]
    """Where something changed, and all areas above."""


def window(state: ScopeState, since: int) -> Window:
    changes: dict[str, dict[AreaCode, list[Change[Any]]]] = {}
    areas: set[AreaCode] = set()
    floor = 0
    for name in SHOWN:
        table = state.tables[name]
        floor = max(floor, table.floor)
        found: dict[AreaCode, list[Change[Any]]] = defaultdict(list)
        for change in table.changes(since):
            found[change.record.area].append(change)
        if found:
            changes[name] = dict(found)
            areas.update(found)
    for area in list(areas):
        areas.update(state.registers.areas.path(area) if area in state.registers.areas else ())
    return Window(since, floor, changes, frozenset(areas))


def touched(shape: Shape, seen: Window) -> bool:
    """Whether these changes can concern a board; rather one too many than one too few."""
    if seen.since < seen.floor:
        return True  # what is gone can no longer be told: only a snapshot says it
    for section in shape.sections:
        changed = seen.changes.get(section.table)
        if not changed:
            continue
        if section.areas is not None:
            if not section.areas.isdisjoint(changed):
                return True
        elif not section.under or section.under in seen.areas:
            return True
    return any(area in shape.rows for area in seen.changes.get("rows", ()))


def delta(
    key: BoardKey,
    state: ScopeState,
    since: Cursor,
    at: datetime,
    shape: Shape | None = None,
    seen: Window | None = None,
) -> DeltaView | None:
    """From `since` to where the state is; None where `since` is of another epoch or older than the tombstones.

    `seen`: the window behind `since`, for who has it already.
    """
    if since.epoch != state.epoch or since.position > state.position:
        return None
    shape = shape or shape_of(key, state)
    seen = seen or window(state, since.position)
    if since.position < seen.floor:
        return None
    changed: Entries = {}
    gone: list[str] = []
    for section in shape.sections:
        for change in _of(section, seen):
            entry = _entry(section.table, change.key, key.view)
            belongs = section.belongs(change.record)
            if belongs and not change.gone:
                changed[entry] = _show(section.table, section.shown(change.record), key.view)
            elif belongs or section.had(change.record):
                gone.append(entry)
    for area in seen.changes.get("rows", ()):
        row = shape.rows.get(area)
        if row is not None:
            changed[row] = _row(state, area)
    return DeltaView(Cursor(state.epoch, state.position), at, changed, gone)


def _of(section: Section, seen: Window) -> Iterator[Change[Any]]:
    by_area = seen.changes.get(section.table, {})
    for area in by_area if section.areas is None else section.areas & by_area.keys():
        yield from by_area[area]
