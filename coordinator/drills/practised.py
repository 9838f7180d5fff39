"""What of a playbook a script may speak of: the tasks, posts, facilities and counts at the levels it orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from coordinator.domain.mode import ResponseLevel
from coordinator.drills.entries import entries, mapping, text
from coordinator.drills.vocabulary import Asked
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook
from coordinator.playbook.source import Source

Scopes = Mapping[str, str]
"""Key -> the level of the tree where it stands: `grid`, `community`, `street`."""


class Practised(msgspec.Struct, frozen=True):
    """`known`: ids there are, for whoever named another."""

    found: bool = False
    known: tuple[str, ...] = ()
    scopes: dict[Asked, dict[str, str]] = {}
    since: dict[Asked, dict[str, ResponseLevel]] = {}
    """From which level on there is one; what is left to be done after the end is in none."""

    def names(self, asked: Asked) -> Scopes:
        return self.scopes.get(asked, {})


NONE = Practised()


def practised(source: Source, version: Playbook | None = None) -> Practised:
    """By the id the script names, among the playbooks that come with the project and the version that is given."""
    known = library.bundled_ids()
    name = text(source.value(("playbook",)))
    if version is not None and version.id == name:
        return of_playbook(version, _levels(source), known)
    if name not in known:
        return Practised(known=known)
    return of_playbook(library.bundled(name), _levels(source), known)


def of_playbook(
    playbook: Playbook, levels: Iterable[ResponseLevel], known: tuple[str, ...] = ()
) -> Practised:
    document = playbook.document
    chosen = list(levels)
    those = [document.levels[level] for level in chosen]
    tasks: dict[str, str] = {task.key: task.scope for level in those for task in level.work.tasks}
    return Practised(
        found=True,
        known=known,
        scopes={
            Asked.TASK: tasks | {task.key: task.scope for task in document.recovery},
            Asked.POST: {post.key: post.scope for level in those for post in level.people},
            Asked.FACILITY: {one.kind: one.scope for level in those for one in level.facilities},
            Asked.TALLY: {one.key: "grid" for level in those for one in level.information.tallies},
        },
        since={
            Asked.TASK: _since(chosen, [[one.key for one in level.work.tasks] for level in those]),
            Asked.POST: _since(chosen, [[one.key for one in level.people] for level in those]),
            Asked.FACILITY: _since(chosen, [[one.kind for one in level.facilities] for level in those]),
            Asked.TALLY: _since(chosen, [[one.key for one in level.information.tallies] for level in those]),
        },
    )


def _since(levels: list[ResponseLevel], keys: list[list[str]]) -> dict[str, ResponseLevel]:
    found: dict[str, ResponseLevel] = {}
    for level, those in sorted(zip(levels, keys, strict=True), key=lambda pair: pair[0].rank):
        for key in those:
            found.setdefault(key, level)
    return found


def _levels(source: Source) -> list[ResponseLevel]:
    """Up to the highest level that the script speaks of; all of them where it leaves that to the players."""
    named = set()
    for inject in entries(source, ("injects",)):
        named.add(inject.word("level"))
        named.add(text(mapping(inject.fields.get("calls_for")).get("level")))
        for one in entries(source, (*inject.path, "expects")):
            named.add(one.word("level"))
    levels = [level for level in ResponseLevel if level.value in named]
    return [level for level in ResponseLevel if not levels or level <= max(levels, key=lambda one: one.rank)]
