"""Who plays in a drill without a network: desks that see boards and say commands, as on the wire.

A protocol only. The simulated teams keep to it; `main` hands them in, for the coordinator never imports its clients.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from coordinator.domain.access import Actor
from coordinator.domain.command import Command
from coordinator.domain.seat import Seat
from coordinator.wire.board import Board


class Said(Protocol):
    """One command that a player means to give."""

    @property
    def command(self) -> Command: ...


S = TypeVar("S", bound=Said)


class Player(Protocol[S]):
    """One seat. It learns of the world from its boards alone. `S`: how it says what it means to do."""

    @property
    def actor(self) -> Actor: ...
    @property
    def boards(self) -> Sequence[Board]: ...
    @property
    def next_at(self) -> datetime | None:
        """When something is meant to be done."""
        ...

    def reachable(self, now: datetime) -> bool:
        """Whether its network is there: what changes meanwhile is seen later."""
        ...

    def notice(self, changed: Iterable[str], now: datetime) -> None:
        """Entries of a board that have changed."""
        ...

    def act(self, now: datetime) -> Sequence[S]:
        """Everything that is meant to be done by now."""
        ...

    def refused(self, said: S, code: str, now: datetime) -> None:
        """The coordinator said no."""
        ...


class Cast(Protocol):
    """Makes the players of one drill."""

    def __call__(
        self, seats: Sequence[Seat], seed: int, playbook: str, minutes: int
    ) -> Mapping[str, Player[Any]]:
        """Those of these seats by name; among them the one that does what control throws at the others.

        `playbook` (a digest) and `minutes` are what a simulated command post declares by and for.
        """
        ...
