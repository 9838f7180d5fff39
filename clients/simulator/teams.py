"""The file that a drill writes for its simulated teams: where its coordinator is, who sits where, by which token.

Only read here. Nothing in it reaches further than the public protocol does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from clients.simulator.config import Token
from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.domain.seat import Seat


class TeamSeat(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    role: Role
    area: AreaCode
    person: str
    token: Token
    boards: tuple[str, ...] = ()

    @property
    def seat(self) -> Seat:
        return Seat(self.name, self.role, self.area, self.person, self.boards)


class Teams(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    urls: Annotated[list[str], Field(min_length=1)]
    world: str
    seed: int
    playbook: str
    """Digest of the one that is practised; empty where none is."""
    minutes: int
    """How long the drill lasts."""
    in_step: bool
    """The clock waits until everybody has done what they mean to do."""
    seats: Annotated[list[TeamSeat], Field(min_length=1)]
    ready: Path
    """Is written when everybody has taken their seat."""

    @property
    def control(self) -> TeamSeat:
        """The one that sees what exercise control throws."""
        return next(one for one in self.seats if one.role is Role.CONTROLLER)


def read(path: Path) -> Teams:
    """Raises `pydantic.ValidationError`, `OSError`."""
    return Teams.model_validate_json(path.read_bytes())
