"""The shape of each kind of board: which records of which tables belong on it, as a rule on the record alone.

The same rule serves the snapshot and the delta, so that both show the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister
from coordinator.domain.scope import SCOPE_LEVELS, scope_of
from coordinator.domain.state import ScopeState
from coordinator.domain.table import Table
from coordinator.domain.targets import targets_of
from coordinator.wire.board import BoardKey, BoardKind, View

Belongs = Callable[[Any], bool]

PLACE_TABLES: Final = (
    "switches",
    "posts",
    "call_outs",
    "tasks",
    "facilities",
    "routines",
    "tallies",
    "hazards",
    "reports",
    "calls",
    "help_requests",
    "correctives",
)
"""What is listed record by record where people work: on the board of its own place."""

BELOW: Final = {
    BoardKind.TASKS: ("tasks",),
    BoardKind.PEOPLE: ("posts", "call_outs", "teams"),
    BoardKind.SITUATION: ("tallies", "hazards", "reports"),
    BoardKind.FACILITIES: ("facilities",),
    BoardKind.CORRECTIVES: ("correctives",),
}
"""Boards that list the records of an area and of all below it: a command post looks for the one that is late."""

DRILL_TABLES: Final = ("drills", "injects", "observations")

SHOWN: Final = (
    *PLACE_TABLES,
    *DRILL_TABLES,
    "concerns",
    "operations",
    "pending",
    "orders",
    "teams",
    "receipts",
    "standings",
    "rows",
)
"""Tables that some board shows."""

PERSONS: Final = frozenset({"call_outs"})


@dataclass(frozen=True, slots=True)
class Section:
    """Records of one table that belong on a board. `areas`: where to look for them; None: in the whole table."""

    table: str
    belongs: Belongs
    areas: frozenset[AreaCode] | None = None
    under: AreaCode = ""
    """All of them lie at or below this area; empty: anywhere."""
    leaves: Belongs | None = None
    """Which records may have stood here before they changed, though they still exist; None: none."""
    narrow: Callable[[Any], Any] | None = None
    """What of a record belongs here, where that is not all of it."""

    def shown(self, record: Any) -> Any:
        return self.narrow(record) if self.narrow is not None else record

    def had(self, record: Any) -> bool:
        """Whether a record that does not belong here may have done so."""
        return self.leaves is not None and self.leaves(record)

    def records(self, state: ScopeState) -> Iterable[tuple[str, Any]]:
        table: Table[Any] = state.tables[self.table]
        if self.areas is None:
            yield from ((key, record) for key, record in table.items() if self.belongs(record))
            return
        for area in self.areas:
            for key in table.keys_in(area):
                record = table[key]
                if self.belongs(record):
                    yield key, record


@dataclass(frozen=True, slots=True)
class Shape:
    """All sections of one board in one scope, and the areas whose rows it shows."""

    sections: tuple[Section, ...]
    rows: Mapping[AreaCode, str]
    """Area -> entry key of its row."""


def _always(record: Any) -> bool:
    return True


def _concerns(areas: AreaRegister, top: AreaCode, own: frozenset[AreaCode]) -> Section:
    """A concern stands on the board of its own place (a grid's on its community's), and on those above it as far
    as it was raised."""

    def belongs(record: Any) -> bool:
        return record.area in own or (
            areas.within(record.area, top) and areas.within(top, record.raised_to or top)
        )

    return Section("concerns", belongs, under=top, leaves=lambda record: areas.within(record.area, top))


def _concerned(areas: AreaRegister, top: AreaCode, record: Any) -> bool:
    """Whether an operation is one of this place: ordered for it, for all of it or for some of it."""
    return bool(targets_of(top, record.targets, areas))


def _running(areas: AreaRegister, top: AreaCode, record: Any) -> bool:
    return not record.closed and _concerned(areas, top, record)


def _own_targets(areas: AreaRegister, top: AreaCode, record: Any) -> Any:
    """An operation as this place may know it: not what was ordered for others."""
    return replace(record, targets=targets_of(top, record.targets, areas))


def _pending(areas: AreaRegister, top: AreaCode, record: Any) -> bool:
    """Asked for here or below. What an office above asks for is told when it is ordered, to whom it is ordered."""
    return areas.within(record.area, top)


def shape_of(key: BoardKey, state: ScopeState) -> Shape:
    """The board's shape in the scope of `state`. Raises `Refused`: `unknown_area`, `unknown_board`."""
    shape = _whole(key, state)
    if key.view is View.WALL:
        return Shape(tuple(one for one in shape.sections if one.table not in PERSONS), shape.rows)
    return shape


