"""A whole drill on one machine without a server: the real engine over a log in memory, in lock-step with its players.

The world's time moves only when duties, jobs, injects and players are idle, and players act in the order of their
names: the same script, registers and seed give the same log, to the byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from coordinator.domain.access import Actor, Role
from coordinator.domain.command import Command, type_of
from coordinator.domain.drill import Phase, PrepareDrill, StartDrill, the_drill
from coordinator.domain.observing import ItemGiven
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.world import FoundScope
from coordinator.drills.conductor import Conductor
from coordinator.drills.players import Player
from coordinator.drills.sandbox import SandboxJobs
from coordinator.drills.script import Script
from coordinator.drills.stepper import ROUNDS, Stepper, Stuck
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.reactor import Outcome
from coordinator.playbook.loader import Playbook
from coordinator.store.memory_log import MemoryLog
from coordinator.store.registers import RegisterDigests
from coordinator.wire.board import Board, BoardKey

WORLD: Final = "DRILL-REHEARSAL"
Tick = Callable[[datetime], Awaitable[None]]


class Keys:
    """Keys as commands have them (UUIDs of version 7), in an order that is the same every time."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._number = 0

    def __call__(self, now: datetime) -> str:
        self._number += 1
        drawn = hashlib.blake2b(f"{self._seed}/{self._number}".encode(), digest_size=16).hexdigest()
        milliseconds = f"{int(now.timestamp() * 1000):012x}"
        digits = f"{milliseconds}7{drawn[:3]}8{drawn[3:18]}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


async def nothing(now: datetime) -> None:
    """Nobody looks on."""


