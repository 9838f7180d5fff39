"""What all scopes of a world hold together: its operations, and what posts and tasks are called. Reads states only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from coordinator.domain.operation import Operation
from coordinator.domain.practice import Practice
from coordinator.domain.refusal import Refused
from coordinator.domain.text import Text
from coordinator.engine.reactor import Reactor


class Ledger:
    def __init__(self, reactors: Mapping[str, Reactor]) -> None:
        self._reactors = reactors

    def operation(self, key: str) -> Operation:
        """Raises `Refused("unknown_operation")`."""
        for reactor in self._reactors.values():
            known = reactor.state.operations.get(key)
            if known is not None:
                return known
        raise Refused("unknown_operation", operation=key)

    def erased(self, key: str) -> bool:
        """Whether what was written for an operation is destroyed. What an observer notes is kept under the drill's id,
        what is to be put right after it under its entry on record, what shows that it is done under the corrective
        action's. Raises `Refused("unknown_operation")`."""
        for reactor in self._reactors.values():
            state = reactor.state
            if key in state.drills or key in state.practices or key in state.correctives:
                return False
        return self.operation(key).erased

    def operations(self) -> list[Operation]:
        """Each once, as the scope has it that declared it."""
        found: dict[str, Operation] = {}
        for reactor in self._reactors.values():
            for key, one in reactor.state.operations.items():
                if key not in found or not one.source:
                    found[key] = one
        return list(found.values())

    def called(self, id: str) -> Text | None:
        """What a post or a task is called, as long as a state has it."""
        for reactor in self._reactors.values():
            known = reactor.state.tasks.get(id) or reactor.state.posts.get(id)
            if known is not None:
                return known.name
        return None

    def published(self) -> dict[str, datetime]:
        """When each version of a playbook was published here, by its digest."""
        found: dict[str, datetime] = {}
        for reactor in self._reactors.values():
            for digest, one in reactor.state.published.items():
                found[digest] = one.at
        return found

    def practices(self) -> list[Practice]:
        """Every drill on record, the latest first."""
        found = [one for reactor in self._reactors.values() for one in reactor.state.practices.values()]
        return sorted(found, key=lambda one: (one.held, one.id), reverse=True)
