"""The queue on a real server: takes duties, says when it cannot, and never keeps the engine waiting for long."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from coordinator.jobs import queue as queues
from coordinator.jobs.payload import NOTIFY, notify_job
from coordinator.jobs.queue import JobQueue, job_id, queue_name
from coordinator.store.embedded import EmbeddedServer, Role

HERE = "320113007001"


@pytest.fixture
async def jobs(queue_server: EmbeddedServer, world: str) -> AsyncIterator[JobQueue]:
    queue = JobQueue(queue_server.url, world)
    yield queue
    await queue.close()


@pytest.fixture
def waiting(queue_server: EmbeddedServer) -> Callable[[str], Queue]:
    client = Redis.from_url(queue_server.url)
    return lambda world: Queue(queue_name(world, NOTIFY), connection=client, serializer=JSONSerializer)


async def test_duties_become_jobs_of_their_world_only(
    jobs: JobQueue, street: Any, world: str, waiting: Callable[[str], Queue]
) -> None:
    duty = street.owe("order", f"op@{HERE}#1", HERE)
    assert await jobs.enqueue(NOTIFY, street.state, [duty])
    (job,) = waiting(world).jobs
    assert job.func_name == NOTIFY
    said = notify_job(job.args[0])
    assert (said.world, said.scope) == (world, "320113")
    assert [notice.duty for notice in said.notices] == [duty.key]
    assert waiting("LIVE").jobs == []


async def test_the_same_duties_at_the_same_attempt_are_one_job(
    jobs: JobQueue, street: Any, world: str, waiting: Callable[[str], Queue], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 1_000_000
    monkeypatch.setattr(Redis, "time", lambda self: (seconds, 0))
    duty = street.owe("order", f"op@{HERE}#1", HERE)
    assert await jobs.enqueue(NOTIFY, street.state, [duty])
    assert await jobs.enqueue(NOTIFY, street.state, [duty])
    assert waiting(world).count == 1
    seconds += 20
    assert await jobs.enqueue(NOTIFY, street.state, [duty])
    assert waiting(world).count == 2


def test_an_id_names_its_duties_and_its_attempt(make_street: Callable[[str], Any]) -> None:
    here, there = make_street("LIVE").state, make_street("DEMO").state
    ids = [
        job_id(NOTIFY, here, ["a", "b"], 1),
        job_id(NOTIFY, here, ["a", "b"], 2),
        job_id(NOTIFY, here, ["a"], 1),
        job_id(NOTIFY, there, ["a", "b"], 1),
    ]
    assert len(set(ids)) == 4
    assert all(name.replace("-", "").isalnum() for name in ids)
    assert job_id(NOTIFY, here, ["a", "b"], 1) == ids[0]


async def test_a_server_that_is_away_is_said_once_and_again_when_it_is_back(
    street: Any, world: str, tmp_path: Path
) -> None:
    server = EmbeddedServer(tmp_path / "queue", Role.QUEUE)
    await server.start()
    jobs = JobQueue(server.url, world, patience=0.3)
    duty = street.owe("order", f"op@{HERE}#1", HERE)
    try:
        await server.stop()
        with capture_logs() as logs:
            assert not await jobs.enqueue(NOTIFY, street.state, [duty])
            assert not await jobs.enqueue(NOTIFY, street.state, [duty])
        assert [entry["log_level"] for entry in logs] == ["warning"]
        await server.start()
        with capture_logs() as logs:
            assert await jobs.enqueue(NOTIFY, street.state, [duty])
            assert await jobs.enqueue(NOTIFY, street.state, [duty])
        assert [entry["log_level"] for entry in logs if entry["log_level"] != "debug"] == ["info"]
    finally:
        await jobs.close()
        await server.stop()


async def test_a_frozen_server_is_away(street: Any, world: str, tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "queue", Role.QUEUE)
    await server.start()
    jobs = JobQueue(server.url, world, patience=0.2)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        assert not await jobs.enqueue(NOTIFY, street.state, [street.owe("order", f"op@{HERE}#1", HERE)])
    finally:
        os.kill(server.pid, signal.SIGCONT)
        await jobs.close()
        await server.stop()


async def test_a_queue_that_nobody_works_on_is_full_one_day(
    jobs: JobQueue, street: Any, world: str, waiting: Callable[[str], Queue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "FULL", 2)
    took = [
        await jobs.enqueue(NOTIFY, street.state, [street.owe("order", f"op@{HERE}#{number}", HERE)])
        for number in range(4)
    ]
    assert took == [True, True, False, False]
    assert waiting(world).count == 2


async def test_a_kind_of_job_that_is_not_known_stays_owed_without_an_error(
    jobs: JobQueue, street: Any
) -> None:
    with capture_logs() as logs:
        assert await jobs.enqueue("report", street.state, [street.owe("order", f"op@{HERE}#1", HERE)])
    assert logs[0]["kind"] == "report"


async def test_duties_of_another_world_are_a_mistake(
    jobs: JobQueue, make_street: Callable[[str], Any]
) -> None:
    with pytest.raises(ValueError, match="LIVE"):
        await jobs.enqueue(NOTIFY, make_street("LIVE").state, [])
