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

    __slots__ = ("_merge", "_pace", "_wrote", "due", "key", "topics")

    def __init__(self, key: BoardKey, settings: LiveSettings) -> None:
        self.key = key
        self.topics: dict[str, Topic] = {}
        self.due = NEVER
        self._merge = settings.merge_seconds
        self._pace = Pace(settings.frames_per_second, settings.frame_burst)
        self._wrote = -NEVER

    def earliest(self, now: float) -> float:
        """A quiet board is written at once, what follows is merged, a storm held to its pace."""
        return max(self._pace.earliest(now), self._wrote + self._merge)

    def wrote(self, now: float) -> None:
        self._wrote = now
        self._pace.spend(now)

    def everybody(self) -> set[Client]:
        return {client for topic in self.topics.values() for client in topic.everybody()}


class Share:
    """One scope's share in the boards that are watched, and how far its changes have been looked through."""

    __slots__ = ("looked", "seen", "topics")

    def __init__(self, seen: Cursor) -> None:
        self.seen = seen
        self.looked = -NEVER
        self.topics: dict[BoardKey, Topic] = {}
