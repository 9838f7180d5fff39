"""What one entry of a playbook says about another: replaced and depended-on keys, cycles, scopes, words.

Works on the plain values, not on the model, so that a file with one wrong value is still checked whole; what
is malformed is passed over here, the schema has already said so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from math import ceil
from typing import Final

import msgspec

from coordinator.domain.mode import ResponseLevel
from coordinator.domain.text import Text
from coordinator.playbook import bounds, vocabulary
from coordinator.playbook.expression import ExpressionError, parse
from coordinator.playbook.fields import MAX_ENTRIES
from coordinator.playbook.finding import MAX_FINDINGS, Finding, nearest
from coordinator.playbook.layers import Layers
from coordinator.playbook.source import Path, Plain, Source

PARTS: Final[Mapping[str, Path]] = {
    "posts": ("people",),
    "tasks": ("work", "tasks"),
    "tallies": ("information", "tallies"),
}
"""The lists whose entries have a key and may replace one of a lower level."""


class Entry(msgspec.Struct, frozen=True):
    """One post, task or tally as far as it can be read."""

    path: Path
    level: ResponseLevel | None
    key: str
    fields: Mapping[str, Plain]

    def word(self, name: str) -> str:
        return _text(self.fields.get(name))

    @property
    def scope(self) -> str:
        return self.word("scope")


def cross_checks(source: Source) -> list[Finding]:
    """Disagreements inside one playbook, each once, though it may hold at several levels."""
    return list(dict.fromkeys(islice(_Checks(source).run(), MAX_FINDINGS)))


class _Checks:
    def __init__(self, source: Source) -> None:
        self._source = source

    def run(self) -> Iterator[Finding]:
        layers = {part: Layers[Entry]() for part in PARTS}
        kinds: dict[str, Entry] = {}
        for level in ResponseLevel:
            for part, standing in layers.items():
                entries = list(self._list(("levels", level.name, *PARTS[part]), level))
                yield from self._twice(entries, "key")
                yield from self._replace(entries, standing)
                yield from self._expressions(part, entries)
            yield from self._conversions(level, kinds)
            yield from self._dependencies(layers["tasks"])
            yield from self._evidence(level, layers["tasks"], layers["posts"], kinds)
            yield from self._words_of(level)
            yield from self._twice(list(self._list(("levels", level.name, "stand_down"), level)), "key")
        yield from self._twice(list(self._list(("safety",), None)), "key")
        recovery = list(self._list(("recovery",), None))
        yield from self._twice(recovery, "key")
        yield from self._expressions("tasks", recovery)
        restored = Layers[Entry]()
        restored.add((entry.key, "", entry) for entry in recovery)
        yield from self._dependencies(restored)

    # reading

    def _list(self, path: Path, level: ResponseLevel | None, key: str = "key") -> Iterator[Entry]:
        for index, item in enumerate(_sequence(self._source.value(path))):
            fields = _mapping(item)
            if _text(fields.get(key)):
                yield Entry((*path, index), level, _text(fields.get(key)), fields)

    def _at(self, code: str, path: Path, /, **facts: str) -> Finding:
        return self._source.find(code, self._source.place(path), **facts)

    def _near(self, code: str, path: Path, wrong: str, known: Iterable[str], /, **facts: str) -> Finding:
        near = nearest(wrong, known)
        return self._at(code, path, near_zh=near.zh, near_en=near.en, **facts)

    # keys

    def _twice(self, entries: list[Entry], name: str) -> Iterator[Finding]:
        first: dict[str, Entry] = {}
        for entry in entries:
            if entry.key in first:
                line = str(self._source.place((*first[entry.key].path, name)).line)
                yield self._at("duplicate_entry", (*entry.path, name), key=entry.key, line=line)
            first.setdefault(entry.key, entry)

    def _replace(self, entries: list[Entry], layers: Layers[Entry]) -> Iterator[Finding]:
        lower = dict(layers.standing)
        replaced = {entry.word("replaces") for entry in entries}
        for entry in entries:
            wanted, already = entry.word("replaces"), lower.get(entry.key)
            if wanted and wanted not in lower:
                yield self._near("unknown_replaced", (*entry.path, "replaces"), wanted, lower, key=wanted)
            if already is not None and already.level is not None and entry.key not in replaced:
                yield self._at(
                    "needs_replaces", (*entry.path, "key"), key=entry.key, level=already.level.name
                )
        layers.add((entry.key, entry.word("replaces"), entry) for entry in entries)

    # tasks

    def _evidence(
        self,
        level: ResponseLevel,
        tasks: Layers[Entry],
        posts: Layers[Entry],
        kinds: Mapping[str, Entry],
    ) -> Iterator[Finding]:
        for entry in tasks.standing.values():
            if entry.level is not level:
                continue
            evidence = _mapping(entry.fields.get("evidence"))
            path = (*entry.path, "evidence")
            post, facility = _text(evidence.get("post")), _text(evidence.get("facility"))
            within = {entry.scope, *_below(entry.scope)}
            known = [key for key, other in posts.standing.items() if other.scope in within]
            if post and post not in known:
                what = Text("本区域或其下的岗位", "post of this scope or below")
                yield self._word((*path, "post"), post, known, what)
            here = [kind for kind, other in kinds.items() if other.scope == entry.scope]
            if facility and facility not in here:
                what = Text("本级或以下、同范围转换的阵地", "facility of the same scope, converted by now,")
                yield self._word((*path, "facility"), facility, here, what)

    def _dependencies(self, tasks: Layers[Entry]) -> Iterator[Finding]:
        for entry in tasks.standing.values():
            for index, wanted in enumerate(_sequence(entry.fields.get("depends"))):
                path, key = (*entry.path, "depends", index), _text(wanted)
                other = tasks.get(key)
                if key and other is None:
                    yield self._near("unknown_dependency", path, key, tasks.standing, key=key)
                elif other is not None and other.scope in _below(entry.scope):
                    facts = {"key": key, "scope": other.scope, "own": entry.scope}
                    yield self._at("dependency_below", path, **facts)
        for trail in _cycles(tasks):
            closing = (*tasks.standing[trail[-1]].path, "depends")
            yield self._at("cycle", closing, trail=" → ".join((*trail, trail[0])))

    # conversions

    def _conversions(self, level: ResponseLevel, kinds: dict[str, Entry]) -> Iterator[Finding]:
        entries = list(self._list(("levels", level.name, "facilities"), level, key="kind"))
        yield from self._twice(entries, "kind")
        known = {*vocabulary.FACILITIES, *_mapping(self._source.value(("words", "facilities")))}
        for entry in entries:
            lower = kinds.get(entry.key)
            if lower is not None and lower.level is not None and lower.scope != entry.scope:
                facts = {"key": entry.key, "level": lower.level.name, "scope": lower.scope}
                yield self._at("scope_changes", (*entry.path, "scope"), **facts)
            if entry.key not in known:
                yield self._word(
                    (*entry.path, "kind"), entry.key, known, Text("阵地种类", "kind of facility")
                )
        kinds.update((entry.key, entry) for entry in entries)

    # words

    def _words_of(self, level: ResponseLevel) -> Iterator[Finding]:
        own = _mapping(self._source.value(("words", "skills")))
        for entry in self._list(("levels", level.name, "people"), level):
            known = {*vocabulary.SKILLS, *own}
            yield from self._listed((*entry.path, "skills"), known, Text("技能", "skill"))
        base: Path = ("levels", level.name)
        routine, channel = Text("日常工作", "routine work"), Text("通知方式", "way of telling people")
        yield from self._listed((*base, "work", "suspends"), vocabulary.ROUTINES, routine)
        for name in ("channels", "inside_cordon"):
            yield from self._listed((*base, "information", name), vocabulary.CHANNELS, channel)

    def _listed(self, path: Path, known: Collection[str], what: Text) -> Iterator[Finding]:
        for index, item in enumerate(_sequence(self._source.value(path))):
            word = _text(item)
            if word and word not in known:
                yield self._word((*path, index), word, known, what)

    def _word(self, path: Path, word: str, known: Iterable[str], what: Text) -> Finding:
        return self._near("unknown_word", path, word, known, word=word, what_zh=what.zh, what_en=what.en)

    # expressions

    def _expressions(self, part: str, entries: list[Entry]) -> Iterator[Finding]:
        for entry in entries:
            scope = "grid" if part == "tallies" else entry.scope
            known = {each.value: names for each, names in vocabulary.ATTRIBUTES_OF.items()}.get(scope)
            if known is None:
                continue
            total = _mapping(entry.fields.get("evidence")).get("total")
            yield from self._expression((*entry.path, "heads"), entry.fields.get("heads"), known)
            yield from self._expression((*entry.path, "total"), entry.fields.get("total"), known)
            yield from self._expression((*entry.path, "evidence", "total"), total, known)

    def _expression(self, path: Path, value: Plain, known: Collection[str]) -> Iterator[Finding]:
        if value is None or isinstance(value, bool | list | dict):
            return
        try:
            expression = parse(str(value))
        except ExpressionError:
            return  # the schema has said so
        try:
            most = ceil(bounds.check(expression, known)[1])
        except ExpressionError as wrong:
            near = nearest(wrong.facts.get("name", ""), known)
            facts = {**wrong.facts, "near_zh": near.zh, "near_en": near.en}
            place = self._source.inside(path, wrong.offset)
            yield self._source.find(f"expression_{wrong.code}", place, **facts)
            return
        crew = (*path[:-1], "crew_min")
        wanted = self._source.value(crew)
        if path[-1] == "heads" and isinstance(wanted, int) and wanted > most:
            yield self._at("crew_never_full", crew, crew=str(wanted), most=str(most))


def _cycles(tasks: Layers[Entry]) -> Iterator[list[str]]:
    """Each way of waiting that comes back to its start. Every task is walked once, without recursion."""
    done: set[str] = set()
    for start in tasks.standing:
        trail, ways = [start], [_waits_for(start, tasks)]
        while trail:
            key = next(ways[-1], None)
            if key is None:
                done.add(trail.pop())
                ways.pop()
            elif key in trail:
                yield trail[trail.index(key) :]
            elif key not in done:
                trail.append(key)
                ways.append(_waits_for(key, tasks))


def _waits_for(key: str, tasks: Layers[Entry]) -> Iterator[str]:
    wanted = _sequence(tasks.standing[key].fields.get("depends"))
    keys = (tasks.current(_text(each)) for each in wanted)
    return (each for each in keys if each in tasks.standing)


def _below(scope: str) -> tuple[str, ...]:
    scopes = tuple(each.value for each in vocabulary.SCOPES)
    return scopes[: scopes.index(scope)] if scope in scopes else ()


def _mapping(value: Plain) -> Mapping[str, Plain]:
    return value if isinstance(value, dict) else {}


def _sequence(value: Plain) -> list[Plain]:
    return value[:MAX_ENTRIES] if isinstance(value, list) else []


def _text(value: Plain) -> str:
    return value if isinstance(value, str) else ""
