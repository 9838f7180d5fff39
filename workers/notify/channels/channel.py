"""What a channel is: a way to reach people in certain worlds. It decides nothing but whether it may serve a world."""

from __future__ import annotations

from typing import Protocol

from workers.notify.message import Message


class ChannelForbidden(Exception):
    """This channel must not serve this world (law 10). Says so when it is made, before anything can be sent."""

    def __init__(self, channel: str, world: str, why: str) -> None:
        super().__init__(f"the channel {channel} cannot serve {world}: {why}")
        self.channel = channel
        self.world = world


class Channel(Protocol):
    name: str
    reaches: bool
    """Whether somebody has the message then. A written log line has reached nobody."""

    async def send(self, message: Message) -> frozenset[str]:
        """Keys of those who could not be told, after all attempts. An exception means: not known, to be repeated."""
        ...

    async def close(self) -> None: ...
