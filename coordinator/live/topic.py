"""One part of one watched board: who stands at which cursor, and what they have to be told.

No queues: a client that is slow only stays where it stands, and is later told everything in one delta.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from coordinator.domain.refusal import Refused
from coordinator.wire.board import BoardKey, Cursor


class Client(Protocol):
    """A socket as the hub sees it. Neither of these waits."""

    def ready(self) -> bool:
        """Nothing that was written to it is still waiting to be taken."""
        ...

    def write(self, frame: bytes) -> None: ...
    def dropped(self, board: BoardKey, refused: Refused) -> None:
        """The board cannot be served to it any longer."""
        ...


class Joiner(NamedTuple):
    """One who has not been told anything yet. The first answer is always sent, even if it says: no change."""

    since: Cursor | None
    until: float
    """How long it waits for a replica that is behind it."""


class Topic:
    """Everybody who watches `board` in `part`, in cohorts by cursor.

    A cohort at or behind `fresh` lacks nothing. When the board changes, those who lacked nothing are known to lack
    nothing up to where the part stood before: their delta is looked up from there, not from where they stand, since
    a quiet board's cursor may be a hundred thousand events old.
    """

    __slots__ = ("board", "cohorts", "complete_from", "complete_to", "epoch", "fresh", "joiners", "part")

    def __init__(self, board: BoardKey, part: str, head: Cursor) -> None:
        self.board = board
        self.part = part
        self.epoch = head.epoch
        self.fresh = head.position
        self.complete_from = head.position
        self.complete_to = head.position
        self.cohorts: dict[Cursor, set[Client]] = {}
        self.joiners: dict[Client, Joiner] = {}

    def changed(self, seen: int, head: Cursor) -> None:
        """The board changed between `seen` and `head`. In a new epoch everybody gets a snapshot."""
        same = head.epoch == self.epoch
        self.complete_from, self.complete_to = (self.fresh, seen) if same else (head.position, head.position)
        self.epoch, self.fresh = head

    def speaks_for_all(self, since: Cursor) -> bool:
        """Whether the lookup for those at `since` covers all of the last change: then, if it finds nothing,
        nothing concerned the board. One who joined in the middle of the change only knows about the rest of it."""
        return self.nearly(since) and since.position <= self.complete_to

    def unchanged(self) -> None:
        """It was one too many: those who lacked nothing before lack nothing now."""
        self.fresh = self.complete_from

    def up_to_date(self, since: Cursor) -> bool:
        return since.epoch == self.epoch and since.position >= self.fresh

    def nearly(self, since: Cursor) -> bool:
        """Whether those at `since` lacked nothing before the last change."""
        return since.epoch == self.epoch and since.position >= self.complete_from

    def looked_up_from(self, since: Cursor) -> Cursor:
        return Cursor(since.epoch, max(since.position, self.complete_to)) if self.nearly(since) else since

    def stale(self) -> bool:
        """Whether anybody lacks anything."""
        return any(not self.up_to_date(since) for since in self.cohorts)

    def stand(self, clients: set[Client], cursor: Cursor) -> None:
        """They were told everything up to `cursor`."""
        cohort = self.cohorts.get(cursor)
        if cohort is None:
            self.cohorts[cursor] = clients
        else:
            cohort |= clients

    def take(self, since: Cursor, clients: set[Client]) -> None:
        """They stand at `since` no longer."""
        if len(clients) == len(self.cohorts[since]):
            del self.cohorts[since]
        else:
            self.cohorts[since] -= clients

    def leave(self, client: Client) -> None:
        self.joiners.pop(client, None)
        for since, clients in list(self.cohorts.items()):
            clients.discard(client)
            if not clients:
                del self.cohorts[since]

    def everybody(self) -> set[Client]:
        return set(self.joiners).union(*self.cohorts.values())
