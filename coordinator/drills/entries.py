"""A script's injects and expectations as far as they can be read, for checks that go on where one value is wrong.

What is malformed reads as nothing: the schema has said so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from pydantic import TypeAdapter, ValidationError

from coordinator.playbook.fields import MAX_ENTRIES, Duration
from coordinator.playbook.source import Path, Plain, Source

_DURATION: TypeAdapter[int] = TypeAdapter(Duration)


class Entry(msgspec.Struct, frozen=True):
    """One mapping with a key."""

    path: Path
    key: str
    fields: Mapping[str, Plain]

    def word(self, name: str) -> str:
        return text(self.fields.get(name))

    def words(self, name: str) -> list[tuple[Path, str]]:
        """The texts of a list, each with its place."""
        return [
            ((*self.path, name, index), text(item))
            for index, item in enumerate(sequence(self.fields.get(name)))
            if text(item)
        ]

    def minutes(self, name: str) -> int | None:
        return minutes(self.fields.get(name))


class Expected(msgspec.Struct, frozen=True):
    """An expectation and the inject it stands under."""

    entry: Entry
    inject: Entry


def entries(source: Source, path: Path) -> Iterator[Entry]:
    for index, item in enumerate(sequence(source.value(path))):
        fields = mapping(item)
        if text(fields.get("key")):
            yield Entry((*path, index), text(fields.get("key")), fields)


def injects(source: Source) -> list[Entry]:
    return list(entries(source, ("injects",)))


def expected(source: Source) -> list[Expected]:
    return [
        Expected(entry, inject)
        for inject in injects(source)
        for entry in entries(source, (*inject.path, "expects"))
    ]


def text(value: Plain) -> str:
    return value if isinstance(value, str) else ""


def mapping(value: Plain) -> Mapping[str, Plain]:
    return value if isinstance(value, dict) else {}


def sequence(value: Plain) -> list[Plain]:
    return value[:MAX_ENTRIES] if isinstance(value, list) else []


def minutes(value: Plain) -> int | None:
    try:
        return _DURATION.validate_python(value)
    except ValidationError:
        return None
