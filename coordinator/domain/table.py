"""Tables of immutable records that remember when each one changed, and the overlay that a draft is made of.

Positions of change stand in the state itself, so that `changes(since)` is a walk from the newest back,
for a board that nobody has watched until now as well as for one that was watched all the time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from coordinator.domain.area import AreaCode


class Record(Protocol):
    """A record never moves from one area to another: its key holds what decides where it belongs."""

    @property
    def area(self) -> AreaCode: ...


R = TypeVar("R", bound=Record)


class Change(NamedTuple, Generic[R]):
    """One key that changed, with its record; where it is gone, with the last one there was."""

    key: str
    position: int
    record: R
    gone: bool


class Gone(NamedTuple, Generic[R]):
    """Tombstone: what was dropped, so that a board can tell whether it had it."""

    position: int
    record: R


Counted = Callable[[AreaCode, Mapping[str, int], int], None]
"""Adds (sign 1) or takes away (sign -1) what one record counts for its area."""


class Table(Generic[R]):
    """Records by key. `counts` says what a record adds to the row of its area (and of those above); `together`, what
    all records of one area add, where several of them are still one thing: a community in two operations."""

    def __init__(
        self,
        name: str,
        counts: Callable[[R], Mapping[str, int]] | None = None,
        together: Callable[[Sequence[R]], Mapping[str, int]] | None = None,
    ) -> None:
        self.name = name
        self.counts = counts
        self.together = together
        self.floor = 0
        """Positions up to here have lost their tombstones: a delta from below needs a snapshot."""
        self._records: dict[str, R] = {}
        self._changed: OrderedDict[str, int] = OrderedDict()
        self._gone: OrderedDict[str, Gone[R]] = OrderedDict()
        self._by_area: dict[AreaCode, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __getitem__(self, key: str) -> R:
        return self._records[key]

    def get(self, key: str) -> R | None:
        return self._records.get(key)

    def items(self) -> Iterable[tuple[str, R]]:
        return self._records.items()

    def values(self) -> Iterable[R]:
        return self._records.values()

    def keys_in(self, area: AreaCode) -> Iterable[str]:
        """Keys of the records of exactly this area, oldest first."""
        return self._by_area.get(area, {})

    def in_area(self, area: AreaCode) -> list[R]:
        """Records of exactly this area, oldest first."""
        return [self._records[key] for key in self._by_area.get(area, {})]

    def put(self, key: str, record: R, position: int, counted: Counted) -> None:
        old = self._records.get(key)
        self._count(record.area, old, record, counted)
        if old is None:
            self._gone.pop(key, None)
            self._by_area.setdefault(record.area, {})[key] = None
        elif old.area != record.area:
            raise ValueError(f"{self.name}/{key} moved from {old.area} to {record.area}")
        self._records[key] = record
        self._changed[key] = position
        self._changed.move_to_end(key)

    def drop(self, key: str, position: int, counted: Counted) -> None:
        old = self._records[key]
        self._count(old.area, old, None, counted)
        del self._records[key]
        del self._changed[key]
        self._gone[key] = Gone(position, old)
        self._gone.move_to_end(key)
        members = self._by_area[old.area]
        del members[key]
        if not members:
            del self._by_area[old.area]

    def _count(self, area: AreaCode, old: R | None, new: R | None, counted: Counted) -> None:
        """What one record counts from now on instead of before. To be called before the record is put or dropped."""
        if self.counts is not None:
            if old is not None:
                counted(area, self.counts(old), -1)
            if new is not None:
                counted(area, self.counts(new), 1)
        if self.together is not None:
            before = self.in_area(area)
            counted(area, self.together(before), -1)
            after = [one for one in before if one is not old]
            counted(area, self.together(after if new is None else [*after, new]), 1)

    def changes(self, since: int) -> Iterator[Change[R]]:
        """What changed behind `since`, newest first, records before tombstones."""
        for key in reversed(self._changed):
            position = self._changed[key]
            if position <= since:
                break
            yield Change(key, position, self._records[key], False)
        for key in reversed(self._gone):
            gone = self._gone[key]
            if gone.position <= since:
                break
            yield Change(key, gone.position, gone.record, True)

    def bury(self, up_to: int) -> None:
        """Cut tombstones up to a position and raise the floor to it."""
        while self._gone:
            key, gone = next(iter(self._gone.items()))
            if gone.position > up_to:
                break
            del self._gone[key]
        self.floor = max(self.floor, up_to)

    def positions(self) -> Mapping[str, int]:
        """Position of the last change by key, in order of change: what a snapshot keeps beside the records."""
        return self._changed

    def tombstones(self) -> Mapping[str, Gone[R]]:
        return self._gone

    def restore(
        self, rows: Iterable[tuple[str, R, int]], gone: Iterable[tuple[str, Gone[R]]], floor: int
    ) -> None:
        """Take over a snapshot's content, in order of change; the table must be empty. Counts nothing."""
        for key, record, position in rows:
            self._records[key] = record
            self._changed[key] = position
            self._by_area.setdefault(record.area, {})[key] = None
        self._gone.update(gone)
        self.floor = floor

    def overlay(self) -> Overlay[R]:
        return Overlay(self)


class Overlay(Table[R]):
    """A draft of a table: reads fall through to the base, writes stay here. The base is never touched."""

    def __init__(self, base: Table[R]) -> None:
        self.name = base.name
        self.counts = base.counts
        self.together = base.together
        self.floor = base.floor
        self._base = base
        self._new: dict[str, R | None] = {}

    def __len__(self) -> int:
        return sum(1 for _ in self.items())

    def __contains__(self, key: object) -> bool:
        if key in self._new:
            return self._new[key] is not None
        return key in self._base

    def __getitem__(self, key: str) -> R:
        record = self.get(key)
        if record is None:
            raise KeyError(key)
        return record

    def get(self, key: str) -> R | None:
        if key in self._new:
            return self._new[key]
        return self._base.get(key)

    def items(self) -> Iterable[tuple[str, R]]:
        for key, record in self._base.items():
            if key not in self._new:
                yield key, record
        for key, changed in self._new.items():
            if changed is not None:
                yield key, changed

    def values(self) -> Iterable[R]:
        return (record for _, record in self.items())

    def keys_in(self, area: AreaCode) -> Iterable[str]:
        kept = [key for key in self._base.keys_in(area) if self._new.get(key, ...) is not None]
        known = set(kept)
        fresh = [
            key
            for key, record in self._new.items()
            if record is not None and record.area == area and key not in known
        ]
        return kept + fresh

    def in_area(self, area: AreaCode) -> list[R]:
        return [self[key] for key in self.keys_in(area)]

    def put(self, key: str, record: R, position: int, counted: Counted) -> None:
        self._count(record.area, self.get(key), record, counted)
        self._new[key] = record

    def drop(self, key: str, position: int, counted: Counted) -> None:
        old = self[key]
        self._count(old.area, old, None, counted)
        self._new[key] = None

    def overlay(self) -> Overlay[R]:
        raise TypeError("a draft of a draft has no use")
