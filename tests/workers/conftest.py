"""A coordinator that writes down what it is told, a gateway that checks signatures, and real worker processes."""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from coordinator.jobs.payload import NOTIFY, Notice, NotifyJob, Recipient, to_plain
from coordinator.jobs.queue import JOB_SECONDS, queue_name
from coordinator.store.connections import command_client
from coordinator.store.embedded import EmbeddedServer
from coordinator.store.tether import tethered
from workers.notify.channels.sim import inbox as simulated
from workers.settings import Settings, read_settings

PATIENCE = 15.0
TOKEN = "worker-token"
SECRET = "shared secret of a test"
SCOPE = "320113"
HERE = "320113007001"


class Server:
    """What it was sent, one by one as it comes; `answers` is what it says next, then 200 for ever."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[tuple[int, object]] = []
        self.requests: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()
        self.phones: dict[str, str] = {}
        """What a coordinator's roster says."""
        self.asked: list[tuple[dict[str, str], object]] = []
        """Questions for phones."""
        self.hold = asyncio.Event()
        """Cleared: requests are taken, and their answers wait."""
        self.hold.set()

    async def handle(self, request: web.Request) -> web.Response:
        if request.path == "/api/v1/people/addresses":
            self.asked.append((dict(request.headers), await request.json()))
            return web.json_response({"phones": self.phones})
        self.requests.put_nowait((dict(request.headers), await request.read()))
        status, said = self.answers.pop(0) if self.answers else (200, {})
        await self.hold.wait()
        headers = {"Location": str(said)} if 300 <= status < 400 else {}
        return web.json_response(said, status=status, headers=headers)

    async def next(self) -> tuple[dict[str, str], Any]:
        async with asyncio.timeout(PATIENCE):
            headers, body = await self.requests.get()
        return headers, json.loads(body)

    def all(self) -> list[Any]:
        """Bodies that came and were not asked for yet."""
        found = []
        while not self.requests.empty():
            found.append(json.loads(self.requests.get_nowait()[1]))
        return found


@pytest.fixture
def signed() -> Callable[[dict[str, str], bytes], bool]:
    """Whether a request is signed, as a gateway finds out."""

    def check(headers: dict[str, str], body: bytes) -> bool:
        said = dict(part.split("=", 1) for part in headers["X-Pingji-Signature"].split(","))
        wanted = hmac.digest(SECRET.encode(), said["t"].encode() + b"." + body, "sha256").hex()
        return hmac.compare_digest(wanted, said["v1"])

    return check


async def _serving() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_post("/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    server.hold.set()
    await runner.cleanup()


@pytest.fixture
async def coordinator() -> AsyncIterator[Server]:
    async for server in _serving():
        yield server


@pytest.fixture
async def gateway() -> AsyncIterator[Server]:
    async for server in _serving():
        yield server


@pytest.fixture
async def client(queue_server: EmbeddedServer) -> AsyncIterator[AsyncRedis]:
    client = command_client(queue_server.url, patience=5, connections=10)
    yield client
    await client.aclose()


@pytest.fixture
def make_settings(
    queue_server: EmbeddedServer, world: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Settings]:
    """Settings of this world, as the environment would give them."""

    def make(**changes: str) -> Settings:
        values = {"queue_url": queue_server.url, "api_url": "http://127.0.0.1:1", "worker_token": TOKEN}
        for name, value in ({"world": world} | values | changes).items():
            monkeypatch.setenv(f"PINGJI_{name.upper()}", value)
        return read_settings()

    return make


def a_notice(
    people: Sequence[str], duty: str = "notify:d1", what: str = "call_out", channels: Sequence[str] = ("app",)
) -> Notice:
    to = tuple(Recipient(person, f"{person}@{duty}", f"{person}>post") for person in people)
    return Notice(duty, HERE, what, tuple(channels), to)  # type: ignore[arg-type]


@pytest.fixture
def make_job(world: str) -> Callable[..., NotifyJob]:
    def make(*notices: Notice | Sequence[str], world: str = world) -> NotifyJob:
        return NotifyJob(
            world, SCOPE, tuple(one if isinstance(one, Notice) else a_notice(one) for one in notices)
        )

    return make


class Workers:
    """Real worker processes of one world, and the queue they work on."""

    def __init__(self, environment: dict[str, str], world: str, log: Path) -> None:
        self.environment = environment
        self.world = world
        self.log = log
        self.processes: list[subprocess.Popen[bytes]] = []
        self.use(environment["PINGJI_QUEUE_URL"])

    def use(self, url: str) -> None:
        """Another server than the shared one."""
        self.environment["PINGJI_QUEUE_URL"] = url
        self.redis = Redis.from_url(url, retry=Retry(NoBackoff(), 0))
        self.queue = Queue(queue_name(self.world, NOTIFY), connection=self.redis, serializer=JSONSerializer)

    def start(
        self, *, through: Sequence[str] = (), burst: bool = False, **more: str
    ) -> subprocess.Popen[bytes]:
        command = [*through, sys.executable, "-m", "workers", NOTIFY, *(["--burst"] if burst else [])]
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                command if through else tethered(command),
                env={**os.environ, **self.environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def put(self, job: NotifyJob, name: str, function: str = NOTIFY) -> None:
        self.queue.enqueue_call(function, (to_plain(job),), timeout=JOB_SECONDS, result_ttl=0, job_id=name)

    async def ended(self, process: subprocess.Popen[bytes]) -> int:
        async with asyncio.timeout(PATIENCE):
            while process.poll() is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert process.returncode is not None
        return process.returncode

    async def until(self, so: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not so():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def said(self) -> str:
        return self.log.read_text()


def children(pid: int) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
async def workers(
    queue_server: EmbeddedServer, world: str, coordinator: Server, gateway: Server, tmp_path: Path
) -> AsyncIterator[Workers]:
    workers = Workers(
        {
            "PINGJI_WORLD": world,
            "PINGJI_QUEUE_URL": queue_server.url,
            "PINGJI_API_URL": coordinator.url,
            "PINGJI_WORKER_TOKEN": TOKEN,
            "PINGJI_DRILL_REAL_PEOPLE": "yes",
            "PINGJI_DRILL_CHANNELS": "webhook",
            "PINGJI_DRILL_WEBHOOK_URL": f"{gateway.url}/pingji",
            "PINGJI_DRILL_WEBHOOK_SECRET": SECRET,
        },
        world,
        tmp_path / "worker.log",
    )
    yield workers
    for process in workers.processes:
        for pid in (*children(process.pid), process.pid):
            kill(pid)
        process.wait()
    workers.redis.close()


@pytest.fixture
def inbox(queue_server: EmbeddedServer, world: str) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What simulated phones have received."""
    redis = Redis.from_url(queue_server.url)

    def read() -> list[dict[str, Any]]:
        return [json.loads(fields[b"message"]) for _, fields in redis.xrange(simulated(world))]

    yield read
    redis.close()
