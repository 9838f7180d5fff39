"""A draft never touches the state it was made of, and how commands fall into batches leaves no trace in the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import cycle, islice
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from coordinator.domain import rules
from coordinator.domain.access import Actor
from coordinator.domain.command import Command
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.domain.state import ScopeState
from tests.builders import WORLD, World
from tests.laws import places
from tests.laws.effort import effort
from tests.laws.history import History

OF_DURABLE_EVENTS = frozenset({"rows", "keys"})
"""Tables that a draft leaves alone: nobody watches it, and its keys are not known yet."""


class Said(NamedTuple):
    now: datetime
    actor: Actor
    key: str
    command: Command


class Listener(World):
    """Notes down who said what and when, what was refused as well."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self.said: list[Said] = []
        super().__init__(*given, **named)

    def order(self, actor: Actor, *commands: Command) -> list[Event]:
        (command,) = commands
        self.said.append(Said(self.now, actor, f"key-{len(self.said) + 1:06d}", command))
        return super().order(actor, command)


class Coordinator:
    """Decides in batches what is said, as the engine does: one draft, then all events at once."""

    def __init__(self, world: World, *, watched: bool) -> None:
        self._world = world
        self._watched = watched
        self.state = rules.new_state(WORLD, world.scope, world.registers)
        self.log: list[bytes] = []

    def serve(self, batch: Iterable[Said]) -> None:
        before = self.state.digest() if self._watched else ""
        draft = self.state.draft()
        pairs = [pair for said in batch for pair in self._decide(draft, said)]
        if self._watched:
            assert self.state.digest() == before, "a draft was seen before it was durable"
            drafted = seen(draft)
        for stamp, event in pairs:
            one = Recorded(WORLD, self.state.scope, 1, self.state.position + 1, stamp, event)
            self.log.append(rules.encode(one))
            rules.apply(self.state, one)
        if self._watched:
            assert seen(self.state) == drafted

    def _decide(self, draft: ScopeState, said: Said) -> list[tuple[Stamp, Event]]:
        self._world.now = said.now
        ctx = self._world.context(said.actor, said.key)
        try:
            events = rules.decide(draft, said.command, ctx)
        except Refused as refused:
            events = [refused.record] if refused.record else []
        stamp = rules.stamp_of(said.command, ctx, hash="", count=len(events))
        return [(stamp, event) for event in events]


def seen(state: ScopeState) -> dict[str, Any]:
    """What a rule can see while it decides; it has to be what becomes so."""
    found: dict[str, Any] = {"position": state.position}
    for name, table in state.tables.items():
        if name not in OF_DURABLE_EVENTS:
            found[name] = dict(table.items())
            found[f"{name} by area"] = {area: set(table.keys_in(area)) for area in places.areas()}
    return found | {area: state.figures(area) for area in places.areas()}


class Batches(History):
    sizes: list[int] = [1]

    @initialize(sizes=st.lists(st.integers(1, 12), min_size=1, max_size=6))
    def begin_batches(self, sizes: list[int]) -> None:
        self.sizes = sizes

    def new_world(self) -> World:
        self.listener = Listener(places.street(), handmade=places.handmade())
        return self.listener

    def teardown(self) -> None:
        said = self.listener.said
        one_by_one = Coordinator(self.world, watched=False)
        together = Coordinator(self.world, watched=True)
        for one in said:
            one_by_one.serve([one])
        for batch in _in_batches(said, self.sizes):
            together.serve(batch)
        assert [rules.decode(body) for body in together.log] == [
            rules.decode(body) for body in one_by_one.log
        ]
        assert together.state.digest() == one_by_one.state.digest()


def _in_batches(said: list[Said], sizes: list[int]) -> Iterator[list[Said]]:
    left = iter(said)
    for size in cycle(sizes):
        batch = list(islice(left, size))
        if not batch:
            return
        yield batch


TestBatches = Batches.TestCase
TestBatches.settings = effort(15)
