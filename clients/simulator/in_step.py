"""Simulated teams of a drill in lock-step: the world waits for them, and they act in the order of their names.

What they see comes with each step of the world, so that nobody sees more or less than last time; what they order goes
over a connection of each seat's own.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import aiohttp
import msgspec

from clients.sdk import ClientProblem
from clients.simulator.drill_cast import simulated
from clients.simulator.handicaps import Handicaps
from clients.simulator.names import Names
from clients.simulator.player import Player
from clients.simulator.seated import Seated
from coordinator.domain.drill import OVER, Phase
from coordinator.wire.board import Board, Cursor

STEP: Final = "/api/v1/drill/step"
AGAIN_SECONDS: Final = 0.3
STEP_SECONDS: Final = 300.0
"""For one step: jobs are waited for."""


class Change(msgspec.Struct, frozen=True):
    """What became of one part of a board."""

    whole: bool
    at: datetime
    set: dict[str, dict[str, Any]]
    gone: list[str]


class Step(msgspec.Struct, frozen=True):
    """The world at its next instant, as it is told."""

    now: datetime
    phase: Phase
    heads: dict[str, Cursor]
    groups: list[dict[str, dict[str, Change]]]


class Refusing(ClientProblem):
    """The drill does not go on, and says why."""


class TeamsInStep:
    def __init__(self, seated: Seated) -> None:
        self._seated = seated
        teams = seated.teams
        self._names = Names()
        made = simulated(
            [one.seat for one in teams.seats],
            teams.seed,
            teams.playbook,
            teams.minutes,
            named=self._names,
        )
        self._players: dict[str, Player | Handicaps] = dict(sorted(made.items()))

    async def play(self) -> None:
        """Until the drill is over. Raises `ClientProblem`."""
        teams = self._seated.teams
        headers = {"Authorization": f"Bearer {teams.control.token}"}
        timeout = aiohttp.ClientTimeout(total=STEP_SECONDS)
        now: datetime | None = None
        phase = Phase.PREPARED
        async with aiohttp.ClientSession(teams.urls[0], headers=headers, timeout=timeout) as session:
            while phase not in OVER:
                groups = self._groups(now)
                step = await self._step(session, groups, self._meant() if phase is Phase.RUNNING else None)
                now, phase = step.now, step.phase
                self._see(step, groups)
                if phase is Phase.RUNNING:
                    await self._act(now)
                teams.ready.touch(mode=0o600)

    def _meant(self) -> datetime | None:
        times = [at for player in self._players.values() if (at := player.next_at) is not None]
        return min(times, default=None)

    def _groups(self, now: datetime | None) -> list[list[tuple[Player | Handicaps, Board]]]:
        """Boards of those who have a network, gathered by what is known of them."""
        found: dict[tuple[tuple[str, Cursor], ...], list[tuple[Player | Handicaps, Board]]] = defaultdict(
            list
        )
        for player in self._players.values():
            if now is None or player.reachable(now):
                for board in player.boards:
                    found[tuple(sorted(board.cursor.items()))].append((player, board))
        return list(found.values())

    async def _step(
        self,
        session: aiohttp.ClientSession,
        groups: Sequence[Sequence[tuple[Player | Handicaps, Board]]],
        meant: datetime | None,
    ) -> Step:
        """Over lost connections and restarts: asked again with the same, the world does not go further."""
        asked = {
            "meant": meant.isoformat() if meant is not None else None,
            "groups": [
                {
                    "since": group[0][1].cursor,
                    "boards": list(dict.fromkeys(board.key for _, board in group)),
                }
                for group in groups
            ],
        }
        while True:
            try:
                async with session.post(STEP, data=msgspec.json.encode(asked)) as answer:
                    said = await answer.read()
                    if answer.status == 200:
                        return msgspec.json.decode(said, type=Step)
                    problem = msgspec.json.decode(said)
                    if not problem.get("retry"):
                        raise Refusing(f"{problem.get('code')}: {problem.get('detail_en')}")
            except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError):
                pass  # it is being started again: the same question, to whoever answers then
            await asyncio.sleep(AGAIN_SECONDS)

    def _see(self, step: Step, groups: Sequence[Sequence[tuple[Player | Handicaps, Board]]]) -> None:
        """One after the other by name."""
        changed: dict[int, list[str]] = defaultdict(list)
        for told, group in zip(step.groups, groups, strict=True):
            for player, board in group:
                brought = _brought(board, told.get(board.key, {}), step.heads)
                for key in brought:
                    self._names(key)  # in the order in which the server tells it
                changed[id(player)] += brought
        for player in self._players.values():
            if id(player) in changed:
                player.notice(sorted(changed[id(player)], key=self._names), step.now)

    async def _act(self, now: datetime) -> None:
        """One after the other by name; each is answered before the next one speaks."""
        for name, player in self._players.items():
            if player.next_at is None or player.next_at > now:
                continue
            for order in player.act(now):
                result = await self._seated.say(name, order)
                if result.error is not None:
                    player.refused(order, result.error.code, now)


def _brought(board: Board, told: dict[str, Change], heads: dict[str, Cursor]) -> list[str]:
    """The board brought up to the heads; gives the keys of what changed."""
    keys: list[str] = []
    for part in [*board.parts, *(part for part in told if part not in board.parts)]:
        change, known = told.get(part), board.parts.get(part)
        if change is None:
            assert known is not None  # it is one of the board's own
            board.delta(part, known.cursor, heads[part], {}, [], known.at)
        elif change.whole or known is None:
            board.snapshot(part, heads[part], change.set, change.at)
            keys += change.set
        else:
            board.delta(part, known.cursor, heads[part], change.set, change.gone, change.at)
            keys += [*change.set, *change.gone]
    return keys
