"""Who holds which grants, by person: the log of the root knows them by token, and has all there ever were.

It follows the state as that changes, and begins anew with an epoch: what was lost is in no index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.domain.grant import Grant
from coordinator.domain.state import ScopeState


class Granted:
    def __init__(self, root: Callable[[], ScopeState]) -> None:
        self._root = root
        self._seen = (0, 0)
        self._by_person: dict[str, dict[str, Grant]] = {}

    def of(self, person: str) -> Sequence[Grant]:
        """Those in force."""
        self._follow()
        return list(self._by_person.get(person, {}).values())

    def areas(self, person: str) -> Sequence[AreaCode]:
        """Where they hold a role; who installs the product has no place by that."""
        return [grant.area for grant in self.of(person) if grant.role is not Role.OPERATOR]

    def _follow(self) -> None:
        state = self._root()
        epoch, since = self._seen
        if (state.epoch, state.position) == self._seen:
            return
        if epoch != state.epoch or state.position < since:
            self._by_person, since = {}, 0
        self._seen = (state.epoch, state.position)
        for token, _, grant, gone in reversed(list(state.grants.changes(since))):
            held = self._by_person.setdefault(grant.person, {})
            if gone or grant.revoked is not None:
                held.pop(token, None)
            else:
                held[token] = grant
            if not held:
                del self._by_person[grant.person]
