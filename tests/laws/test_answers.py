"""One scope, one order; the same key gets the same answer; what was acknowledged stands in the log, and once.

Two coordinators on one log in memory, whoever is asked, however often, whatever of the log's answers gets lost.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from enum import Enum
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain import rules
from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.command import Command
from coordinator.domain.key import body_hash
from coordinator.domain.measures import Measures
from coordinator.domain.situation import ReportHazard, Trend
from coordinator.domain.state import ScopeState
from coordinator.domain.world import FoundScope
from coordinator.engine.clock import ServerClock
from coordinator.engine.reactor import Outcome, Reactor
from coordinator.store.log import Head, LogUnavailable
from coordinator.store.memory_log import MemoryLog, MemoryServer
from tests.builders import CITY, DISTRICT, GRID, T0, WORLD, phone
from tests.laws import places
from tests.laws.effort import effort

CHAIN = b"k" * 32


class Fate(Enum):
    """What becomes of an append, as far as whoever asked for it can tell."""

    DONE = "done"
    NOT_DONE = "not done"
    DONE_BUT_NOT_TOLD = "done, and the answer is lost"


class Sent(NamedTuple):
    """One sending of a command: to which coordinator, under which key, with which body."""

    to: int
    key: int
    depth: int


SENDINGS = st.lists(
    st.builds(Sent, st.integers(0, 1), st.integers(0, 4), st.sampled_from([10, 10, 20])), max_size=8
)
ROUNDS = st.lists(st.tuples(SENDINGS, st.sampled_from(Fate)), max_size=6)


class UnsureLog(MemoryLog):
    """Others get their turn before an append arrives, and its answer may be lost."""

    fate = Fate.DONE

    async def append(self, scope: str, after: Head, bodies: Sequence[bytes]) -> Head:
        await asyncio.sleep(0)
        if self.fate is Fate.NOT_DONE:
            raise LogUnavailable("no connection")
        head = await super().append(scope, after, bodies)
        await asyncio.sleep(0)
        if self.fate is Fate.DONE_BUT_NOT_TOLD:
            raise LogUnavailable("no answer")
        return head


class City:
    """Two coordinators of one scope, and everything they ever answered."""

    def __init__(self) -> None:
        server = MemoryServer()
        self.logs = [UnsureLog(WORLD, CHAIN, now=lambda: T0, server=server) for _ in range(2)]
        self.reactors: list[Reactor] = []
        self.answers: dict[str, list[tuple[str, Outcome]]] = defaultdict(list)
        """By key: the hash of the body that was sent, and what was answered."""

    async def start(self, stack: AsyncExitStack) -> None:
        for log in self.logs:
            clock = ServerClock(log, lambda: 0.0)
            await clock.sync()
            state = rules.new_state(WORLD, DISTRICT, places.street())
            reactor = Reactor(log, state, clock, _no_playbook, changed=lambda scope: None, prepare=_nothing)
            self.reactors.append(reactor)
            running = asyncio.create_task(reactor.run())
            stack.push_async_callback(_end, running)
        digests = places.street().digests
        founding = FoundScope(
            area=DISTRICT,
            world=WORLD,
            areas=digests.areas,
            people=digests.people,
            organisation=digests.organisation,
            origin=T0,
            started=T0,
            rate=1,
        )
        await self.send(0, Actor(PROCESS, Role.PROCESS, CITY), key(99), founding)

    async def send(self, to: int, actor: Actor, key: str, command: Command) -> Outcome:
        hash = body_hash(type(command).__name__, command.model_dump_json().encode())
        outcome = await self.reactors[to].submit(actor, key, hash, command)
        if outcome.status == "accepted":
            head = await self.logs[to].head(DISTRICT)
            assert outcome.position <= head.position, "acknowledged before it was durable"
        self.answers[key].append((hash, outcome))
        return outcome

    async def report(self, sent: Sent) -> Outcome:
        water = ReportHazard(area=GRID, kind="ponding", depth_cm=sent.depth, trend=Trend.RISING)
        return await self.send(sent.to, phone(GRID), key(sent.key), water)

    def befalls(self, fate: Fate) -> None:
        for log in self.logs:
            log.fate = fate


def key(number: int) -> str:
    """A client's key of this minute."""
    made = f"{int(T0.timestamp() * 1000):012x}"
    return f"{made[:8]}-{made[8:]}-7000-8000-{number:012x}"


def _no_playbook(digest: str, level: object, area: str) -> Measures:
    raise AssertionError("nothing here is switched")


async def _nothing(state: ScopeState) -> None:
    """There is nothing to be fetched before these commands."""


async def _end(running: asyncio.Task[None]) -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@effort(100)
@given(ROUNDS)
def test_whoever_is_asked_however_often(rounds: list[tuple[list[Sent], Fate]]) -> None:
    asyncio.run(_play(rounds))


async def _play(rounds: list[tuple[list[Sent], Fate]]) -> None:
    city = City()
    async with AsyncExitStack() as stack:
        await city.start(stack)
        for sendings, fate in rounds:
            city.befalls(fate)
            await asyncio.gather(*(city.report(sent) for sent in sendings))
        city.befalls(Fate.DONE)
        for sendings, _ in rounds:  # whoever does not know asks again, under the same key
            for sent in sendings:
                outcome = await city.report(sent)
                assert outcome.status == "accepted" or outcome.refusal is not None
        for reactor in city.reactors:
            await reactor.catch_up()
        states = [reactor.state for reactor in city.reactors]
        assert states[0].digest() == states[1].digest()
        entries = await city.logs[0].read(DISTRICT, Head(0, b""))
        _answers_are_the_log(city, [rules.decode(entry.body) for entry in entries])


def _answers_are_the_log(city: City, log: list[rules.Recorded]) -> None:
    stands: dict[str, list[rules.Recorded]] = defaultdict(list)
    for one in log:
        stands[one.stamp.key].append(one)
    assert all(len(events) == 1 for events in stands.values()), "a command was done twice"
    for key, answers in city.answers.items():
        accepted = [(hash, outcome) for hash, outcome in answers if outcome.status == "accepted"]
        (event,) = stands[key]
        assert {hash for hash, _ in accepted} == {event.stamp.hash}
        assert {outcome.position for _, outcome in accepted} == {event.position}
        assert len({outcome.ids for _, outcome in accepted}) == 1
        assert sum(not outcome.replayed for _, outcome in accepted) <= 1
        for hash, outcome in answers:
            code = outcome.refusal.code if outcome.refusal else ""
            assert code in ("", "log_unavailable", "key_reused")
            assert code != "key_reused" or hash != event.stamp.hash
