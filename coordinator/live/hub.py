"""Brings every client's boards up to date: each difference is looked up and encoded once, for all who lack the same.

Sans-IO and handed the time: `turn(now)` writes what is due and says when it wants to be called again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from coordinator.domain.refusal import Refused
from coordinator.live.deltas import Framed, Kept, Snapshots, encode_delta
from coordinator.live.frame import text_frame
from coordinator.live.port import Engine
from coordinator.live.settings import LiveSettings
from coordinator.live.topic import Client, Joiner, Topic
from coordinator.live.watched import NEVER, Share, Watched
from coordinator.wire.board import BoardKey, BoardKind, Cursor

log = structlog.get_logger()


class Hub:
    """`clock` only tells a turn that has taken too long to stop; what is due is decided by the time handed in."""

    def __init__(self, engine: Engine, settings: LiveSettings, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self.snapshots = Snapshots(engine, settings.snapshot_bytes)
        self._boards: dict[BoardKey, Watched] = {}
        self._due: set[Watched] = set()
        self._spreading: set[Watched] = set()
        self._shares: dict[str, Share] = {}
        self._moved: set[str] = set()
        self._of: dict[Client, set[BoardKey]] = {}

    def __len__(self) -> int:
        """Boards that somebody watches."""
        return len(self._boards)

    # --- who watches what -------------------------------------------------------------------------------

    def watch(self, client: Client, board: BoardKey, since: Mapping[str, Cursor], now: float) -> None:
        """Begin, or begin anew. Raises `Refused` for a board that there is not."""
        self.unwatch(client, board)
        parts = self._engine.parts(board)
        if not parts:
            raise Refused("unknown_board", board=board)
        watched = self._boards.setdefault(board, Watched(board, self._settings))
        if board.kind is BoardKind.OPERATION:
            self._spreading.add(watched)
        self._add_parts(watched, now)  # for those who are there, before a newcomer makes it look complete
        self._of.setdefault(client, set()).add(board)
        for part in parts:
            self._join(watched, part, client, since.get(part), now)

    def _join(self, watched: Watched, part: str, client: Client, since: Cursor | None, now: float) -> None:
        topic = watched.topics.get(part)
        if topic is None:
            head = self._engine.cursor(part)
            share = self._shares.setdefault(part, Share(head))
            topic = watched.topics[part] = share.topics[watched.key] = Topic(watched.key, part, head)
        topic.joiners[client] = Joiner(since, now + self._settings.behind_seconds)
        self._schedule(watched, now)

    def unwatch(self, client: Client, board: BoardKey) -> None:
        boards = self._of.get(client)
        if boards is None or board not in boards:
            return
        boards.remove(board)
        if not boards:
            del self._of[client]
        watched = self._boards[board]
        for part, topic in list(watched.topics.items()):
            topic.leave(client)
            if not topic.everybody():
                self._forget(watched, part)
        if not watched.topics:
            del self._boards[board]
            self._due.discard(watched)
            self._spreading.discard(watched)

    def leave(self, client: Client) -> None:
        for board in list(self._of.get(client, ())):
            self.unwatch(client, board)

    def _forget(self, watched: Watched, part: str) -> None:
        del watched.topics[part]
        self.snapshots.forget(watched.key, part)
        share = self._shares[part]
        del share.topics[watched.key]
        if not share.topics:
            del self._shares[part]

    # --- what changed -----------------------------------------------------------------------------------

    def changed(self, part: str) -> None:
        """Durable events were applied to `part`."""
        if part in self._shares or self._spreading:
            self._moved.add(part)

    def turn(self, now: float) -> float:
        """Write what is due. Gives the instant at which it wants the next turn: `now`, later, or never."""
        until = self._clock() + self._settings.turn_seconds
        for part in list(self._moved):
            share = self._shares.get(part)
            if share is None or now >= share.looked + self._settings.merge_seconds:
                self._moved.discard(part)
                self._spread(part, now)
                if share is not None:
                    self._look_through(part, share, now)
        ready = [watched for watched in self._due if watched.due <= now]
        ready.sort(key=lambda watched: (watched.key.kind is not BoardKind.ORDERS, watched.due))
        for watched in ready:
            if self._clock() >= until:
                return now
            self._write_safely(watched, now)
        return self._next()

    def _next(self) -> float:
        merged = (
            self._shares[part].looked + self._settings.merge_seconds
            for part in self._moved
            if part in self._shares
        )
        return min((*merged, *(watched.due for watched in self._due)), default=NEVER)

    def _spread(self, part: str, now: float) -> None:
        """Boards without a place of their own may have got a share in this part: writing them finds out."""
        for watched in self._spreading:
            if part not in watched.topics:
                self._schedule(watched, now)

    def _look_through(self, part: str, share: Share, now: float) -> None:
        """Which boards the changes since the last look concern: asked once for all of them."""
        head = self._engine.cursor(part)
        seen, share.seen, share.looked = share.seen, head, now
        if head == seen:
            return
        boards = share.topics.keys()
        try:
            concerned = (
                set(boards)
                if head.epoch != seen.epoch
                else self._engine.affected(part, seen.position, boards)
            )
        except Exception:
            log.exception("changes could not be looked through", part=part)
            concerned = set(boards)  # rather all of them than a change that nobody is told
        for board in concerned:
            share.topics[board].changed(seen.position, head)
            watched = self._boards[board]
            self._schedule(watched, watched.pace.earliest(now))

    def _schedule(self, watched: Watched, due: float) -> None:
        watched.due = min(watched.due, due)
        self._due.add(watched)

    # --- writing ----------------------------------------------------------------------------------------

    def _write_safely(self, watched: Watched, now: float) -> None:
        """A board that cannot be shown is taken from those who watch it, and takes no other board with it."""
        try:
            self._write(watched, now)
            return
        except Refused as refused:
            why = refused
        except Exception:
            log.exception("board failed", board=str(watched.key))
            why = Refused("internal", trace=watched.key)
        for client in watched.everybody():
            self.unwatch(client, watched.key)
            client.dropped(watched.key, why)

    def _write(self, watched: Watched, now: float) -> None:
        """All parts of one board, to everybody who takes it. Whoever does not stays where it stands."""
        watched.due = NEVER
        self._due.discard(watched)
        self._add_parts(watched, now)
        earliest = watched.pace.earliest(now)
        topics = list(watched.topics.values())
        if earliest <= now and any([self._tell_cohorts(topic, now) for topic in topics]):
            watched.pace.spend(now)
        for topic in topics:
            self._tell_joiners(topic, now)
        retry = now + self._settings.retry_seconds
        if any(topic.joiners for topic in watched.topics.values()):
            self._schedule(watched, retry)
        if any(topic.stale() for topic in watched.topics.values()):
            self._schedule(watched, retry if earliest <= now else earliest)

    def _add_parts(self, watched: Watched, now: float) -> None:
        """The board may have got a share in another scope: an operation that reaches a further district."""
        fresh = [part for part in self._engine.parts(watched.key) if part not in watched.topics]
        clients = watched.everybody() if fresh else ()
        for part in fresh:
            for client in clients:
                self._join(watched, part, client, None, now)
        if fresh:
            for part in watched.topics:  # the list of parts stands in every snapshot
                self.snapshots.forget(watched.key, part)

    def _tell_cohorts(self, topic: Topic, now: float) -> bool:
        """Whether anything was written. The cohort of those who keep up comes first and is nearly everyone."""
        wrote = False
        for since in sorted(topic.cohorts, reverse=True):
            if topic.up_to_date(since):
                continue
            clients = {client for client in topic.cohorts[since] if client.ready()}
            if not clients:
                continue
            framed = self._missing(topic, since, now, always=not topic.speaks_for_all(since))
            if framed is None:
                topic.unchanged()
                continue
            for client in clients:
                client.write(framed.frame)
            topic.take(since, clients)
            topic.stand(clients, framed.cursor)
            wrote = True
        return wrote

    def _tell_joiners(self, topic: Topic, now: float) -> None:
        answers: dict[Cursor | None, Framed | None] = {}
        head = self._engine.cursor(topic.part)
        for client, joiner in list(topic.joiners.items()):
            since = joiner.since
            if since is not None and since.epoch == head.epoch and since.position > head.position:
                if now >= joiner.until:
                    self.unwatch(client, topic.board)
                    client.dropped(topic.board, Refused("catching_up"))
                continue
            if not client.ready():
                continue
            if since not in answers:
                answers[since] = self._missing(topic, since, now, always=True)
            framed = answers[since]
            if framed is not None:
                client.write(framed.frame)
                del topic.joiners[client]
                topic.stand({client}, framed.cursor)

    def _missing(self, topic: Topic, since: Cursor | None, now: float, *, always: bool) -> Framed | None:
        """What those at `since` lack. None where that is nothing; with `always`, nothing is said as well."""
        if since is not None:
            view = self._engine.delta(topic.board, topic.part, topic.looked_up_from(since))
            if view is not None:
                if not (view.changed or view.gone or always):
                    return None
                return Framed(view.cursor, text_frame(encode_delta(topic.board, topic.part, since, view)))
        kept = self.snapshots.kept(topic.board, topic.part)
        if kept is not None and self._good_enough(topic, kept, since, now):
            return kept.framed
        return self.snapshots.make(topic.board, topic.part, now)

    def _good_enough(self, topic: Topic, kept: Kept, since: Cursor | None, now: float) -> bool:
        """A snapshot may be a little old, as the delta behind it follows at once; but it must not run backwards."""
        cursor = kept.framed.cursor
        if cursor.epoch != self._engine.cursor(topic.part).epoch:
            return False
        if since is not None and since.epoch == cursor.epoch and since.position > cursor.position:
            return False
        return topic.up_to_date(cursor) or now - kept.made < self._settings.snapshot_seconds
