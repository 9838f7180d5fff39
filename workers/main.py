"""A worker process: one RQ worker on one queue of one world, from start to SIGTERM. It decides nothing.

One queue each: a worker with several can lose jobs. No scheduler: what is due is the engine's to say.
"""

from __future__ import annotations

import sys
import time
from typing import Final

import structlog
from pydantic import ValidationError
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer

from coordinator.jobs.queue import queue_name
from coordinator.store.connections import command_client
from coordinator.wire.exits import Exit
from workers.listed import FUNCTIONS, ListedJob
from workers.logs import to_json_lines
from workers.notify.channels import open_channels
from workers.notify.channels.channel import ChannelForbidden
from workers.settings import Settings, settings

WORKER_SECONDS: Final = 30
"""After so long without a sign of life a worker counts as dead."""
WATCH_SECONDS: Final = 5
"""How often it looks after the process that does the job."""
TIDY_SECONDS: Final = 60
WAIT_SECONDS: Final = 1.0
"""Between two looks for a queue server that is away."""
CONNECT_SECONDS: Final = 2.0

_log = structlog.get_logger(__name__)


class QueueWorker(Worker):
    """Takes listed jobs, and outlives its server: RQ's own ends with the connection."""

    job_class = ListedJob
    max_connection_wait_time = 5.0

    @property
    def told_to_stop(self) -> bool:
        return self._shutdown_requested_date is not None

    def subscribe(self) -> None:
        """To nothing: RQ's commands over Redis would let whoever can write there stop workers and jobs. It also
        spares a thread at every fork and a second at every end."""

    def teardown(self) -> None:
        try:
            super().teardown()  # type: ignore[no-untyped-call]  # RQ's
        except RedisError as lost:
            _log.warning("a worker could not sign off", why=str(lost))


def run(*arguments: str) -> int:
    """`python -m workers QUEUE [--burst]`. Returns the exit code."""
    to_json_lines()
    kinds = [argument for argument in arguments if not argument.startswith("-")]
    if len(kinds) != 1 or kinds[0] not in FUNCTIONS or set(arguments) - {*kinds, "--burst"}:
        print(f"python -m workers {{{'|'.join(FUNCTIONS)}}} [--burst]", file=sys.stderr)
        return Exit.USAGE
    try:
        using = settings()
        # Made once for nothing, so that a forbidden channel is known now and not with the first order.
        open_channels(using, command_client(using.queue_url, patience=CONNECT_SECONDS, connections=1))
    except (ValidationError, ChannelForbidden, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return Exit.VALIDATION
    work(kinds[0], using, burst="--burst" in arguments)
    return Exit.OK


def work(kind: str, using: Settings, *, burst: bool = False) -> None:
    """Until told to stop, whatever becomes of the server; with `burst` until the queue is empty."""
    _log.info("a worker begins", world=using.world, queue=kind, channels=using.used_channels)
    away = False
    while True:
        client = Redis.from_url(using.queue_url, socket_connect_timeout=CONNECT_SECONDS)
        try:
            worker = QueueWorker(
                [queue_name(using.world, kind)],
                connection=client,
                serializer=JSONSerializer,
                worker_ttl=WORKER_SECONDS,
                job_monitoring_interval=WATCH_SECONDS,
                maintenance_interval=TIDY_SECONDS,
                log_job_description=False,
            )
            away = False
            worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
            if burst or worker.told_to_stop:
                return
        except (RedisError, OSError) as lost:
            if not away:
                _log.warning("the queue's server is away", why=str(lost))
            away = True
        finally:
            client.close()
        time.sleep(WAIT_SECONDS)
