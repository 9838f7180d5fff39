"""The cast over WebSockets: one connection for every actor, one clock, one heap of what is meant to be done when.

It knows what the SDK knows and nothing more. One asyncio process, no busy loop: it sleeps until somebody means to do
something or a board moves.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self

from clients.sdk import Client, ClientProblem, Outgoing
from clients.simulator.behaviour import roles
from clients.simulator.behaviour.desk import Desk, Order
from clients.simulator.cast import APPROVES, ASKS, AUDITOR, flaky_of
from clients.simulator.chance import Chance
from clients.simulator.config import Config
from clients.simulator.network import BadNetwork
from clients.simulator.notes import Notes, Offline
from clients.simulator.sink import WebhookSink
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, type_of
from coordinator.domain.key import key_time
from coordinator.wire.board import Board
from coordinator.wire.messages import Result

AT_ONCE: Final = 12
"""Connections that are opened at the same time."""
PATIENCE: Final = 60.0
"""Seconds to wait for a coordinator at the beginning."""
BREATH: Final = 0.2
"""Seconds between two looks of the director at least, and five times that at most."""
LAY: Final = timedelta(seconds=6)
"""How long something has to lie in an outbox to be called late: more than a slow answer takes."""
CUTS: Final = 5
"""How often at most the network goes."""


class LiveCast:
    """Use as an async context manager: on entry everybody is connected and sees their board."""

    def __init__(self, config: Config) -> None:
        self.chance = Chance(config.seed)
        self.notes = Notes()
        self.desks: dict[str, Desk] = {}
        self._config = config
        self._clients: dict[str, Client] = {}
        self._networks: dict[str, BadNetwork] = {}
        self._sink: WebhookSink | None = None
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._meant: list[tuple[datetime, str]] = []
        self._planned: dict[str, datetime] = {}
        self._sooner = asyncio.Event()
        self._news = asyncio.Event()

    # --- coming and going ---------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        if self._config.webhook is not None:
            self._sink = await self._stack.enter_async_context(WebhookSink(self._config.webhook.port))
        tokens = self._config.tokens
        flaky = {f"grid:{self.flaky(street)}" for street in tokens.streets if self._grids(street)}
        gate = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as joining:
                for name, token, boards in self._parts():
                    joining.create_task(self._join(gate, name, token, boards, name in flaky))
        except* ClientProblem as problems:
            await self.__aexit__(None, None, None)
            raise problems.exceptions[0] from None
        self._start(self._act())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(client.close() for client in self._clients.values()))
        await self._stack.aclose()

    def _parts(self) -> Iterator[tuple[str, str, list[str]]]:
        """Who plays: name, token, and the boards they look at; none for those who only give orders."""
        tokens = self._config.tokens
        yield ASKS, tokens.commander[0].token, []
        yield APPROVES, tokens.commander[1].token, []
        yield AUDITOR, tokens.auditor, []
        for kind, some in (("street", tokens.streets), ("community", tokens.communities)):
            for area, token in some.items():
                yield f"{kind}:{area}", token, [f"area:{area}", f"orders:{area}"]
        for area, token in tokens.grids.items():
            yield f"grid:{area}", token, [f"area:{area}"]
        for team, token in tokens.team_leaders.items():
            yield team, token, [f"team:{team}"]

    async def _join(
        self, gate: asyncio.Semaphore, name: str, token: str, watched: list[str], flaky: bool
    ) -> None:
        async with gate:
            urls = self._config.urls
            if flaky:
                network = self._networks[name] = BadNetwork(urls[0])
                urls = [(await self._stack.enter_async_context(network)).url]
            client = Client(urls, token, patience=PATIENCE, longest_wait=2)
            self._clients[name] = await client.__aenter__()
            boards = [await client.watch(board, within=PATIENCE) for board in watched]
            if boards:
                desk = self.desks[name] = self._desk(name, client, boards)
                for board in boards:
                    self._start(self._watch(name, desk, client, board))

    def _desk(self, name: str, client: Client, boards: list[Board]) -> Desk:
        kind, _, area = name.partition(":")
        match kind:
            case "grid":
                return roles.grid(area, boards, self.chance)
            case "community":
                return roles.community(area, boards, self.chance)
            case "street":
                return roles.street(area, boards, self.chance, self._config.tokens.team_leaders.keys())
            case _:
                assert client.me is not None  # signed in before it could watch
                return roles.team_leader(client.me.area, boards, self.chance)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        """Something that goes on beside the story; whatever ends it with an error ends the night."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self._failed.done():
            self._failed.set_exception(error)

    # --- seeing and acting --------------------------------------------------------------------------------

    async def _watch(self, name: str, desk: Desk, client: Client, board: Board) -> None:
        changes = client.changes(board)
        self._notice(name, desk, board.entries)
        async for change in changes:
            self._notice(name, desk, change.changed)

    def _notice(self, name: str, desk: Desk, changed: Iterable[str]) -> None:
        desk.notice(changed, self.now())
        self._plan(name, desk)
        self._news.set()

    def _plan(self, name: str, desk: Desk) -> None:
        """Have it looked at when it next means to do something; once, however often its board changes."""
        at, known = desk.next_at, self._planned.get(name)
        if at is None or (known is not None and known <= at):
            return
        self._planned[name] = at
        heapq.heappush(self._meant, (at, name))
        if self._meant[0] == (at, name):
            self._sooner.set()

    async def _act(self) -> None:
        """Sleep until somebody means to do something."""
        while True:
            while self._meant and self._meant[0][0] <= self.now():
                at, name = heapq.heappop(self._meant)
                if self._planned.get(name) != at:
                    continue  # it has been looked at earlier
                del self._planned[name]
                desk = self.desks[name]
                for order in desk.act(self.now()):
                    self._start(self._say(name, desk, order))
                self._plan(name, desk)
            self._sooner.clear()
            wait = (
                (self._meant[0][0] - self.now()).total_seconds() / self._config.rate if self._meant else None
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._sooner.wait()

    async def _say(self, name: str, desk: Desk, order: Order) -> None:
        """Over lost networks and restarts, until it is answered."""
        result = await self._send(name, order.command, refusals=True)
        if result.error is None:
            self.notes.accepted(order)
            return
        self.notes.refused(order, result.error.code)
        if desk.refused(order, result.error.code, self.now()):
            self._plan(name, desk)

    async def _send(self, who: str, command: Command, *, refusals: bool) -> Result:
        body = command.model_dump(mode="json", exclude_defaults=True)
        return await self._clients[who].command(type_of(command), body, deadline=None, refusals=refusals)

    # --- what the director asks ---------------------------------------------------------------------------

    @property
    def district(self) -> AreaCode:
        return self._config.district

    def now(self) -> datetime:
        return self._clients[ASKS].clock.world_now()

    async def board(self, who: str, name: str) -> Board:
        return await self._clients[who].watch(name, within=PATIENCE)

    async def order(self, who: str, command: Command) -> Result:
        return await self._send(who, command, refusals=False)

    async def moved(self) -> None:
        """Raises what went wrong beside the story."""
        if self._failed.done():
            self._failed.result()
        await asyncio.sleep(BREATH)
        with suppress(TimeoutError):
            async with asyncio.timeout(BREATH * 4):
                await self._news.wait()
        self._news.clear()

    def _grids(self, street: AreaCode) -> list[AreaCode]:
        return [grid for grid in self._config.tokens.grids if grid.startswith(street)]

    def flaky(self, street: AreaCode) -> AreaCode:
        return flaky_of(self.chance, self._grids(street))

    async def cut_off(self, who: str, least: timedelta) -> Offline:
        """Again where all that lay was refused when it arrived: then the log tells nothing of it."""
        for _ in range(CUTS):
            span, lain = await self._without_network(who, least)
            while any(one.result is None for one in lain):
                await self.moved()
            if any(one.result is not None and one.result.error is None for one in lain):
                break
        return span

    async def _without_network(self, who: str, least: timedelta) -> tuple[Offline, list[Outgoing]]:
        """Until what is said meanwhile has lain long enough; gives what has."""
        client, network, desk = self._clients[who], self._networks[who], self.desks[who]
        while desk.next_at is None or desk.next_at > self.now() + least / 2:
            await self.moved()  # nobody would notice
        began, cut_at = self.now(), client.clock.now()
        network.cut()
        while not late(client.outbox, cut_at, client.clock.now()) or self.now() < began + least:
            await self.moved()
        lain = late(client.outbox, cut_at, client.clock.now())
        minutes = (self.now() - began) // timedelta(minutes=1)
        span = Offline(who=who, minutes=minutes, piled_up=len(client.outbox))
        network.mend()
        while client.offline_since is not None:
            await self.moved()
        return span, lain

    @property
    def has_webhook(self) -> bool:
        return self._sink is not None

    def webhook_recovers(self) -> None:
        if self._sink is not None:
            self._sink.failing = False

    def webhook_delivered(self) -> bool:
        return self._sink is not None and self._sink.taken > 0

    async def stay(self) -> None:
        """Go on acting for whoever gives orders, until something fails or we are told to stop."""
        await self._failed


def late(outbox: Iterable[Outgoing], cut_at: datetime, now: datetime) -> list[Outgoing]:
    """What was said since the cut and lies long enough. What was said before it may well have arrived."""
    return [one for one in outbox if cut_at < key_time(one.key) <= now - LAY]
