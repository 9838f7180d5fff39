"""Who plays a history: a world on one street, and commands that may be refused. Knows no rule of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from coordinator.domain.access import Actor
from coordinator.domain.command import Command
from coordinator.domain.event import Event
from coordinator.domain.operation import Operation
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from tests.builders import World
from tests.laws import places

T = TypeVar("T")

PICK = st.integers(0, 11)
"""One of those that there are at that moment: by number, modulo how many they are."""


def picked(things: Iterable[T], number: int) -> T | None:
    found = list(things)
    return found[number % len(found)] if found else None


class Player(RuleBasedStateMachine):
    """A machine without rules."""

    def __init__(self) -> None:
        super().__init__()
        self.world = self.new_world()
        self._looked_at = -1

    def new_world(self) -> World:
        return World(places.street(), handmade=places.handmade())

    @property
    def state(self) -> ScopeState:
        return self.world.state

    def ask(self, actor: Actor, *commands: Command) -> list[Event]:
        """What comes of it. A refusal is an answer as well: it changes nothing."""
        try:
            return self.world.order(actor, *commands)
        except Refused:
            return []

    def running(self) -> list[Operation]:
        return [one for one in self.state.operations.values() if not one.closed]

    def moved(self) -> bool:
        """Whether anything has happened since this was asked before."""
        before, self._looked_at = self._looked_at, self.state.position
        return before != self._looked_at
