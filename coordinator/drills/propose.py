"""A change of the playbook that a drill speaks for, as a diff for a person to accept. Pure; it changes no file.

Only what the log shows: a time that was not kept in more than one place of ten is proposed as long as nineteen of
twenty needed, with what was seen beside it. Heads that never came are named; how many are right, a person decides.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from coordinator.domain.area import AreaCode
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.switch_over import PlaceSwitched
from coordinator.drills.facts import Facts, Filling, Working
from coordinator.playbook.fields import duration
from coordinator.playbook.schema import Document
from coordinator.wire.receipts import quantiles

FEW: Final = 0.1
"""Share of places up to which a time that was not kept speaks for nothing."""
STEP: Final = 5
"""Minutes: what is proposed is a multiple."""


class Proposal(NamedTuple):
    """`by`: minutes to allow instead; None: they were not the matter, only heads were."""

    level: ResponseLevel
    key: str
    by: int | None
    seen: str
    """What the drill showed, as a comment for the file."""


def proposals(document: Document, log: Iterable[Recorded], registers: Registers) -> list[Proposal]:
    """In the order of the playbook's levels, each post and task once: where it stands last."""
    facts = Facts(registers)
    reached: set[ResponseLevel] = set()
    for recorded in log:
        facts.hear(recorded)
        if isinstance(recorded.event, PlaceSwitched) and recorded.event.level is not None:
            reached.add(recorded.event.level)
    posts: dict[str, dict[AreaCode, Filling]] = defaultdict(dict)
    for filling in facts.fillings:
        posts[filling.key][filling.area] = filling
    tasks: dict[str, dict[AreaCode, Working]] = defaultdict(dict)
    for task in facts.tasks.values():
        tasks[task.key][task.area] = task
    found: list[Proposal] = []
    for level in sorted(reached, key=lambda one: one.rank):
        measures = document.levels[level]
        higher = [document.levels[one] for one in reached if one.rank > level.rank]
        for post in measures.people:
            if not any(post.key == one.key for other in higher for one in other.people):
                found += _of_posts(level, post.key, post.by, posts.get(post.key, {}).values())
        for asked in measures.work.tasks:
            if not any(asked.key == one.key for other in higher for one in other.work.tasks):
                found += _of_tasks(level, asked.key, asked.by, tasks.get(asked.key, {}).values())
    return found


def patched(text: str, drill: str, found: Iterable[Proposal]) -> str:
    """The playbook's text with the changes in it, each under a comment that says what was seen.

    `drill`: how the drill is named there. What cannot be placed in the text is left out.
    """
    lines = text.splitlines(keepends=True)
    for one in found:
        start, end = _entry(lines, one.level, one.key)
        if start is None:
            continue
        if one.by is not None:
            lines[start:end] = _allow("".join(lines[start:end]), one.by).splitlines(keepends=True)
        indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        lines.insert(start, f"{indent}# {drill}: {one.seen}\n")
    return "".join(lines)


def diff_of(text: str, name: str, drill: str, found: Iterable[Proposal]) -> str:
    """`patched` as a unified diff; empty where the drill speaks for no change."""
    old, new = text.splitlines(keepends=True), patched(text, drill, found).splitlines(keepends=True)
    return "".join(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}"))


def _of_posts(level: ResponseLevel, key: str, by: int, fillings: Iterable[Filling]) -> Iterator[Proposal]:
    all_of = list(fillings)
    took = [one.filled - one.opened for one in all_of if one.filled is not None]
    missing = sum(max(0, one.heads - len(one.present)) for one in all_of if one.filled is None)
    yield from _proposed(level, key, by, took, len(all_of), missing)


def _of_tasks(level: ResponseLevel, key: str, by: int, tasks: Iterable[Working]) -> Iterator[Proposal]:
    all_of = list(tasks)
    took = [one.done - one.opened for one in all_of if one.done is not None]
    yield from _proposed(level, key, by, took, len(all_of), 0)


def _proposed(
    level: ResponseLevel, key: str, by: int, took: list[timedelta], places: int, missing: int
) -> Iterator[Proposal]:
    late = places - sum(one <= timedelta(minutes=by) for one in took)
    if late <= places * FEW:
        return
    times = quantiles([one.total_seconds() for one in took])
    needed = math.ceil(times.p95 / 60 / STEP) * STEP if times is not None else 0
    seen = f"{late} of {places} places not within {duration(by)}"
    if times is not None:
        seen += f", 19 of 20 that were done within {needed} min"
    if missing:
        seen += f"; {missing} heads never came: fewer heads, or more who may fill it?"
    yield Proposal(level, key, needed if needed > by else None, seen)


def _entry(lines: list[str], level: ResponseLevel, key: str) -> tuple[int | None, int]:
    """The lines of one entry, `- {key: KEY, …}`, of one level."""
    inside = False
    start: int | None = None
    for number, line in enumerate(lines):
        if heading := re.match(r"  (\w+):\s*$", line):
            inside = heading[1] == level.value
        if start is not None and not line.strip().startswith(_GOES_ON):
            return start, number
        if inside and re.match(rf"\s*- \{{key: {re.escape(key)},", line):
            start = number
            if line.rstrip().endswith("}"):
                return start, number + 1
        elif start is not None and line.rstrip().endswith("}") and line.count("}") > line.count("{"):
            return start, number + 1
    return start, len(lines)


_GOES_ON: Final = tuple("abcdefghijklmnopqrstuvwxyz-")
"""What a line of an entry begins with: its own dash, or the next of its fields."""


def _allow(entry: str, minutes: int) -> str:
    return re.sub(r"\bby: \w+", f"by: {duration(minutes)}", entry, count=1)
