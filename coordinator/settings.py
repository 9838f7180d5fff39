"""Settings of the coordinator's processes: environment `PINGJI_...`, nested by `__`, secrets also as `*_FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from coordinator.domain.world import LIVE
from coordinator.live.settings import LiveSettings

DEFAULT_PORT = 8420


class Settings(BaseSettings):
    """What `pingji serve` needs to know. The supervisor of `pingji up` fills it in for its children."""

    model_config = SettingsConfigDict(
        env_prefix="PINGJI_", env_nested_delimiter="__", extra="ignore", use_attribute_docstrings=True
    )

    world: str = LIVE
    data: Path = Path("pingji-data")
    """This machine's files: the chain's key, the cache of registers, snapshots."""
    redis_url: str = ""
    """The log's server."""
    queue_url: str = ""
    """The other server, for RQ and all that is not the log."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = DEFAULT_PORT
    managed: bool = False
    """The log's server is somebody else's and does not show its configuration."""
    live: LiveSettings = LiveSettings()
