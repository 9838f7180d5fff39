"""Everyone who is connected, looked after: deadlines, grants, health, the state of the log, and the end of all.

Handed the time; `coordinator/live/socket.py` calls it by the clock.
"""

from __future__ import annotations

from datetime import datetime

from coordinator.live.connection import Connection
from coordinator.live.port import Engine
from coordinator.live.settings import LiveSettings
from coordinator.wire.close_codes import CloseCode


class Keeper:
    def __init__(self, engine: Engine, settings: LiveSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._connections: set[Connection] = set()
        self._down: datetime | None = engine.log_down_since
        self._round: list[Connection] = []
        self._slice = 0
        self._rights_changed = False
        self._ask_rights = False
        self.stopping = False

    def __len__(self) -> int:
        return len(self._connections)

    @property
    def full(self) -> bool:
        return len(self._connections) >= self._settings.max_sockets

    def add(self, connection: Connection) -> None:
        self._connections.add(connection)
        if self.stopping:
            connection.stop(CloseCode.GOING_AWAY)

    def remove(self, connection: Connection) -> None:
        self._connections.discard(connection)

    def changed(self, part: str) -> None:
        """Grants stand in the log of the tree's root: rights may have changed."""
        if part in self._engine.registers.areas.roots():
            self._rights_changed = True

    def tick(self, now: float) -> None:
        """Called a few times a second; each time a slice of everyone is looked after, so that nobody waits for it."""
        if self._engine.log_down_since != self._down:
            self._down = self._engine.log_down_since
            for connection in list(self._connections):
                connection.carry_out(connection.session.log_changed())
        if not self._round:
            self._begin_round()
        for _ in range(min(self._slice, len(self._round))):
            self._round.pop().check(now, rights=self._ask_rights)

    def _begin_round(self) -> None:
        """What changes in the middle of a round is seen in the next: out within twice `check_seconds`."""
        self._ask_rights, self._rights_changed = self._rights_changed, False
        self._round = list(self._connections)
        ticks = max(1, round(self._settings.check_seconds / self._settings.status_seconds))
        self._slice = -(-len(self._round) // ticks)

    def stop(self) -> None:
        """This coordinator goes away; any other one will do."""
        self.stopping = True
        for connection in list(self._connections):
            connection.stop(CloseCode.GOING_AWAY)
