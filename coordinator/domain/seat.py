"""A seat in a drill: who acts as what where, and which boards they look at. All that a player needs to be told."""

from __future__ import annotations

import msgspec

from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaCode


class Seat(msgspec.Struct, frozen=True):
    name: str
    """`KIND:CODE`, or a team's id."""
    role: Role
    area: AreaCode
    person: str
    boards: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        return Actor(person=self.person, role=self.role, area=self.area)
