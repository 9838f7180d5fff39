"""The cast of a night without a server: every actor of a district on a `Rehearsal`, minute by minute."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from clients.sdk import CommandRefused
from clients.simulator.behaviour import roles
from clients.simulator.behaviour.desk import Desk, Order
from clients.simulator.cast import AUDITOR, flaky_of
from clients.simulator.chance import Chance
from clients.simulator.notes import Notes, Offline
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaLevel
from coordinator.domain.command import Command
from coordinator.domain.refusal import Refused
from coordinator.wire.board import Board
from coordinator.wire.errors import error_body
from coordinator.wire.messages import Result
from tests.simulator.rehearsal import Rehearsal


class Rehearsed:
    """The cast of a rehearsal: every desk acts when it means to, minute by minute."""

    def __init__(self, rehearsal: Rehearsal, seed: int, *, webhook: bool = True) -> None:
        self.rehearsal = rehearsal
        self.chance = Chance(seed)
        self.notes = Notes()
        self.desks: dict[str, Desk] = {}
        self.has_webhook = webhook
        rehearsal.failing = webhook
        self._actors: dict[str, Actor] = {}
        self._boards: dict[str, Board] = {}
        self._offline: dict[str, list[Order]] = {}
        self._moved = asyncio.Event()
        self._cast()
        for desk in self.desks.values():
            for board in desk.boards:
                rehearsal.follow(board)

    @property
    def district(self) -> str:
        return self.rehearsal.scope

    def _cast(self) -> None:
        areas, scope = self.rehearsal.registers.areas, self.rehearsal.scope
        teams = self.rehearsal.registers.organisation.teams
        for number in (1, 2):
            self._actors[f"commander:{number}"] = Actor(f"d-{scope}-{number}", Role.COMMANDER, scope)
        self._actors[AUDITOR] = Actor("auditor", Role.AUDITOR, scope)
        led = {team.id for team in teams.values() if team.kind == "shock_team"}
        for level, role in (("street", Role.STREET), ("community", Role.COMMUNITY), ("grid", Role.GRID)):
            for area in areas.below(scope, AreaLevel(level)):
                board, name = Board(f"area:{area}"), f"{level}:{area}"
                boards = [board, Board(f"orders:{area}")]
                self._actors[name] = Actor(f"d-{area}", role, area)
                match level:
                    case "street":
                        self.desks[name] = roles.street(area, boards, self.chance, led)
                    case "community":
                        self.desks[name] = roles.community(area, boards, self.chance)
                    case _:
                        self.desks[name] = roles.grid(area, [board], self.chance)
        for team in sorted(led):
            area = teams[team].area
            self._actors[team] = Actor(teams[team].members[0], Role.TEAM_LEADER, area)
            self.desks[team] = roles.team_leader(area, [Board(f"team:{team}")], self.chance)

    # --- what the director asks -----------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.rehearsal.now

    async def board(self, who: str, name: str) -> Board:
        board = self._boards.setdefault(name, Board(name))
        self.rehearsal.follow(board)
        return board

    async def order(self, who: str, command: Command) -> Result:
        return self._order(who, command)

    def _order(self, who: str, command: Command) -> Result:
        body = command.model_dump(mode="json", exclude_defaults=True)
        try:
            ids = self.rehearsal.tell(self._actors[who], type(command).__name__, body)
        except Refused as refused:
            error = error_body(refused.code, refused.facts)
            result = Result(key="", status="refused", error=error)
            raise CommandRefused(error, result) from None
        return Result(key="", status="accepted", ids=list(ids))

    async def moved(self) -> None:
        await self._moved.wait()

    def flaky(self, street: str) -> str:
        grids = self.rehearsal.registers.areas.below(street, AreaLevel.GRID)
        return flaky_of(self.chance, grids)

    async def cut_off(self, who: str, least: timedelta) -> Offline:
        began, piled = self.now(), self._offline.setdefault(who, [])
        while not piled or self.now() < began + least:
            await self.moved()
        del self._offline[who]
        for order in piled:
            self._say(who, order)
        return Offline(who=who, minutes=(self.now() - began) // timedelta(minutes=1), piled_up=len(piled))

    def webhook_recovers(self) -> None:
        self.rehearsal.failing = False

    def webhook_delivered(self) -> bool:
        return not self.rehearsal.failing

    # --- the passing of time ----------------------------------------------------------------------------------

    async def play(self, story: Coroutine[Any, Any, None]) -> None:
        """The story, with as much time as it takes."""
        told = asyncio.ensure_future(story)
        while not told.done():
            for _ in range(12):
                await asyncio.sleep(0)
            self.step()
            self._moved, moved = asyncio.Event(), self._moved
            moved.set()
        told.result()

    def step(self) -> None:
        """One minute of the world."""
        self.rehearsal.now += timedelta(minutes=1)
        self.rehearsal.do_due()
        for name, desk in self.desks.items():
            if name in self._offline:
                self._offline[name] += desk.act(self.now())
                continue
            for board in desk.boards:
                desk.notice(self.rehearsal.follow(board), self.now())
            for order in desk.act(self.now()):
                self._say(name, order)
        for board in self._boards.values():
            self.rehearsal.follow(board)

    def _say(self, who: str, order: Order) -> None:
        try:
            self._order(who, order.command)
        except CommandRefused as refused:
            self.notes.refused(order, refused.error.code)
            self.desks[who].refused(order, refused.error.code, self.now())
        else:
            self.notes.accepted(order)
