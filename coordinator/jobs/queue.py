"""The queue: hands duties to RQ and says whether it took them. It keeps nothing: what is owed stands in the state.

A job is enqueued again by age as long as its duty is open, whatever RQ thinks of the one before; so no job here is
worth saving, and none may be the only one that knows of something.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import structlog
from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from coordinator.domain.duty import Duty
from coordinator.domain.state import ScopeState
from coordinator.jobs.notify import notify_jobs
from coordinator.jobs.payload import NOTIFY, to_plain
from coordinator.store.names import check_world

PATIENCE: Final = 2.0
"""Seconds until a queue server that does not answer is away."""
JOB_SECONDS: Final = 60
"""A job that runs longer is ended; its duties come up again."""
STALE_SECONDS: Final = 120
"""A job that nobody took is dropped: newer ones for its duties know better who still has to be told."""
FAILED_SECONDS: Final = 600
"""How long a failed job can be looked at."""
ATTEMPT_SECONDS: Final = 10
"""Duties handed over twice within this are one job; the engine hands them over again after more."""
FULL: Final = 1000
"""Jobs waiting: beyond that no worker keeps up, and more would only fill the memory."""

_log = structlog.get_logger(__name__)


class Packed(NamedTuple):
    """A job before it has an id."""

    duties: tuple[str, ...]
    """With where each was opened: one that was closed and is opened again is another."""
    payload: dict[str, Any]


def _notify(state: ScopeState, duties: Sequence[Duty]) -> list[Packed]:
    return [
        Packed(
            tuple(f"{notice.duty}#{state.duties[notice.duty].opened}" for notice in job.notices),
            to_plain(job),
        )
        for job in notify_jobs(state, duties)
    ]


PACKING: Final[Mapping[str, Callable[[ScopeState, Sequence[Duty]], list[Packed]]]] = {NOTIFY: _notify}
"""Each kind of job with how its duties are packed; its function in the worker has the kind's name."""


def queue_name(world: str, kind: str) -> str:
    """Worlds never share a queue."""
    return f"pingji:{{{check_world(world)}}}:{kind}"


def job_id(kind: str, state: ScopeState, duties: Sequence[str], attempt: int) -> str:
    said = "\0".join((state.world, state.scope, *duties, str(attempt)))
    return f"{kind}-{hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"


class JobQueue:
    """`jobs.port.Jobs` on RQ. One for each world."""

    def __init__(self, url: str, world: str, *, patience: float = PATIENCE) -> None:
        self._world = check_world(world)
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=4,
            timeout=patience,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            retry=Retry(NoBackoff(), 0),
        )
        self._client = Redis(connection_pool=pool)
        self._silent = ""
        """Why the queue took nothing, the last time: said once, not at every try."""

    async def enqueue(self, kind: str, state: ScopeState, duties: Sequence[Duty]) -> bool:
        if state.world != self._world:
            raise ValueError(f"the queue of {self._world} was handed duties of {state.world}")
        packing = PACKING.get(kind)
        if packing is None:
            # Opened by a newer coordinator. The queue is not away, and deadlines must not wait for this one.
            _log.warning("no queue for a kind of job: it stays owed", kind=kind, duties=len(duties))
            return True
        # The state moves under a thread: it is read here.
        packed = packing(state, duties)
        try:
            why = await asyncio.to_thread(self._push, kind, state, packed)
        except (RedisError, OSError) as lost:
            why = str(lost) or type(lost).__name__
        if why and not self._silent:
            _log.warning("the queue takes no jobs; they stay owed", why=why)
        elif self._silent and not why:
            _log.info("the queue takes jobs again")
        self._silent = why
        return not why

    async def close(self) -> None:
        await asyncio.to_thread(self._client.close)

    def _push(self, kind: str, state: ScopeState, packed: Sequence[Packed]) -> str:
        """Why they were not taken; empty: they were."""
        queue = Queue(queue_name(self._world, kind), connection=self._client, serializer=JSONSerializer)
        if queue.count + len(packed) > FULL:
            return f"{queue.count} jobs are waiting"
        # By the server's clock, so that all coordinators mean the same attempt.
        attempt = int(self._client.time()[0]) // ATTEMPT_SECONDS
        for duties, payload in packed:
            name = job_id(kind, state, duties, attempt)
            try:
                queue.enqueue_call(
                    func=kind,
                    args=(payload,),
                    timeout=JOB_SECONDS,
                    ttl=STALE_SECONDS,
                    result_ttl=0,
                    failure_ttl=FAILED_SECONDS,
                    job_id=name,
                    description=name,
                    unique=True,
                )
            except DuplicateJobError:
                _log.debug("a job is there already", job=name)
        return ""
