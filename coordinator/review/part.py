"""What of a record an office may look back on that lies below the one which declared: what happened in its own part of
the tree, and what was ordered for it. Never what another part did, nor a figure in which that is counted."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CrewAnswered, CrewMoved, ReliefFellDue
from coordinator.domain.event import Event
from coordinator.domain.follow_on import OperationTaken
from coordinator.domain.operation import (
    LevelLowered,
    LevelRaised,
    OperationClosed,
    OperationDeclared,
    OperationEnded,
    OperationExtended,
    OperationRecalled,
)
from coordinator.domain.register import AreaRegister
from coordinator.domain.targets import Targets, targets_of

Ordered = OperationDeclared | OperationTaken | LevelRaised | LevelLowered | OperationEnded | OperationRecalled

WHEREVER: Final = (
    OperationDeclared,
    OperationTaken,
    LevelRaised,
    LevelLowered,
    OperationEnded,
    OperationRecalled,
    OperationExtended,
    OperationClosed,
    CrewAnswered,
    CrewMoved,
    ReliefFellDue,
)
"""Events that may be about a part wherever they happened; all others are about the place they happened in."""


class Part:
    """One part of the tree, as a sieve for the events of a record. It hears all of them, in their order."""

    def __init__(self, area: AreaCode, areas: AreaRegister) -> None:
        self.area = area
        self._areas = areas
        self._ordered: dict[str, Targets] = {}
        """What was last ordered for the part, by operation; nothing where it is one of others as yet."""

    def of(self, event: Event) -> Event | None:
        """The event, what of it is this part's, or None."""
        if not isinstance(event, WHEREVER):
            return event if self._areas.within(event.area, self.area) else None
        match event:
            case OperationDeclared() | OperationTaken():
                return self._order(event, event.id)
            case LevelRaised() | LevelLowered() | OperationEnded() | OperationRecalled():
                return self._order(event, event.operation)
        # A team moves as a whole: who of it was called from here, `concerning` knows.
        return event

    def _order(self, event: Ordered, operation: str) -> Event | None:
        """With the levels that hold here: a change that is none here is for others. Its beginning is told in any case,
        because the part may join later."""
        targets = targets_of(self.area, event.targets, self._areas)
        if targets == self._ordered.get(operation):
            return None
        self._ordered[operation] = targets
        return replace(event, targets=targets)
