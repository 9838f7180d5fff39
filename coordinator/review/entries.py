"""Entries of a log as they are published: who by role and office, what in words; and which of them somebody asked for.

An entry never names a person. Rights are judged before (`domain/access.py`); here stands only what belongs to an area.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.event import Event
from coordinator.domain.follow_on import OperationTaken
from coordinator.domain.operation import OperationDeclared
from coordinator.domain.register import AreaRegister
from coordinator.domain.rules import Recorded
from coordinator.review.told import Names, told
from coordinator.wire.log_words import EVENTS, FAMILIES, FAMILY_OF


class LogEntry(msgspec.Struct, frozen=True):
    """One event as it may be read by whoever may read the log of its place."""

    scope: AreaCode
    position: int
    at: datetime
    """The world's time."""
    kind: str
    """The event's name; its word stands in the vocabulary `event`."""
    family: str
    area: AreaCode
    area_name: str
    operation: str
    """Empty where it belongs to none; the first where it belongs to several."""
    role: str
    """Of whoever did it; `process` where a rule did."""
    place: AreaCode
    """The part of the tree that role stands on, where the record has it."""
    office: str
    zh: str
    """What happened, beyond the event's name."""
    en: str


class Wanted(msgspec.Struct, frozen=True):
    """Which entries of a scope's log are asked for. What is empty or None asks for nothing particular."""

    area: AreaCode
    operation: str = ""
    kinds: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    hidden: frozenset[str] = frozenset()
    """Kinds that are not for this reader."""

    def takes(self, recorded: Recorded, areas: AreaRegister) -> bool:
        kind, at = type(recorded.event).__name__, recorded.stamp.at
        return (
            (not self.kinds or kind in self.kinds)
            and kind not in self.hidden
            and (self.since is None or at >= self.since)
            and (self.until is None or at <= self.until)
            and (not self.operation or self.operation in operations_of(recorded.event))
            and concerns(recorded.event, self.area, areas)
        )


def kinds_of(asked: Iterable[str]) -> frozenset[str]:
    """Names of events and of families as names of events. Raises `KeyError` for what is neither."""
    found: set[str] = set()
    for one in asked:
        if one in FAMILIES:
            found |= {kind for kind, family in FAMILY_OF.items() if family == one}
        elif one in EVENTS:
            found.add(one)
        else:
            raise KeyError(one)
    return frozenset(found)


def entry_of(recorded: Recorded, names: Names) -> LogEntry:
    stamp, event = recorded.stamp, recorded.event
    kind, words = type(event).__name__, told(event, names)
    return LogEntry(
        scope=recorded.scope,
        position=recorded.position,
        at=stamp.at,
        kind=kind,
        family=FAMILY_OF[kind],
        area=event.area,
        area_name=names.area(event.area),
        operation=next(operations_of(event), ""),
        role=stamp.role,
        place=stamp.place,
        office=stamp.office,
        zh=words.zh,
        en=words.en,
    )


def concerns(event: Event, area: AreaCode, areas: AreaRegister) -> bool:
    """It happened at or below the area; or an office above changed the level of a place on the area's path."""
    if areas.within(event.area, area):
        return True
    targets: Mapping[AreaCode, object] = getattr(event, "targets", {})
    return any(areas.within(area, target) or areas.within(target, area) for target in targets)


def operations_of(event: Event) -> Iterator[str]:
    """The operations an event names, itself or by the ids of what it is about; each once."""
    own = (
        event.id if isinstance(event, OperationDeclared | OperationTaken) else getattr(event, "operation", "")
    )
    if own:
        yield own
        return
    seen: set[str] = set()
    for id in _ids(event):
        found = id.rpartition(">")[2].removeprefix("call-").partition("@")[0].partition(":")[0]
        if found and found not in seen:
            seen.add(found)
            yield found


def _ids(event: Event) -> Iterator[str]:
    """Of call-outs, tasks, posts and confirmed calls: each begins with its operation, a call-out behind its `>`."""
    for field in ("task", "call", "post"):
        id = getattr(event, field, "")
        if id:
            yield id
    for field in ("call_outs", "coming", "declined", "tasks"):
        yield from getattr(event, field, ())
    late = getattr(event, "to", None)
    if isinstance(late, dict):
        yield from late
