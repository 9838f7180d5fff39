"""Read YAML 1.2 into plain values and remember the line and column of every key and value.

Refuses what a playbook never needs and an attacker does: aliases, anchors, tags, repeated keys, depth, bulk.
Knows YAML only, nothing of playbooks or drill scripts; the words for what is wrong are handed in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from coordinator.playbook.finding import SENTENCES, Finding, Sentences, told

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 16
MAX_NODES: Final = 20_000
"""Ten times a full playbook, counting each key, value and end; read in half a second."""

Path = tuple[str | int, ...]
"""From the top of the document: keys of mappings and indices of sequences."""

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Final[dict[str, Plain]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Place(msgspec.Struct, frozen=True):
    """Counted from 1, as editors do. `quoted` shifts what is inside by one column."""

    line: int
    column: int
    quoted: bool = False


class Source(msgspec.Struct, frozen=True):
    """A file as read. `spoiled` are paths already found wrong: what follows from them is not said again."""

    file: str
    data: Plain
    values: dict[Path, Place]
    keys: dict[Path, Place]
    findings: list[Finding]
    spoiled: set[Path]
    sentences: Sentences = msgspec.field(default_factory=lambda: SENTENCES)

    def place(self, path: Path) -> Place:
        """Of a value; of the nearest thing around it where it does not exist."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))

    def value(self, path: Path) -> Plain:
        """What stands at a path; nothing where it does not exist."""
        value: Plain = self.data
        for step in path:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def inside(self, path: Path, offset: int) -> Place:
        """Of one character of a value that stands on one line."""
        place = self.place(path)
        return Place(place.line, place.column + offset + place.quoted)

    def key_place(self, path: Path) -> Place:
        return self.keys.get(path) or self.place(path)

    def find(self, code: str, place: Place, /, **facts: str) -> Finding:
        return told(self.sentences, code, self.file, place.line, place.column, **facts)

    def is_spoiled(self, path: Path) -> bool:
        return any(path[:length] in self.spoiled for length in range(len(path) + 1))


