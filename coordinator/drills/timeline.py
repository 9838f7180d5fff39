"""When each inject can happen at the earliest, in minutes of the drill: what checks and the reader's table rest on.

A conditional inject is reckoned from its cause, and an expectation as met at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from coordinator.drills.entries import Entry, Expected


class Timeline(NamedTuple):
    """Earliest minute by inject key, and the trails of injects that wait for themselves."""

    at: Mapping[str, int]
    cycles: list[list[str]]


def timeline(injects: list[Entry], expects: list[Expected]) -> Timeline:
    by_key = {one.key: one for one in injects}
    stands_under = {one.entry.key: one.inject.key for one in expects}
    at: dict[str, int] = {}
    cycles: list[list[str]] = []
    for start in by_key:
        trail: list[str] = []
        key = start
        while key in by_key and key not in at and key not in trail:
            trail.append(key)
            key = cause(by_key[key], stands_under)
        if key in trail:
            found = trail[trail.index(key) :]
            if not any(set(found) == set(known) for known in cycles):
                cycles.append(found)
            continue
        for one in reversed(trail):
            entry = by_key[one]
            given = entry.minutes("at")
            before = at.get(cause(entry, stands_under))
            if given is not None:
                at[one] = given + (entry.minutes("delay") or 0)
            elif before is not None:
                at[one] = before + (entry.minutes("delay") or 0)
    return Timeline(at, cycles)


def cause(inject: Entry, stands_under: Mapping[str, str]) -> str:
    """The inject that has to have happened before; empty where it has a time of its own."""
    if inject.minutes("at") is not None:
        return ""
    after = inject.word("after")
    return stands_under.get(after, after)
