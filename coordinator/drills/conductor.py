"""Carries out what the director of a drill says is due: reads the log as it grows, fires injects, ends the drill.

Sits beside a coordinator of the drill's own world and can name no other. Killed and started again it goes on, for all
it knows it reads.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from coordinator.domain.command import Command
from coordinator.domain.drill import LEFT_STANDING, TIME_OVER, AbortDrill, EndDrill, Phase, the_drill
from coordinator.domain.inject import SkipInject
from coordinator.domain.rules import Recorded, decode
from coordinator.drills.director import Director, Fire, Skip
from coordinator.drills.script import Script
from coordinator.engine.coordinator import Coordinator
from coordinator.store.log import EMPTY, EventLog, Head, LogUnavailable
from coordinator.store.vault import Vault

IDLE: Final = 1.0
"""Seconds after which it looks again, whatever it expects."""
LEFT: Final = timedelta(days=3)
"""So long a drill stands still, not started or paused, before it is given up: a weekend is no end."""
REFUSED: Final = "refused"

log = structlog.get_logger()


class Conductor:
    def __init__(
        self,
        coordinator: Coordinator,
        event_log: EventLog,
        script: Script,
        playbook: str,
        vault: Vault | None = None,
    ) -> None:
        """`playbook`: digest of the version that is practised; empty where the script practises none."""
        self._coordinator = coordinator
        self._log = event_log
        self._vault = vault
        self._heads: dict[str, Head] = dict.fromkeys(coordinator.reactors, EMPTY)
        self._playbook = playbook
        self.director = Director(script.document, coordinator.registers, playbook)
        self.recorded: list[Recorded] = []

    async def hear(self) -> None:
        """Read what has come since. Raises `LogUnavailable`, `ChainBroken`."""
        fresh: list[Recorded] = []
        for scope, head in self._heads.items():
            while entries := await self._log.read(scope, self._heads[scope]):
                fresh += [decode(entry.body) for entry in entries]
                head = Head(entries[-1].position, entries[-1].mac)
                self._heads[scope] = head
        for recorded in sorted(fresh, key=lambda one: one.stamp.at):
            self.director.hear(recorded)
        self.recorded += fresh

    async def step(self) -> bool:
        """Fire what is due at the world's time. Gives whether anything was."""
        await self.hear()
        now = self._coordinator.world_now()
        done = False
        for one in list(self.director.due(now)):
            done = True
            if isinstance(one, Skip):
                await self._skip(one.inject, one.reason)
            else:
                await self._fire(one)
        if not done and self._is_over(now):
            done = await self._do(EndDrill(area=self._coordinator.root, reason=TIME_OVER))
        return done or await self._give_up()

    def next_at(self) -> datetime | None:
        """When it wants to be asked again; the end of the drill at the latest."""
        now = self._coordinator.world_now()
        times = [
            at for at in (self.director.next_at(now), self.director.ends_at) if at is not None and at > now
        ]
        return min(times, default=None)

    def _is_over(self, now: datetime) -> bool:
        drill = the_drill(self._coordinator.reactors[self._coordinator.root].state)
        ends = self.director.ends_at
        return drill is not None and drill.phase is Phase.RUNNING and ends is not None and now >= ends

    async def _give_up(self) -> bool:
        """A drill that nobody starts or resumes is over, by the machine's clock: its own stands still."""
        scope = self._coordinator.reactors[self._coordinator.root].state
        drill, clock = the_drill(scope), scope.clock
        if drill is None or clock is None or drill.phase not in (Phase.PREPARED, Phase.PAUSED):
            return False
        if self._coordinator.server_now() - clock.started < LEFT:
            return False
        if drill.phase is Phase.PREPARED:
            abort = AbortDrill(area=drill.area, word=drill.stop_word, reason="never_started")
            return await self._do(abort)
        return await self._do(EndDrill(area=drill.area, reason=LEFT_STANDING))

    async def _do(self, command: Command) -> bool:
        return (await self._coordinator.do(command)).status == "accepted"

    async def _fire(self, fire: Fire) -> None:
        drill = the_drill(self._coordinator.reactors[self._coordinator.root].state)
        assert drill is not None
        if self._playbook:
            await self._coordinator.shelf.fetch(self._playbook)
        head = await self._keep_words(fire, drill.id)
        outcome = await self._coordinator.do(self.director.command(fire, head))
        if outcome.refusal is not None:
            log.warning("an inject could not be fired", inject=fire.inject.key, why=str(outcome.refusal))
            if outcome.refusal.code not in ("drill_phase", "log_unavailable"):
                await self._skip(fire.inject.key, REFUSED)

    async def _keep_words(self, fire: Fire, drill: str) -> str:
        """What it says stands in the vault of this world, by place; gives what the references begin with."""
        if self._vault is None:
            return ""
        words = fire.inject.text
        said = f"{fire.inject.sender.zh} {fire.inject.sender.en}\n" if fire.inject.sender else ""
        for area in fire.to:
            text = f"{said}{words.zh}\n{words.en}"
            await self._vault.put(f"{drill}.{area}.{fire.inject.key}", text.encode(), drill)
        return drill

    async def _skip(self, inject: str, reason: str) -> None:
        await self._coordinator.do(SkipInject(area=self._coordinator.root, inject=inject, reason=reason))

    async def run(self) -> None:
        """Until cancelled: at the world's time, whatever becomes of its clock."""
        moved = asyncio.Event()
        self._coordinator.on_change(lambda scope: moved.set())
        while True:
            moved.clear()
            try:
                if await self.step():
                    continue
            except LogUnavailable as away:
                log.warning("the drill's log is away", why=str(away))
            wait = IDLE
            rate, at = self._coordinator.rate, self.next_at()
            if rate and at is not None:
                left = (at - self._coordinator.world_now()) / timedelta(seconds=1)
                wait = min(IDLE, max(0.0, left / rate))
            try:
                async with asyncio.timeout(wait):
                    await moved.wait()
            except TimeoutError:
                pass
