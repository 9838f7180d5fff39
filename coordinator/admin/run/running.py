"""Which playbook an operation runs at which level, read from the record alone; for what is put on paper.

The revision that counts is the newest one on record, wherever it was heard.
"""

from __future__ import annotations

from typing import NamedTuple

from coordinator.admin.record.reading import Record
from coordinator.domain.area import AreaCode
from coordinator.domain.follow_on import OperationTaken
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import (
    LevelLowered,
    LevelRaised,
    OperationDeclared,
    OperationEnded,
    OperationRecalled,
)
from coordinator.domain.register import AreaRegister
from coordinator.domain.targets import Targets
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook
from coordinator.review.on_record import on_record


class Running(NamedTuple):
    """An operation as it stands on record."""

    world: str
    operation: str
    playbook: Playbook
    targets: Targets

    def level(self, area: AreaCode, areas: AreaRegister) -> ResponseLevel | None:
        """Of the area: the nearest target above, or the highest of those in it; None where it has ended."""
        above = next((place for place in areas.path(area) if place in self.targets), None)
        levels = [level for target, level in self.targets.items() if level and areas.within(target, area)]
        if above is not None and (level := self.targets[above]) is not None:
            levels.append(level)
        return max(levels, default=None, key=lambda each: each.rank)


class UnknownOperation(Exception):
    """The record does not have it; `known` are those it has."""

    def __init__(self, operation: str, known: list[str]) -> None:
        super().__init__(operation)
        self.known = known


class PlaybookGone(Exception):
    """The operation's playbook is neither bundled nor beside the record."""


def operations_in(record: Record) -> list[str]:
    """Ids in the order in which they were declared."""
    return [one.id for one in on_record(record.events)]


def running(record: Record, operation: str) -> Running:
    """Raises `UnknownOperation`, `PlaybookGone`."""
    digest, revision, targets = "", 0, {}
    for one in record.events:
        match one.event:
            case OperationDeclared(id=found) if found == operation:
                digest = one.event.playbook
                if not revision:
                    revision, targets = 1, one.event.targets
            case OperationTaken(id=found) if found == operation:
                digest = one.event.playbook
                if one.event.revision > revision:
                    revision, targets = one.event.revision, one.event.targets
            case LevelRaised() | LevelLowered() | OperationEnded() | OperationRecalled() as change:
                if change.operation == operation and change.revision > revision:
                    revision, targets = change.revision, change.targets
    if not digest:
        raise UnknownOperation(operation, operations_in(record))
    return Running(record.events[0].world, operation, _playbook(record, digest), targets)


def _playbook(record: Record, digest: str) -> Playbook:
    for each in library.bundled_ids():
        if library.bundled(each).digest == digest:
            return library.bundled(each)
    if digest not in record.blobs:
        raise PlaybookGone(digest)
    return library.from_json(record.blobs[digest])
