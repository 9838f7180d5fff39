"""What of a playbook a script may speak of: the tasks, posts, facilities and counts at the levels it orders."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from coordinator.domain.mode import ResponseLevel
from coordinator.drills.entries import entries, mapping, text
from coordinator.drills.vocabulary import Asked
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook
from coordinator.playbook.source import Source


class Practised(msgspec.Struct, frozen=True):
    """`known`: ids there are, for whoever named another."""

    found: bool = False
    known: tuple[str, ...] = ()
    tasks: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    facilities: frozenset[str] = frozenset()
    tallies: frozenset[str] = frozenset()

    def names(self, asked: Asked) -> frozenset[str]:
        return {
            Asked.NOTHING: frozenset[str](),
            Asked.TASK: self.tasks,
            Asked.POST: self.posts,
            Asked.FACILITY: self.facilities,
            Asked.TALLY: self.tallies,
        }[asked]


NONE = Practised()


def practised(source: Source) -> Practised:
    """By the id the script names, among the playbooks that come with the project."""
    known = library.bundled_ids()
    name = text(source.value(("playbook",)))
    if name not in known:
        return Practised(known=known)
    return of_playbook(library.bundled(name), _levels(source), known)


def of_playbook(
    playbook: Playbook, levels: Iterable[ResponseLevel], known: tuple[str, ...] = ()
) -> Practised:
    document = playbook.document
    those = [document.levels[level] for level in levels]
    return Practised(
        found=True,
        known=known,
        tasks=frozenset(
            [task.key for level in those for task in level.work.tasks]
            + [task.key for task in document.recovery]
        ),
        posts=frozenset(post.key for level in those for post in level.people),
        facilities=frozenset(one.kind for level in those for one in level.facilities),
        tallies=frozenset(tally.key for level in those for tally in level.information.tallies),
    )


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
