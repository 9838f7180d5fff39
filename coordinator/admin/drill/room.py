"""Whether there is room for one more drill beside the city: how many run at once, and what disk must stay free.

A drill's log lies on the filesystem of the city's own, which must never be filled by practising. It starts nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024


class DrillRoom(BaseSettings):
    """From the environment: `PINGJI_DRILLS_AT_ONCE`, `PINGJI_DRILLS_FREE_MIB`."""

    model_config = SettingsConfigDict(
        env_prefix="PINGJI_DRILLS_", extra="ignore", use_attribute_docstrings=True
    )

    at_once: Annotated[int, Field(ge=1)] = 3
    """Drills whose processes run at the same time; each has two servers, a coordinator and its teams."""
    free_mib: Annotated[int, Field(ge=0)] = 1024
    """Free disk below which no drill is opened."""

    def why_not(self, data: Path, others: int) -> str:
        """Empty where one more may be opened beside so many others; else what is in the way and what to do."""
        if others >= self.at_once:
            return (
                f"同时最多 {self.at_once} 个演练：先 pingji drill close 关闭一个，或设 PINGJI_DRILLS_AT_ONCE。"
                f"\nAt most {self.at_once} drills at once: `pingji drill close` one first, "
                "or set PINGJI_DRILLS_AT_ONCE."
            )
        free = free_mib(data)
        if free < self.free_mib:
            return (
                f"磁盘只剩 {free} MiB，低于 {self.free_mib} MiB 不开演练：留给实战的日志。先腾出空间。"
                f"\nOnly {free} MiB of disk are free; below {self.free_mib} MiB no drill is opened: "
                "the real log needs it. Make room first."
            )
        return ""


def free_mib(data: Path) -> int:
    """Of the filesystem on which this directory is, or is going to be."""
    place = data.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free // MIB
