"""Simulated teams over WebSockets, a connection for every seat; the world's clock runs, and they keep up with it.

They see what their seats show and nothing more. While the drill stands still, so do they; when it is over, they leave.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self

import msgspec

from clients.sdk import Client, ClientProblem
from clients.simulator.behaviour.desk import Order
from clients.simulator.drill_cast import simulated
from clients.simulator.handicaps import Handicaps
from clients.simulator.player import Player
from clients.simulator.teams import Teams, TeamSeat
from coordinator.domain.command import type_of
from coordinator.domain.drill import OVER, Drill, Phase
from coordinator.domain.seat import Seat
from coordinator.wire.board import Board
from coordinator.wire.messages import Result

AT_ONCE: Final = 12
"""Connections that are opened at the same time."""
PATIENCE: Final = 60.0
"""Seconds to wait for the coordinator at the beginning."""
LONGEST_WAIT: Final = 2.0
"""Seconds between two tries to reach it, later."""


class Seated:
    """Connections of every seat. Use as an async context manager: on entry everybody is signed in."""

    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self.clients: dict[str, Client] = {}

    async def __aenter__(self) -> Self:
        gate = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as joining:
                for seat in self.teams.seats:
                    joining.create_task(self._join(gate, seat))
        except* ClientProblem as problems:
            await self.__aexit__(None, None, None)
            raise problems.exceptions[0] from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(client.close() for client in self.clients.values()))

    async def _join(self, gate: asyncio.Semaphore, seat: TeamSeat) -> None:
        async with gate:
            client = Client(self.teams.urls, seat.token, patience=PATIENCE, longest_wait=LONGEST_WAIT)
            self.clients[seat.name] = await client.__aenter__()

    async def say(self, name: str, order: Order) -> Result:
        """Over lost connections and restarts, until it is answered."""
        command = order.command
        body = command.model_dump(mode="json", exclude_defaults=True)
        return await self.clients[name].command(type_of(command), body, deadline=None, refusals=True)


class RunningTeams:
    """Everybody acts by the world's clock as it runs."""

    def __init__(self, seated: Seated) -> None:
        self._seated = seated
        self._control = seated.clients[seated.teams.control.name]
        self._players: dict[str, Player | Handicaps] = {}
        self._unseen: dict[str, set[str]] = defaultdict(set)
        """What changed on boards of those whose network was gone."""
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: list[BaseException] = []

    async def play(self) -> None:
        """Until the drill is over. Raises `ClientProblem`."""
        teams = self._seated.teams
        boards: dict[str, list[Board]] = {}
        for seat in teams.seats:
            client = self._seated.clients[seat.name]
            boards[seat.name] = [await client.watch(board, within=PATIENCE) for board in seat.boards]

        def of_seat(seat: Seat) -> list[Board]:
            return boards[seat.name]

        seats = [one.seat for one in teams.seats]
        self._players = dict(
            sorted(simulated(seats, teams.seed, teams.playbook, teams.minutes, of_seat).items())
        )
        for name, watched in boards.items():
            for board in watched:
                self._start(self._watch(name, board))
        teams.ready.touch(mode=0o600)
        try:
            while (drill := self._drill()) is None or drill.phase not in OVER:
                if self._failed:
                    raise self._failed[0]
                await self._act(running=drill is not None and drill.phase is Phase.RUNNING)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _drill(self) -> Drill | None:
        """As its root has it."""
        control = self._seated.teams.control
        part = self._players[control.name].boards[0].parts[control.area]
        found = [entry for key, entry in part.entries.items() if key.startswith("drills/")]
        return msgspec.convert(found[0], Drill) if found else None

    async def _act(self, *, running: bool) -> None:
        """Whoever means to do something by now does it; then wait for the next to, or for news."""
        self._news.clear()
        wait: float | None = None
        if running and self._control.clock.rate:
            now = self._control.clock.world_now()
            for name, player in self._players.items():
                if player.next_at is None or player.next_at > now:
                    continue
                for order in player.act(now):
                    self._start(self._say(name, order))
                self._notice(name, ())
            times = [at for player in self._players.values() if (at := player.next_at) is not None]
            wait = self._until(min(times, default=None))
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._news.wait()

    def _until(self, at: datetime | None) -> float | None:
        clock = self._control.clock
        return None if at is None else max(0.0, (at - clock.world_now()) / timedelta(seconds=clock.rate))

    async def _watch(self, name: str, board: Board) -> None:
        client = self._seated.clients[name]
        changes = client.changes(board)
        self._notice(name, board.entries)
        async for change in changes:
            if name == self._seated.teams.control.name and any(
                key.startswith("drills/") for key in change.changed
            ):
                await client.told_time()
            self._notice(name, change.changed)

    def _notice(self, name: str, changed: Iterable[str]) -> None:
        player, now = self._players[name], self._control.clock.world_now()
        unseen = self._unseen[name]
        unseen.update(changed)
        if unseen and player.reachable(now):
            self._unseen[name] = set()
            player.notice(sorted(unseen), now)
        self._news.set()

    async def _say(self, name: str, order: Order) -> None:
        result = await self._seated.say(name, order)
        if result.error is not None:
            self._players[name].refused(order, result.error.code, self._control.clock.world_now())
            self._news.set()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        """Something that goes on beside; whatever ends it with an error ends the teams."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed.append(error)
            self._news.set()
