"""Who plays in the night, as the director needs it: desks, live boards, orders. The live cast keeps to it over
WebSockets (`live_cast.py`), the one of the tests without any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from clients.simulator.behaviour.desk import Desk
from clients.simulator.chance import Chance
from clients.simulator.notes import Notes, Offline
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command
from coordinator.wire.board import Board
from coordinator.wire.messages import Result

ASKS: Final = "commander:1"
APPROVES: Final = "commander:2"
AUDITOR: Final = "auditor"


def flaky_of(chance: Chance, grids: Iterable[AreaCode]) -> AreaCode:
    """Which of the grids of one street has the bad network."""
    return chance.one_of(sorted(grids), "the grid with the bad network")


class Cast(Protocol):
    """Actors are called `commander:1`, `commander:2`, `auditor`, `street:CODE`, `community:CODE`, `grid:CODE`
    and by the id of a team, which begins with `team:`."""

    @property
    def district(self) -> AreaCode: ...
    @property
    def chance(self) -> Chance: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def desks(self) -> Mapping[str, Desk]:
        """Of everybody who acts by themselves."""
        ...

    def now(self) -> datetime:
        """The world's time."""
        ...

    async def board(self, who: str, name: str) -> Board:
        """A live board, watched from now on."""
        ...

    async def order(self, who: str, command: Command) -> Result:
        """Raises `CommandRefused`."""
        ...

    async def moved(self) -> None:
        """Wait for news of any kind, or a little."""
        ...

    def flaky(self, street: AreaCode) -> AreaCode:
        """The grid of a street whose network can be taken away."""
        ...

    async def cut_off(self, who: str, least: timedelta) -> Offline:
        """Take somebody's network away, and give it back when they have had something to say for a while."""
        ...

    @property
    def has_webhook(self) -> bool:
        """Whether there is a receiver for the webhook to fail; at first it turns everything away."""
        ...

    def webhook_recovers(self) -> None:
        """From now on it takes what it is sent."""
        ...

    def webhook_delivered(self) -> bool:
        """Whether it has taken something since."""
        ...
