"""Two coordinators on one log give the same boards, a client may ask either, and a follower steps in."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from coordinator.domain.world import DEMO
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import fresh_key
from coordinator.jobs.port import NoJobs
from coordinator.playbook import library
from coordinator.store.living import Alone
from coordinator.store.memory_log import MemoryLog, MemoryServer
from coordinator.store.registers import RegisterSet
from coordinator.wire.board import BoardKey
from tests.engine.conftest import DISTRICTS, KEY, Played, commander, duty, now
from tests.engine.test_two_scopes import until

SCOPE = DISTRICTS[0]
FLOOD = library.bundled("flood-typhoon").digest


class Follower(Alone):
    """The holder is said to live, and does nothing."""

    def rank(self, scope: str) -> int:
        return 1


async def test_whoever_is_asked_the_boards_are_the_same(registers: RegisterSet) -> None:
    server = MemoryServer()
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(
                Coordinator(MemoryLog(DEMO, KEY, now=now, server=server), DEMO, registers, NoJobs())
            )
            for _ in range(2)
        ]
        played = Played(one, MemoryLog(DEMO, KEY, now=now, server=server))
        await played.found()
        (operation,) = (
            await played.order(
                commander(SCOPE),
                "DeclareOperation",
                area=SCOPE,
                playbook=FLOOD,
                targets={SCOPE: "IV"},
                expected_minutes=600,
            )
        ).ids
        places = sorted(code for code in registers.areas.below(SCOPE, "community"))  # type: ignore[arg-type]
        await until(Played(other, played.log), lambda: bool(other.reactors[SCOPE].state.call_outs))
        keys = [fresh_key(now()) for _ in places]
        body = [{"area": place, "operation": operation} for place in places]
        # The same commands to both at once: each is carried out once, both give the same answer.
        answers = await asyncio.gather(
            *(
                asked.execute(duty(place), key, "SignSwitch", sign)
                for place, key, sign in zip(places, keys, body, strict=True)
                for asked in (one, other)
            )
        )
        assert {answer.status for answer in answers} == {"accepted"}
        heads = [coordinator.reactors[SCOPE].state for coordinator in (one, other)]
        await until(played, lambda: heads[0].position == heads[1].position)
        assert sum(1 for state in heads for switch in state.switches.values() if switch.signed_at) == 2 * len(
            places
        )
        for name in (f"area:{SCOPE}", f"area:{places[0]}", f"operation:{operation}", f"orders:{places[0]}"):
            board = BoardKey.parse(name)
            assert one.snapshot(board, SCOPE)[2] == other.snapshot(board, SCOPE)[2]
        assert heads[0].digest() == heads[1].digest()


async def test_a_follower_steps_in_for_a_holder_that_does_nothing(registers: RegisterSet) -> None:
    log = MemoryLog(DEMO, KEY, now=now, server=MemoryServer())
    async with Coordinator(log, DEMO, registers, NoJobs(), Follower()) as follower:
        played = Played(follower, log)
        await played.found()
        await played.order(
            commander(SCOPE),
            "DeclareOperation",
            area=SCOPE,
            playbook=FLOOD,
            targets={SCOPE: "IV"},
            expected_minutes=600,
        )
        state = follower.reactors[SCOPE].state
        declared = state.operations.values()
        await until(played, lambda: bool(state.switches))
        (operation,) = declared
        waited = next(iter(state.switches.values())).recorded_at - operation.effective_at
        assert state.clock is not None
        assert waited.total_seconds() >= state.clock.rate, "one second of real time for the holder's turn"
