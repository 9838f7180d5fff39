"""Real workers, killed where it hurts: whatever dies when, each is told, and twice only where nobody can know."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample
from coordinator.domain import rules
from coordinator.domain.delivery import decide_delivery
from coordinator.domain.duty import How
from coordinator.jobs.payload import NOTIFY, to_plain
from coordinator.jobs.queue import JobQueue
from coordinator.store.embedded import EmbeddedServer, Role
from workers.notify.job import run_notify
from workers.outcome import CoordinatorsAway
from workers.settings import Settings

HERE = "320113007001"
PARENT = """
import subprocess, sys
from coordinator.store.tether import tethered
worker = subprocess.Popen(tethered(sys.argv[1:]))
print(worker.pid, flush=True)
worker.wait()
"""


def told(bodies: list[Any]) -> Counter[str]:
    return Counter(one["person"] for body in bodies for one in body["to"])


def child_of(pid: int) -> int:
    (child,) = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return child


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def idle(workers: Any) -> bool:
    return any(client["cmd"] == "blmove" for client in workers.redis.client_list())


async def test_a_duty_is_told_and_closed_by_the_outcome(
    workers: Any,
    coordinator: Any,
    gateway: Any,
    world: str,
    queue_server: EmbeddedServer,
    signed: Callable[[dict[str, str], bytes], bool],
) -> None:
    registers = sample(bundled_areas("xianlin"), 1).open()
    state = rules.new_state(world, "320113", registers)
    state.open_duty(How.JOB, NOTIFY, f"op@{HERE}#1", HERE, datetime.now(UTC), what="order", channels="app")
    jobs = JobQueue(queue_server.url, world)
    assert await jobs.enqueue(NOTIFY, state, list(state.duties.values()))
    await jobs.close()
    assert await workers.ended(workers.start(burst=True)) == 0

    headers, body = await gateway.requests.get()
    assert signed(headers, body)
    _, said = await coordinator.next()
    command = rules.COMMANDS[said["name"]].model_validate(said["body"])
    (event,) = decide_delivery(state, command, None)  # type: ignore[arg-type]
    assert event.duties == (f"notify:op@{HERE}#1",)  # type: ignore[attr-defined]
    office = registers.organisation.offices[f"office:{HERE}"]
    gateway.requests.put_nowait((headers, body))
    assert told(gateway.all()) == dict.fromkeys(office.duty, 1)


async def test_however_often_a_job_stands_in_the_queue_each_is_told_once(
    workers: Any, coordinator: Any, gateway: Any, make_job: Callable[..., Any]
) -> None:
    for name in ("a", "b", "c"):
        workers.put(make_job(["p1", "p2"]), name)
    assert await workers.ended(workers.start(burst=True)) == 0
    assert told(gateway.all()) == {"p1": 1, "p2": 1}
    assert [said["body"]["reached"] for said in coordinator.all()] == [["p1>post", "p2>post"]] * 3


async def test_sigterm_lets_the_job_finish(
    workers: Any, coordinator: Any, gateway: Any, make_job: Callable[..., Any]
) -> None:
    gateway.hold.clear()
    workers.put(make_job(["p1"]), "a")
    worker = workers.start()
    await gateway.next()
    worker.send_signal(signal.SIGTERM)
    await workers.until(lambda: b"shutdown_requested_date" in workers.redis.hgetall(worker_key(workers)))
    gateway.hold.set()
    assert await workers.ended(worker) == 0
    assert [said["body"]["reached"] for said in coordinator.all()] == [["p1>post"]]


def worker_key(workers: Any) -> bytes:
    (key,) = workers.redis.smembers(f"rq:workers:{workers.queue.name}")
    return bytes(key)


async def test_the_worker_alone_killed_tells_nobody_twice(
    workers: Any, coordinator: Any, gateway: Any, make_job: Callable[..., Any]
) -> None:
    gateway.hold.clear()
    workers.put(make_job(["p1"]), "a")
    worker = workers.start()
    bodies = [(await gateway.next())[1]]
    worker.kill()
    worker.wait()
    gateway.hold.set()
    assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]
    workers.put(make_job(["p1"]), "b")
    assert await workers.ended(workers.start(burst=True)) == 0
    assert told(bodies + gateway.all()) == {"p1": 1}
    assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]


async def test_worker_and_horse_killed_leave_it_to_the_next_attempt(
    workers: Any, coordinator: Any, gateway: Any, world: str, make_job: Callable[..., Any]
) -> None:
    gateway.hold.clear()
    workers.put(make_job(["p1"]), "a")
    worker = workers.start()
    _, first = await gateway.next()
    horse = child_of(worker.pid)
    worker.kill()
    os.kill(horse, signal.SIGKILL)
    worker.wait()
    gateway.hold.set()
    # Its last sign of life runs out.
    (run,) = workers.redis.keys(f"pingji:{{{world}}}:told:run:*")
    assert 0 < workers.redis.ttl(run) <= 10
    workers.redis.delete(run)
    workers.put(make_job(["p1"]), "b")
    assert await workers.ended(workers.start(burst=True)) == 0
    assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]
    (again,) = gateway.all()
    assert again["to"] == first["to"], "the same key: the gateway can tell that it is the same message"


async def test_the_horse_alone_killed_leaves_the_worker_to_the_next_job(
    workers: Any, coordinator: Any, gateway: Any, make_job: Callable[..., Any]
) -> None:
    gateway.hold.clear()
    workers.put(make_job(["p1"]), "a")
    worker = workers.start()
    await gateway.next()
    os.kill(child_of(worker.pid), signal.SIGKILL)
    gateway.hold.set()
    workers.put(make_job(["p2"]), "b")
    assert (await coordinator.next())[1]["body"]["reached"] == ["p2>post"]
    assert worker.poll() is None


async def test_an_idle_worker_killed_swallows_nothing(
    workers: Any, coordinator: Any, make_job: Callable[..., Any]
) -> None:
    first = workers.start()
    await workers.until(lambda: idle(workers))
    first.kill()
    first.wait()
    workers.start()
    workers.put(make_job(["p1"]), "a")
    assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]


async def test_a_worker_ends_with_its_parent_and_finishes_its_job(
    workers: Any, coordinator: Any, gateway: Any, make_job: Callable[..., Any]
) -> None:
    gateway.hold.clear()
    workers.put(make_job(["p1"]), "a")
    parent = workers.start(through=[sys.executable, "-c", PARENT])
    await gateway.next()
    worker = child_of(parent.pid)
    parent.kill()
    parent.wait()
    await workers.until(lambda: b"shutdown_requested_date" in workers.redis.hgetall(worker_key(workers)))
    gateway.hold.set()
    assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]
    await workers.until(lambda: gone(worker))


async def test_a_worker_outlives_its_server(
    workers: Any, coordinator: Any, make_job: Callable[..., Any], tmp_path: Path
) -> None:
    server = EmbeddedServer(tmp_path / "queue", Role.QUEUE)
    await server.start()
    workers.use(server.url)
    try:
        worker: subprocess.Popen[bytes] = workers.start()
        await workers.until(lambda: idle(workers))
        await server.stop()
        await server.start()
        workers.put(make_job(["p1"]), "a")
        assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]
        assert worker.poll() is None
        worker.terminate()
        assert await workers.ended(worker) == 0
    finally:
        await server.stop()


async def test_a_worker_waits_for_a_server_that_is_not_there_yet(
    workers: Any, coordinator: Any, make_job: Callable[..., Any], tmp_path: Path
) -> None:
    server = EmbeddedServer(tmp_path / "queue", Role.QUEUE)
    await server.start()
    workers.use(server.url)
    await server.stop()
    try:
        workers.start()
        await workers.until(lambda: "is away" in workers.said())
        await server.start()
        workers.put(make_job(["p1"]), "a")
        assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]
    finally:
        await server.stop()


# --- the job alone, in this process -----------------------------------------------------------------------


@pytest.fixture
def using(make_settings: Callable[..., Settings], coordinator: Any, gateway: Any) -> Settings:
    return make_settings(
        api_url=coordinator.url,
        drill_real_people="yes",
        drill_channels="webhook",
        drill_webhook_url=gateway.url,
        drill_webhook_secret="s",
    )


async def test_a_gateway_that_is_down_for_good_is_reported_with_its_number(
    using: Settings, coordinator: Any, gateway: Any, make_job: Callable[..., Any]
) -> None:
    gateway.answers = [(500, {})] * 3
    await run_notify(to_plain(make_job(["p1", "p2"])), using)
    _, said = await coordinator.next()
    assert said["body"]["failed"] == {"webhook": 2}
    assert said["body"]["reached"] == []
    assert said["body"]["duties"] == ["notify:d1"]


async def test_an_outcome_nobody_took_is_reported_by_the_next_attempt_without_telling_again(
    using: Settings, coordinator: Any, gateway: Any, make_job: Callable[..., Any]
) -> None:
    coordinator.answers = [(503, {"code": "log_unavailable", "retry": True})] * 2
    job = to_plain(make_job(["p1"]))
    with pytest.raises(CoordinatorsAway):
        await run_notify(job, using)
    coordinator.all()
    await run_notify(job, using)
    assert (await coordinator.next())[1]["body"]["reached"] == ["p1>post"]
    assert told(gateway.all()) == {"p1": 1}


async def test_phones_go_to_the_gateway_and_stand_in_no_queue(
    using: Settings, coordinator: Any, gateway: Any, client: Any, make_job: Callable[..., Any]
) -> None:
    coordinator.phones = {"p1": "00011110001"}
    job = to_plain(make_job(["p1", "p2"]))
    assert "phone" not in str(job)
    await run_notify(job, using)
    _, said = await gateway.next()
    assert [one.get("phone", "") for one in said["to"]] == ["00011110001", ""]
    for key in await client.keys("*"):
        kind = await client.type(key)
        kept = await client.get(key) if kind == b"string" else await client.dump(key)
        assert b"00011110001" not in (kept or b"")
