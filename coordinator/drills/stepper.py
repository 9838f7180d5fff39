"""Lock-step: the world's time moves only when duties, jobs and injects are idle, and never over what is owed.

Who plays is not its matter: whoever asks it to go on has done what they meant to do at this instant.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from coordinator.domain.drill import AdvanceClock, Phase, the_drill
from coordinator.drills.conductor import Conductor
from coordinator.engine.coordinator import Coordinator

ROUNDS: Final = 500
"""At one instant: more is a quarrel of rules that no waiting ends."""
LOOK_SECONDS: Final = 5.0
JOB_SECONDS: Final = 90.0
"""Real seconds that the outcome of a job is waited for: it is handed over again meanwhile."""


class Stuck(Exception):
    """The same instant goes on for ever, or something that is owed cannot be done; says what."""


class Stepper:
    def __init__(self, coordinator: Coordinator, conductor: Conductor) -> None:
        self._coordinator = coordinator
        self._conductor = conductor
        self._moved = asyncio.Event()
        coordinator.on_change(lambda scope: self._moved.set())

    @property
    def phase(self) -> Phase | None:
        drill = the_drill(self._coordinator.reactors[self._coordinator.root].state)
        return drill.phase if drill is not None else None

    async def settle(self) -> None:
        """Everything that is owed at this instant is done, every job is back, every inject that is due is fired.

        Raises `Stuck`.
        """
        for _ in range(ROUNDS):
            await self._coordinator.settle()
            await self._jobs()
            if not await self._conductor.step():
                break
        else:
            raise Stuck(f"no end of doing at {self._coordinator.world_now()}")
        owed, now = self._coordinator.next_due(), self._coordinator.world_now()
        if owed is not None and owed <= now:
            raise Stuck(f"something stays owed at {now}")

    async def _jobs(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + JOB_SECONDS
        while self._coordinator.awaits_jobs:
            self._moved.clear()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._moved.wait()
            except TimeoutError:
                if loop.time() > until:
                    raise Stuck("a job does not come back") from None
                await self._coordinator.settle()  # hands over again, by age, what has not come back

    def next_at(self, meant: datetime | None) -> datetime | None:
        """When something happens next: a duty, an inject, or what the players mean to do."""
        now = self._coordinator.world_now()
        times = (meant, self._coordinator.next_due(), self._conductor.next_at())
        return min((at for at in times if at is not None and at > now), default=None)

    async def advance(self, to: datetime) -> None:
        """Every scope's clock, one after the other. Raises `Stuck` where a rule says that something is owed before."""
        for scope in self._coordinator.reactors:
            outcome = await self._coordinator.do(AdvanceClock(area=scope, to=to))
            if outcome.status != "accepted":
                raise Stuck(f"the clock of {scope} does not move: {outcome.refusal}")