class LockStep:
    """One drill. `play` it once; then `recorded` is its log."""

    def __init__(
        self,
        script: Script,
        playbook: Playbook | None,
        registers: Registers,
        players: Mapping[str, Player[Any]],
        seed: int,
    ) -> None:
        self.script = script
        self._playbook = playbook
        self.registers = registers
        self.refused: dict[str, int] = {}
        """`Command code` -> how often players were told no."""
        self.players = dict(sorted(players.items()))
        start = script.document.start
        self._keys = Keys(seed)
        self._jobs = SandboxJobs()
        self._log = MemoryLog(WORLD, bytes(32), now=lambda: start)
        self.coordinator = Coordinator(
            self._log,
            WORLD,
            registers,
            self._jobs,
            in_step=True,
            elapsed=lambda: 0.0,
            keys=self._keys,
        )
        self._board = lru_cache(maxsize=None)(self._new_board)
        digest = playbook.digest if playbook is not None else ""
        self._conductor = Conductor(self.coordinator, self._log, script, digest)
        self._stepper = Stepper(self.coordinator, self._conductor)
        self._jobs.send = self._by_worker

    @property
    def recorded(self) -> list[Recorded]:
        """Scope after scope, each in order."""
        return sorted(self._conductor.recorded, key=lambda one: (one.scope, one.position))

    async def play(self, tick: Tick = nothing) -> None:
        """To its end. `tick` is awaited before every step of the clock. Raises `Stuck`."""
        async with self.coordinator:
            await self._found()
            await self._do(StartDrill(area=self.coordinator.root))
            while True:
                await self._settle()
                drill = the_drill(self.coordinator.reactors[self.coordinator.root].state)
                assert drill is not None
                if drill.phase is not Phase.RUNNING:
                    await self._conductor.hear()
                    return
                to = self._next()
                if to is None:
                    raise Stuck("nothing is owed and the drill does not end")
                await tick(to)
                await self._stepper.advance(to)

    async def _found(self) -> None:
        document, root = self.script.document, self.coordinator.root
        await self._log.put_blob(self.script.digest, self.script.json)
        if self._playbook is not None:
            await self.coordinator.shelf.publish(self._playbook)
        digests = RegisterDigests(
            self.registers.areas.digest, self.registers.people.digest, self.registers.organisation.digest
        )
        for scope in self.coordinator.reactors:
            await self._do(
                FoundScope(
                    area=scope,
                    world=WORLD,
                    **digests._asdict(),
                    origin=document.start,
                    started=document.start,
                    rate=0,
                )
            )
        await self._do(prepare(self.script, root, 0))

    async def _settle(self) -> None:
        """Everyone has done what there is to do at this instant."""
        for _ in range(ROUNDS):
            await self._stepper.settle()
            if not await self._players_act():
                return
        raise Stuck(f"no end of doing at {self.coordinator.world_now()}")

    async def _players_act(self) -> bool:
        """One after the other by name; each sees what those before have done."""
        acted = False
        now = self.coordinator.world_now()
        for player in self.players.values():
            if player.reachable(now):
                for board in player.boards:
                    player.notice(self._follow(board), now)
            if player.next_at is None or player.next_at > now:
                continue
            for said in player.act(now):
                acted = True
                outcome = await self._say(player.actor, said.command)
                if outcome.refusal is not None:
                    name = f"{type_of(said.command)} {outcome.refusal.code}"
                    self.refused[name] = self.refused.get(name, 0) + 1
                    player.refused(said, outcome.refusal.code, now)
        return acted

    def _follow(self, board: Board) -> list[str]:
        """Bring a board up to date. Gives the keys that changed, in an order that hashing has no part in."""
        key, parts = self._board(board.key)
        changed: list[str] = []
        for part in parts:
            known = board.parts.get(part)
            if known is not None and known.cursor == self.coordinator.cursor(part):
                continue
            delta = self.coordinator.delta(key, part, known.cursor) if known is not None else None
            if known is None or delta is None:
                cursor, at, entries = self.coordinator.snapshot(key, part)
                board.snapshot(part, cursor, entries, at)
                changed += entries
                continue
            board.delta(part, known.cursor, delta.cursor, delta.changed, delta.gone, delta.at)
            changed += [*delta.changed, *delta.gone]
        return sorted(changed)

    def _new_board(self, name: str) -> tuple[BoardKey, list[str]]:
        """A board and its parts, which do not change while nothing but areas, teams and the drill is watched."""
        key = BoardKey.parse(name)
        return key, self.coordinator.parts(key)

    def _next(self) -> datetime | None:
        now = self.coordinator.world_now()
        times = [player.next_at for player in self.players.values()]
        meant = min((at for at in times if at is not None and at > now), default=None)
        return self._stepper.next_at(meant)

    async def _say(self, actor: Actor, command: Command) -> Outcome:
        body = command.model_dump(mode="json", exclude_defaults=True)
        key = self._keys(self.coordinator.server_now())
        return await self.coordinator.execute(actor, key, type_of(command), body)

    async def _by_worker(self, command: Command) -> object:
        worker = Actor("process:sandbox", Role.WORKER, self.coordinator.root)
        return await self._say(worker, command)

    async def _do(self, command: Command) -> None:
        if isinstance(command, StartDrill):
            actor = Actor("control-1", Role.CONTROLLER, self.coordinator.root)
            outcome = await self._say(actor, command)
        else:
            outcome = await self.coordinator.do(command)
        if outcome.status != "accepted":
            raise Stuck(f"{type_of(command)}: {outcome.refusal}")


def prepare(script: Script, root: str, rate: float) -> PrepareDrill:
    """What a drill's world is told of its script."""
    document = script.document
    return PrepareDrill(
        area=root,
        script=script.digest,
        name_zh=document.name.zh,
        name_en=document.name.en,
        places=list(document.places),
        injects=[inject.key for inject in document.injects],
        stop_word=document.stop_word,
        rate=rate,
        items=[
            ItemGiven(
                key=one.key,
                kind=one.kind,
                zh=one.text.zh,
                en=one.text.en,
                target=(one.target or 0) * 60,
            )
            for one in document.items
        ],
    )
