"""Settings of a worker process: environment `PINGJI_...`, secrets also as `*_FILE`. Read once, at start.

A drill's channels are set by variables of their own, `PINGJI_DRILL_...`: those of the real world are not looked at.
What they allow is not decided here: each channel refuses by itself the world it must not serve.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from coordinator.domain.world import LIVE, is_drill

ChannelName = Literal["log", "sim", "webhook"]

_DEFAULT: Final[dict[bool, tuple[ChannelName, ...]]] = {True: ("log",), False: ("sim",)}
"""Of LIVE and of any other world: what can do no harm."""


class Settings(BaseSettings):
    """What `python -m workers QUEUE` needs to know."""

    model_config = SettingsConfigDict(
        env_prefix="PINGJI_", extra="ignore", use_attribute_docstrings=True, frozen=True
    )

    world: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]+$")] = LIVE
    queue_url: str
    """RQ's server, never the log's."""
    api_url: Annotated[tuple[str, ...], NoDecode, Field(min_length=1)]
    """Coordinators, comma-separated: the first that answers gets the outcome."""
    worker_token: SecretStr = SecretStr("")
    worker_token_file: Path | None = None
    channels: Annotated[tuple[ChannelName, ...], NoDecode] = ()
    """How people are told, comma-separated. Left out: `log` in LIVE, which tells nobody, and `sim` elsewhere."""
    webhook_url: str = ""
    """The gateway: SMS, voice calls, chat. It gets the phones of those it is to tell, and no more of the roster."""
    webhook_secret: SecretStr = SecretStr("")
    """Signs what is sent there."""
    webhook_secret_file: Path | None = None
    webhook_timeout: Annotated[float, Field(gt=0, le=10)] = 5.0
    """Seconds for each of three attempts."""

    @field_validator("api_url", "channels", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        if not self.token:
            raise ValueError("PINGJI_WORKER_TOKEN or PINGJI_WORKER_TOKEN_FILE is needed")
        if "webhook" in self.channels and not (self.webhook_url and self.secret):
            raise ValueError("the channel webhook needs PINGJI_WEBHOOK_URL and PINGJI_WEBHOOK_SECRET(_FILE)")
        return self

    @property
    def calls_real_people(self) -> bool:
        """Whether somebody may be told who is not simulated."""
        return self.world == LIVE

    @property
    def used_channels(self) -> tuple[ChannelName, ...]:
        return self.channels or _DEFAULT[self.world == LIVE]

    @property
    def token(self) -> str:
        return _secret(self.worker_token, self.worker_token_file)

    @property
    def secret(self) -> str:
        return _secret(self.webhook_secret, self.webhook_secret_file)


class DrillSettings(Settings):
    """The same for a drill. Its senders are sandboxes, whatever is configured, unless real people are to be called."""

    channels: Annotated[tuple[ChannelName, ...], NoDecode] = Field(
        default=(), validation_alias="PINGJI_DRILL_CHANNELS"
    )
    webhook_url: str = Field(default="", validation_alias="PINGJI_DRILL_WEBHOOK_URL")
    webhook_secret: SecretStr = Field(default=SecretStr(""), validation_alias="PINGJI_DRILL_WEBHOOK_SECRET")
    webhook_secret_file: Path | None = Field(
        default=None, validation_alias="PINGJI_DRILL_WEBHOOK_SECRET_FILE"
    )
    real_people: bool = Field(default=False, validation_alias="PINGJI_DRILL_REAL_PEOPLE")
    """Set by whoever starts the drill's processes, where its script says so."""

    @property
    def calls_real_people(self) -> bool:
        return self.real_people

    @property
    def used_channels(self) -> tuple[ChannelName, ...]:
        return (self.channels if self.real_people else ()) or _DEFAULT[False]


def _secret(given: SecretStr, file: Path | None) -> str:
    return given.get_secret_value() or (file.read_text().strip() if file else "")


def read_settings() -> Settings:
    """From the environment; a drill's from variables of its own. Raises `pydantic.ValidationError`."""
    return DrillSettings() if is_drill(os.environ.get("PINGJI_WORLD", LIVE)) else Settings()


@cache
def settings() -> Settings:
    """This process's, read once. Raises `pydantic.ValidationError`."""
    return read_settings()
