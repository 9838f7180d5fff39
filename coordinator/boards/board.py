"""Snapshots and deltas of boards. A delta is a walk from the newest change back to `since`, for any board,
also one that nobody has watched until now."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from coordinator.boards.shape import LEAVING, PERSONS, Shape, shape_of
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
            entries[f"{section.table}/{record_key}"] = _show(section.table, record, key.view)
    return Cursor(state.epoch, state.position), entries


def delta(
    key: BoardKey, state: ScopeState, since: Cursor, at: datetime, shape: Shape | None = None
) -> DeltaView | None:
    """From `since` to where the state is; None where `since` is of another epoch or older than the tombstones."""
    if since.epoch != state.epoch or since.position > state.position:
        return None
    shape = shape or shape_of(key, state)
    changed: Entries = {}
    gone: list[str] = []
    for section in shape.sections:
        table = state.tables[section.table]
        if since.position < table.floor:
            return None
        for change in table.changes(since.position):
            if section.areas is not None and change.record.area not in section.areas:
                continue
            entry = f"{section.table}/{change.key}"
            belongs = section.belongs(change.record)
            if belongs and not change.gone:
                changed[entry] = _show(section.table, change.record, key.view)
            elif belongs or section.table in LEAVING:
                gone.append(entry)
    for row in state.rows.changes(since.position):
        entry_key = shape.rows.get(row.key)
        if entry_key is not None:
            changed[entry_key] = _row(state, row.key)
    return DeltaView(Cursor(state.epoch, state.position), at, changed, gone)


class Dirty(NamedTuple):
    """What changed behind a position: tables, and areas with all areas above them."""

    tables: frozenset[str]
    areas: frozenset[AreaCode]


def dirty(state: ScopeState, since: int) -> Dirty:
    """A walk over all changes, once for all boards of a scope."""
    tables: set[str] = set()
    areas: set[AreaCode] = set()
    for name, table in state.tables.items():
        change: Change[Any]
        for change in table.changes(since):
            tables.add(name)
            areas.add(change.record.area)
    for area in list(areas):
        areas.update(state.registers.areas.path(area) if area in state.registers.areas else ())
    return Dirty(frozenset(tables), frozenset(areas))
