"""What is watched: a board with its topics and its pace, and the share that one scope has in the watched boards."""

from __future__ import annotations

from typing import Final

from coordinator.live.pace import Pace
from coordinator.live.settings import LiveSettings
from coordinator.live.topic import Client, Topic
from coordinator.wire.board import BoardKey, Cursor

NEVER: Final = float("inf")


class Watched:
    """One board that somebody watches, and when it is next written."""

    __slots__ = ("due", "key", "pace", "topics")

    def __init__(self, key: BoardKey, settings: LiveSettings) -> None:
        self.key = key
        self.topics: dict[str, Topic] = {}
        self.due = NEVER
        self.pace = Pace(settings.frames_per_second, settings.frame_burst)
        """A quiet board is written at once, a storm is held to this."""

    def everybody(self) -> set[Client]:
        return {client for topic in self.topics.values() for client in topic.everybody()}


class Share:
    """One scope's share in the boards that are watched, and how far its changes have been looked through."""

    __slots__ = ("looked", "seen", "topics")

    def __init__(self, seen: Cursor) -> None:
        self.seen = seen
        self.looked = -NEVER
        """What changes within a few milliseconds after a look is looked through, and written, together."""
        self.topics: dict[BoardKey, Topic] = {}