def read_source(text: bytes, file: str, sentences: Sentences = SENTENCES) -> Source:
    """Never raises for what the file contains: all that is wrong stands in `findings`."""
    source = Source(file, None, {}, {}, [], set(), sentences)
    if len(text) > MAX_BYTES:
        return _unreadable(source, source.find("too_large", Place(1, 1), most=str(MAX_BYTES // 1024)))
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return _unreadable(source, source.find("not_utf8", Place(text.count(b"\n", 0, wrong.start) + 1, 1)))
    builder = _Builder(source)
    try:
        for event in _events(decoded):
            builder.take(event)
    except _TooMuch as bomb:
        return _unreadable(source, source.find(bomb.code, bomb.place, most=str(bomb.most)))
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        return _unreadable(source, source.find("yaml", place, problem=str(wrong.problem)))
    except ReaderError as wrong:
        line = decoded.count("\n", 0, wrong.position) + 1
        place = Place(line, wrong.position - decoded.rfind("\n", 0, wrong.position))
        return _unreadable(source, source.find("yaml", place, problem=str(wrong.reason)))
    except (YAMLError, YAMLStreamError) as wrong:
        return _unreadable(source, source.find("yaml", Place(1, 1), problem=str(wrong)))
    return msgspec.structs.replace(source, data=builder.root)


def _unreadable(source: Source, last: Finding) -> Source:
    source.findings.append(last)
    source.spoiled.add(())
    return source


def _events(text: str) -> Iterator[Event]:
    """Event by event, so that a bomb is noticed before it is built."""
    yield from YAML(typ="safe", pure=True).parse(text)


class _TooMuch(Exception):
    """Reading stops here."""

    def __init__(self, code: str, place: Place, most: int) -> None:
        super().__init__(code)
        self.code, self.place, self.most = code, place, most


class _Open(msgspec.Struct):
    """A mapping or sequence that is not closed yet; `key` is the mapping's key that waits for its value."""

    path: Path
    into: dict[str, Plain] | list[Plain]
    key: str | None = None


class _Builder:
    """Takes events and builds plain values without recursion."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: list[_Open] = []
        self._documents = 0
        self._nodes = 0
        self.root: Plain = None

    def take(self, event: Event) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _TooMuch("too_many_values", _place(event), MAX_NODES)
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents == 2:
                    self._find("several_documents", _place(event))
            case _ if self._documents > 1:
                return  # only the first document is read
            case MappingEndEvent() | SequenceEndEvent():
                self._open.pop()
            case MappingStartEvent():
                self._start(event, {})
            case SequenceStartEvent():
                self._start(event, [])
            case ScalarEvent():
                self._scalar(event)
            case AliasEvent():
                path = self._put(event, None)
                self._spoil("alias", event, path, name=str(event.anchor))
            case _:
                return  # start and end of stream and document

    def _start(self, event: NodeEvent, into: dict[str, Plain] | list[Plain]) -> None:
        if len(self._open) == MAX_DEPTH:
            raise _TooMuch("nested_too_deep", _place(event), MAX_DEPTH)
        self._open.append(_Open(self._put(event, into), into))

    def _scalar(self, event: ScalarEvent) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.into, dict) and top.key is None:
            self._key(event, top, top.into)
            return
        if not _is_text(event.value):
            self._spoil("not_text", event, self._put(event, None))
            return
        self._put(event, event.value if event.style else _plain(event.value))

    def _key(self, event: ScalarEvent, top: _Open, into: dict[str, Plain]) -> None:
        key = str(event.value)
        path = (*top.path, key)
        if not _is_text(key):
            top.key = "?"
            self._spoil("not_text", event, (*top.path, "?"))
            return
        if key in into:
            first = self._source.keys[path]
            self._find("duplicate_key", _place(event), key=key, line=str(first.line))
        self._source.keys.setdefault(path, _place(event))
        self._refuse_decoration(event, path)
        top.key = key

    def _put(self, event: NodeEvent, value: Plain) -> Path:
        """Put a value where it belongs and say under which path it stands."""
        path: Path = ()
        if not self._open:
            self.root = value
        else:
            top = self._open[-1]
            if isinstance(top.into, list):
                path = (*top.path, len(top.into))
                top.into.append(value)
            elif top.key is None:  # a mapping, a list or an alias as key
                path = (*top.path, "?")
                self._spoil("key_not_text", event, path)
                top.key = "?"
                return path
            else:
                path = (*top.path, top.key)
                top.into.setdefault(top.key, value)
                top.key = None
        self._source.values.setdefault(path, _place(event))
        self._refuse_decoration(event, path)
        return path

    def _refuse_decoration(self, event: NodeEvent, path: Path) -> None:
        if isinstance(event, AliasEvent):
            return
        if event.anchor is not None:
            self._find("anchor", _place(event), name=str(event.anchor))
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) != "!":
            self._spoil("tag", event, path, name=str(tag))

    def _spoil(self, code: str, event: NodeEvent, path: Path, /, **facts: str) -> None:
        self._find(code, _place(event), **facts)
        self._source.spoiled.add(path)

    def _find(self, code: str, place: Place, /, **facts: str) -> None:
        self._source.findings.append(self._source.find(code, place, **facts))


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1, getattr(event, "style", None) in ('"', "'"))


def _is_text(value: str) -> bool:
    """A lone half of a surrogate pair can be written in quotes but is no character."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _plain(value: str) -> Plain:
    """The core schema of YAML 1.2, less infinity, octal and hexadecimal: those stay text."""
    if value in _WORDS:
        return _WORDS[value]
    if _INTEGER.fullmatch(value):
        return int(value)
    if _FLOAT.fullmatch(value) and math.isfinite(float(value)):
        return float(value)
    return value
