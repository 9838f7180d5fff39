"""Tables of records by id, in columns: a province has 300,000 places and routines, and every process maps
them instead of holding them. A record is made when it is asked for; the table knows its fields, not what they
mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from itertools import accumulate, chain, pairwise
from typing import Final, Generic, TypeVar

import msgspec
import numpy as np

from coordinator.store.columns import Column, ColumnFile, TextColumn

Record = TypeVar("Record", bound=msgspec.Struct)
"""A record has an `id`, an `area`, and fields of text, whole numbers and tuples of text."""

TEXTS: Final = tuple[str, ...]


class _Numbers:
    def __init__(self, file: ColumnFile, name: str, count: int) -> None:
        self._values = file.array(name, np.int32, count)

    def __getitem__(self, row: int) -> int:
        return self._values.item(row)

    def decoded(self) -> list[int]:
        values: list[int] = self._values.tolist()
        return values


class _Words:
    """Text that repeats: an index into the values that occur."""

    def __init__(self, file: ColumnFile, name: str, count: int) -> None:
        self._values = file.text(f"{name}.values")
        self._index = file.indexes(name, np.uint32, count, into=len(self._values))

    def __getitem__(self, row: int) -> str:
        return self._values[self._index.item(row)]

    def decoded(self) -> list[str]:
        values = self._values.decoded()
        return [values[at] for at in self._index.tolist()]


class _Lists:
    """Several texts per row: words one after the other, and where each row's end."""

    def __init__(self, file: ColumnFile, name: str, count: int) -> None:
        self._ends = file.array(f"{name}.ends", np.uint32, count + 1)
        total = self._ends.item(count)
        self._words = _Words(file, name, total)
        file.indexes(f"{name}.ends", np.uint32, count + 1, into=total + 1)

    def __getitem__(self, row: int) -> tuple[str, ...]:
        return tuple(self._words[at] for at in range(self._ends.item(row), self._ends.item(row + 1)))

    def decoded(self) -> list[tuple[str, ...]]:
        words = self._words.decoded()
        return [tuple(words[start:end]) for start, end in pairwise(self._ends.tolist())]


Field = TextColumn | _Numbers | _Words | _Lists


class _Records(ValuesView[Record]):
    """All records in one pass, without looking each one up by its id."""

    def __init__(self, table: RecordTable[Record]) -> None:
        super().__init__(table)
        self._table = table

    def __iter__(self) -> Iterator[Record]:
        return self._table.records()


class RecordTable(Mapping[str, Record], Generic[Record]):
    """An opened table: a mapping from id to record that also answers by area."""

    def __init__(self, file: ColumnFile, name: str, record: type[Record]) -> None:
        self._record = record
        self._ids = file.text(f"{name}.id")
        count = len(self._ids)
        self._fields = [
            self._ids if field.name == "id" else _field(file, f"{name}.{field.name}", field.type, count)
            for field in msgspec.structs.fields(record)
        ]
        self._areas = file.text(f"{name}.area.values")
        self._starts = file.indexes(f"{name}.area.starts", np.uint32, len(self._areas) + 1, into=count + 1)
        self._rows = file.indexes(f"{name}.area.rows", np.uint32, count, into=count)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids.decoded())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._ids.find(key) >= 0

    def __getitem__(self, key: str) -> Record:
        row = self._ids.find(key)
        if row < 0:
            raise KeyError(key)
        return self._at(row)

    def values(self) -> ValuesView[Record]:
        return _Records(self)

    def records(self) -> Iterator[Record]:
        """All of them by id. A pass over a large table is for once, at a start; by area is for every day."""
        return (self._record(*row) for row in zip(*(field.decoded() for field in self._fields), strict=True))

    def in_area(self, area: str) -> Sequence[Record]:
        """What is registered for exactly this area, by id."""
        at = self._areas.find(area)
        if at < 0:
            return ()
        rows = self._rows[self._starts.item(at) : self._starts.item(at + 1)]
        return tuple(self._at(row) for row in rows.tolist())

    def _at(self, row: int) -> Record:
        return self._record(*(field[row] for field in self._fields))


def _field(file: ColumnFile, name: str, kind: object, count: int) -> Field:
    if kind is int:
        return _Numbers(file, name, count)
    if kind is str:
        return _Words(file, name, count)
    if kind == TEXTS:
        return _Lists(file, name, count)
    raise TypeError(f"{name}: no column for {kind}")


def record_columns(name: str, record: type[Record], records: Iterable[Record]) -> dict[str, Column]:
    """The columns of a table, rows by id. Raises `ValueError` when an id stands there twice."""
    by_id = sorted((msgspec.structs.asdict(row) for row in records), key=lambda row: str(row["id"]))
    ids = [row["id"] for row in by_id]
    if len(set(ids)) != len(ids):
        raise ValueError(f"{name}: an id stands there twice")
    columns: dict[str, Column] = {f"{name}.id": ids}
    for field in msgspec.structs.fields(record):
        key, values = f"{name}.{field.name}", [row[field.name] for row in by_id]
        if field.name == "id":
            continue
        if field.type is int:
            columns[key] = np.array(values, dtype="<i4")
        elif field.type is str:
            columns |= _words(key, values)
        elif field.type == TEXTS:
            columns[f"{key}.ends"] = np.array([0, *accumulate(map(len, values))], dtype="<u4")
            columns |= _words(key, list(chain.from_iterable(values)))
        else:
            raise TypeError(f"{key}: no column for {field.type}")
    return columns | _by_area(name, columns)


def _words(key: str, values: Sequence[str]) -> dict[str, Column]:
    words = sorted(set(values))
    index = {word: at for at, word in enumerate(words)}
    return {f"{key}.values": words, key: np.array([index[value] for value in values], dtype="<u4")}


def _by_area(name: str, columns: Mapping[str, Column]) -> dict[str, Column]:
    areas = np.asarray(columns[f"{name}.area"])
    rows = np.argsort(areas, kind="stable")
    starts = np.searchsorted(areas[rows], np.arange(len(columns[f"{name}.area.values"]) + 1))
    return {f"{name}.area.rows": rows.astype("<u4"), f"{name}.area.starts": starts.astype("<u4")}
