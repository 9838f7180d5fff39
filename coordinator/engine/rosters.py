"""Who stands on which duty roster, of all scopes together: asked for every person that a screen names.

It follows the states as their rosters change; it holds no rule of who counts as on duty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from coordinator.domain.area import AreaCode
from coordinator.domain.duty_roster import Turn, turns
from coordinator.domain.state import ScopeState
from coordinator.store.roster import PersonId


class _Scope(Protocol):
    @property
    def state(self) -> ScopeState: ...


class Rosters:
    def __init__(self, scopes: Mapping[str, _Scope]) -> None:
        self._scopes = scopes
        self._seen: dict[str, tuple[int, int]] = {}
        """Scope -> epoch and position up to which it was read: after a new epoch the same position is another."""
        self._turns: dict[PersonId, dict[str, Sequence[Turn]]] = {}
        """By person, then by scope."""
        self._named: dict[str, Sequence[PersonId]] = {}

    def follow(self) -> None:
        """To be called before a run of questions, not at each: there are more than a hundred scopes."""
        for name, scope in self._scopes.items():
            state = scope.state
            epoch, position = self._seen.get(name, (0, 0))
            if (state.epoch, state.position) == (epoch, position):
                continue
            self._seen[name] = (state.epoch, state.position)
            anew = state.epoch != epoch or state.position < position
            if anew or _moved(state, position):
                self._read(name, state)

    def areas(self, person: PersonId, now: datetime) -> Iterator[AreaCode]:
        """For which they are on duty now or soon."""
        for found in self._turns.get(person, {}).values():
            yield from (turn.area for turn in found if turn.counts(now))

    def _read(self, name: str, state: ScopeState) -> None:
        for person in self._named.pop(name, ()):
            del self._turns[person][name]
            if not self._turns[person]:
                del self._turns[person]
        found = turns(state)
        self._named[name] = list(found)
        for person, some in found.items():
            self._turns.setdefault(person, {})[name] = some


def _moved(state: ScopeState, since: int) -> bool:
    return any(True for table in (state.shifts, state.officers) for _ in table.changes(since))
