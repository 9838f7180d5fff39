"""Whoever can write to Redis cannot make a worker run, call back or post anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from coordinator.store.embedded import EmbeddedServer
from workers.listed import ListedJob, NotListed

EVIL = "os.system"


@pytest.fixture
def fetched(queue_server: EmbeddedServer) -> Callable[..., ListedJob]:
    """A job as a worker finds it, however it came there."""
    redis = Redis.from_url(queue_server.url)

    def put(data: object, **fields: str) -> ListedJob:
        redis.delete(Job.key_for("evil"))
        redis.hset(Job.key_for("evil"), mapping={"data": json.dumps(data), "status": "queued", **fields})
        return ListedJob.fetch("evil", connection=redis, serializer=JSONSerializer)  # type: ignore[return-value]

    return put


@pytest.mark.parametrize(
    "data",
    [
        [EVIL, None, ["true"], {}],
        ["workers.notify.job.notify", None, [{}], {}],
        ["format", "notify", [], {}],
        ["notify", "an instance", [], {}],
        [None, None, [], {}],
    ],
)
def test_a_function_that_is_not_listed_is_refused(fetched: Callable[..., ListedJob], data: object) -> None:
    with capture_logs() as logs, pytest.raises(NotListed):
        fetched(data).perform()
    assert logs[0]["job"] == "evil"


def test_nothing_is_called_back(fetched: Callable[..., ListedJob]) -> None:
    names = {f"{when}_callback_name": EVIL for when in ("success", "failure", "stopped")}
    job = fetched(["notify", None, [{}], {}], **names)
    assert Job.success_callback.fget(job).__name__ == "system", "RQ's own would have called it"  # type: ignore[attr-defined]
    assert (job.success_callback, job.failure_callback, job.stopped_callback) == (None, None, None)


async def test_a_worker_fails_such_a_job_and_goes_on(
    workers: Any, coordinator: Any, make_job: Callable[..., Any], tmp_path: Path
) -> None:
    touched = tmp_path / "touched"
    workers.queue.enqueue_call(EVIL, (f"touch {touched}",), job_id="evil", failure_ttl=60)
    workers.put(make_job(["p1"]), "good")
    workers.start()
    assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]
    assert not touched.exists()
    assert workers.queue.failed_job_registry.get_job_ids() == ["evil"]
    assert "not listed" in workers.said()
