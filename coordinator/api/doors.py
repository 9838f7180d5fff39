"""What the interface needs of whoever keeps drills running: the way to a seat. It knows no drill's token or log."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from coordinator.domain.access import Actor


class Door(NamedTuple):
    """One seat of a drill, and where it is taken."""

    seat: str
    link: str


class Doors(Protocol):
    async def to(self, drill: str, actor: Actor) -> list[Door]:
        """Raises `Refused`: `unknown_drill`, `no_seat_for_you`, `drill_away`."""
        ...
