"""What exercise control does to the simulated teams: the drill's own board says it, and the seats concerned are told.

A leader who does not answer, a network that is gone, people who stay away, a road that is blocked, something to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from clients.simulator.behaviour.desk import Order
from clients.simulator.behaviour.drilling import Commanding, Seeing
from clients.simulator.player import Player
from coordinator.domain.access import Actor
from coordinator.domain.area import AreaCode
from coordinator.domain.inject import Inject, InjectKind, InjectState
from coordinator.wire.board import Board


class Handicaps:
    """A player that gives no commands: it watches the drill's board and changes what the others can do."""

    def __init__(
        self,
        actor: Actor,
        board: Board,
        players: Mapping[str, Player],
        seeing: Mapping[str, Seeing],
        commanding: Mapping[str, Commanding],
    ) -> None:
        """`seeing` and `commanding`: by the name of the player whose habit it is."""
        self.actor = actor
        self.boards = (board,)
        self.next_at: datetime | None = None
        self._players = players
        self._seeing = seeing
        self._commanding = commanding
        self._done: set[str] = set()

    def reachable(self, now: datetime) -> bool:
        return True

    def act(self, now: datetime) -> list[Order]:
        return []

    def refused(self, said: Order, code: str, now: datetime) -> None:
        """It says nothing that could be."""

    def notice(self, changed: Iterable[str], now: datetime) -> None:
        for name in changed:
            section, _, key = name.partition("/")
            entry = next(
                (part.entries[name] for part in self.boards[0].parts.values() if name in part.entries), None
            )
            if section != "injects" or entry is None or key in self._done:
                continue
            inject = msgspec.convert(entry, Inject)
            if inject.state is InjectState.FIRED:
                self._done.add(key)
                self._handle(inject, now)

    def _handle(self, inject: Inject, now: datetime) -> None:
        facts = inject.facts
        match inject.kind:
            case InjectKind.SILENT_LEADER:
                for _, player in self._seats(inject, facts["who"].split(",")):
                    player.desk.asleep = True
            case InjectKind.NETWORK_CUT:
                until = now + timedelta(minutes=int(facts["minutes"]))
                for _, player in self._seats(inject, facts["who"].split(",")):
                    player.cut(until)
            case InjectKind.NO_SHOW:
                for _, player in self._below(inject.to):
                    player.desk.no_shows = float(facts["rate"])
            case InjectKind.BLOCKED_ROAD:
                for _, player in self._below(inject.to):
                    player.desk.detour = timedelta(minutes=int(facts["minutes"]))
            case InjectKind.EVENT:
                for name, player in self._below(inject.to):
                    if player.desk.area in inject.to and name in self._seeing:
                        self._seeing[name].show(player.desk, inject.id, facts, now)
            case InjectKind.MESSAGE if "calls_for" in facts:
                asked = {"areas": ",".join(inject.to), **facts}
                for name, habit in self._commanding.items():
                    habit.hear(self._players[name].desk, inject.id, asked, now)

    def _seats(self, inject: Inject, kinds: Iterable[str]) -> Iterator[tuple[str, Player]]:
        """Seats of these kinds that stand for exactly the places the inject is for."""
        for name, player in self._players.items():
            if player.actor.role.value in kinds and player.desk.area in inject.to:
                yield name, player

    def _below(self, areas: Iterable[AreaCode]) -> Iterator[tuple[str, Player]]:
        """Seats whose place lies in one of the areas: a code begins with that of the area above."""
        tops = tuple(areas)
        for name, player in self._players.items():
            if player.desk.area.startswith(tops):
                yield name, player
