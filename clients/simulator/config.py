"""The file that `pingji demo` writes for the simulated teams: where the coordinators are, who is who, by which token.

Only read here. Nothing in it reaches further than the public protocol does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.area import AreaCode

Token = Annotated[str, Field(min_length=8)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Commander(_Part):
    person: str
    token: Token
    area: AreaCode


class Tokens(_Part):
    commander: Annotated[list[Commander], Field(min_length=2)]
    """Two different persons: what is asked by one is approved by the other."""
    auditor: Token
    streets: dict[AreaCode, Token]
    communities: dict[AreaCode, Token]
    grids: dict[AreaCode, Token]
    team_leaders: dict[str, Token]
    """By team."""


class Webhook(_Part):
    port: int
    """On loopback: where the simulator plays the receiver."""


class Config(_Part):
    urls: Annotated[list[str], Field(min_length=1)]
    seed: int
    rate: Annotated[float, Field(gt=0)]
    """World seconds per second, as the world was founded."""
    world: str
    district: AreaCode
    tokens: Tokens
    playbook: str
    """Digest of the flood and typhoon playbook."""
    webhook: Webhook | None = None
    stay: bool = False
    """Go on after the story, for whoever gives orders then."""
    lang: Literal["zh", "en"] = "zh"
    out: Path | None = None
    """Where notes of what was done are written."""


def read(path: Path) -> Config:
    """Raises `pydantic.ValidationError`, `OSError`."""
    return Config.model_validate_json(path.read_bytes())
