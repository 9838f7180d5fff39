"""The channel of an installation that has no gateway yet: writes down that people should have been told.

Reaches nobody and says so: call-outs stay `assigned`, their boards stay honest.
"""

from __future__ import annotations

import structlog

from coordinator.domain.world import LIVE
from workers.notify.channels.channel import ChannelForbidden
from workers.notify.message import Message

_log = structlog.get_logger(__name__)


class LogChannel:
    name = "log"
    reaches = False

    def __init__(self, world: str) -> None:
        if world != LIVE:
            raise ChannelForbidden(self.name, world, "only sim and a webhook of this machine may")

    async def send(self, message: Message) -> frozenset[str]:
        _log.warning(
            "nobody is told: no gateway is configured",
            world=message.world,
            what=message.what,
            area=message.area,
            people=len(message.to),
        )
        return frozenset()

    async def close(self) -> None:
        """Nothing to give back."""