def _whole(key: BoardKey, state: ScopeState) -> Shape:
    areas = state.registers.areas
    match key.kind:
        case BoardKind.AREA:
            return _area(key, areas, state.scope)
        case (
            BoardKind.TASKS
            | BoardKind.PEOPLE
            | BoardKind.SITUATION
            | BoardKind.FACILITIES
            | BoardKind.CORRECTIVES
        ):
            return _below(key, areas)
        case BoardKind.ORDERS:
            path = frozenset(_path(areas, key.subject))
            return Shape((Section("orders", _always, path),), {})
        case BoardKind.OPERATION:
            return _operation(key, areas)
        case BoardKind.TEAM:
            return _team(key.subject, state)
        case BoardKind.RESPONDER:
            return Shape((Section("call_outs", lambda one: one.responder == key.subject),), {})
        case BoardKind.DRILL:
            _path(areas, key.subject)
            return Shape(tuple(Section(table, _always) for table in DRILL_TABLES), {})
        case BoardKind.UNIT:
            return Shape((Section("call_outs", lambda one: one.unit == key.subject),), {})


def _path(areas: AreaRegister, subject: AreaCode) -> tuple[AreaCode, ...]:
    if subject not in areas:
        raise Refused("unknown_area", area=subject)
    return areas.path(subject)


def _area(key: BoardKey, areas: AreaRegister, scope: AreaCode) -> Shape:
    top = key.subject
    _path(areas, top)
    if scope_of(areas, top) != scope:
        # a share in a higher area's board: the row of this scope, and what is urgent
        return Shape((_concerns(areas, top, frozenset()),), {scope: f"rows/{scope}"})
    children = areas.children(top)
    level = areas[top].level
    own = frozenset({top, *children} if level is AreaLevel.COMMUNITY else {top})
    sections = [Section(table, _always, own) for table in PLACE_TABLES]
    sections += [
        _concerns(areas, top, own),
        Section(
            "operations",
            partial(_running, areas, top),
            leaves=_always,
            narrow=partial(_own_targets, areas, top),
        ),
        Section("pending", partial(_pending, areas, top)),
        Section("teams", _always, frozenset({top})),
    ]
    rows = {child: f"rows/{child}" for child in children if areas[child].level not in SCOPE_LEVELS}
    return Shape(tuple(sections), {top: f"row/{top}", **rows})


def _below(key: BoardKey, areas: AreaRegister) -> Shape:
    top = key.subject
    _path(areas, top)

    def belongs(record: Any) -> bool:
        return areas.within(record.area, top)

    return Shape(tuple(Section(table, belongs, under=top) for table in BELOW[key.kind]), {})


def _operation(key: BoardKey, areas: AreaRegister) -> Shape:
    """All of it for the office that declared it and those above; a part of it for an office below."""
    id, part = key.operation
    if not part:
        sections = (
            Section("operations", lambda one: one.id == id),
            Section("pending", lambda one: one.operation == id),
            Section("switches", lambda one: one.operation == id),
            Section("receipts", lambda one: one.operation == id),
            Section("standings", lambda one: one.operation == id),
        )
        return Shape(sections, {})
    _path(areas, part)
    own = Section(
        "operations",
        lambda one: one.id == id and _concerned(areas, part, one),
        leaves=lambda one: one.id == id,
        narrow=partial(_own_targets, areas, part),
    )
    switches = Section(
        "switches", lambda one: one.operation == id and areas.within(one.area, part), under=part
    )
    return Shape((own, switches), {})


def _team(team: str, state: ScopeState) -> Shape:
    known = state.registers.organisation.teams.get(team)
    if known is None:
        raise Refused("unknown_board", board=f"team:{team}")
    there = frozenset({known.area})
    return Shape(
        (
            Section("teams", lambda one: one.id == team, there),
            Section("call_outs", lambda one: one.team == team, there, leaves=_always),
            Section("posts", lambda one: "shock_team" in one.may_fill, there, leaves=_always),
            Section("tasks", _always, there),
        ),
        {},
    )


def parts_within(top: AreaCode, areas: AreaRegister, scopes: Iterable[AreaCode]) -> list[AreaCode]:
    """Scopes that have records of an area and of those below it. Raises `Refused("unknown_area")`."""
    own = scope_of(areas, top)
    return [scope for scope in scopes if scope == own or areas.within(scope, top)]


def parts(key: BoardKey, areas: AreaRegister, scopes: Iterable[AreaCode]) -> list[str]:
    """Scopes that have a share in a board: its own; for an area above districts, those below it too, down to the last
    where it lists records; for orders, those above it, which give some; for what is not bound to one place (an
    operation, a person, a unit), every scope.
    """
    known = list(scopes)
    if key.kind in BELOW:
        found = parts_within(key.subject, areas, known)
        if scope_of(areas, key.subject) not in found:
            raise Refused("unknown_area", area=key.subject)
        return found
    if key.kind in (BoardKind.AREA, BoardKind.ORDERS):
        own = scope_of(areas, key.subject)
        if own not in known:
            raise Refused("unknown_area", area=key.subject)
        if key.kind is BoardKind.ORDERS:
            above = {scope_of(areas, place) for place in areas.path(key.subject)}
            return [scope for scope in known if scope in above]
        below = [scope for scope in known if areas.parent(scope) == key.subject]
        return [own, *below]
    return known
