"""Replaying a record from its first event: the same log gives the same state, on any machine, by its digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coordinator.domain import rules
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.state import ScopeState


def replay(log: Iterable[Recorded], registers: Registers) -> dict[str, ScopeState]:
    """The state of every scope. Raises `ValueError` where an event is missing."""
    states: dict[str, ScopeState] = {}
    for recorded in log:
        state = states.get(recorded.scope)
        if state is None:
            state = states[recorded.scope] = rules.new_state(recorded.world, recorded.scope, registers)
        rules.apply(state, recorded)
    return states


def digests(states: Mapping[str, ScopeState]) -> dict[str, str]:
    """Scope -> digest of its state."""
    return {scope: state.digest() for scope, state in sorted(states.items())}
