"""The phones of simulated people: a stream on the queue's server, which shows what they have received.

Never in LIVE: there it would report real people as reached whom nobody has told.
"""

from __future__ import annotations

from typing import Final

import msgspec
from redis.asyncio import Redis

from coordinator.domain.world import LIVE
from coordinator.store.names import check_world
from workers.notify.channels.channel import ChannelForbidden
from workers.notify.message import Message

KEPT: Final = 10_000
"""Messages: whoever wants to see them reads as they come."""


def inbox(world: str) -> str:
    return f"pingji:{{{check_world(world)}}}:simulated"


class SimChannel:
    name = "sim"
    reaches = True

    def __init__(self, world: str, client: Redis) -> None:
        if world == LIVE:
            raise ChannelForbidden(self.name, world, "it reaches nobody real")
        self._inbox = inbox(world)
        self._client = client

    async def send(self, message: Message) -> frozenset[str]:
        await self._client.xadd(
            self._inbox, {"message": msgspec.json.encode(message)}, maxlen=KEPT, approximate=True
        )
        return frozenset()

    async def close(self) -> None:
        """The client is whoever's who lent it."""
