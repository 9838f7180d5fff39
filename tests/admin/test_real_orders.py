"""A real order stops a drill whatever became of token, boards and coordinators; where it could not, that is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web

from coordinator.admin.drill import live_watch, real_orders
from coordinator.admin.drill.host import AlreadyHosted
from coordinator.admin.drill.live_watch import WATCH_TOKEN, Live
from coordinator.admin.drill.open import open_drill
from coordinator.admin.drill.plan import FOLDER
from coordinator.admin.drill.real_orders import stop_for_real
from coordinator.admin.drill.seats import SEATS_FILE, SUPERVISOR, Taken
from coordinator.admin.drill.unwatched import read_unwatched
from coordinator.admin.run import up
from coordinator.admin.run.founding import OPERATOR_TOKEN
from coordinator.admin.run.grants import send
from coordinator.api.app import make_app
from coordinator.domain.access import Role
from coordinator.domain.grant import IssueGrant, RevokeGrant
from coordinator.domain.world import LIVE, FoundScope
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.keys import new_token
from coordinator.jobs.port import NoJobs
from coordinator.live.settings import LiveSettings
from coordinator.playbook import library
from coordinator.store.memory_log import MemoryLog
from coordinator.wire.tokens import hash_token
from tests.builders import CITY, DISTRICT, STREET, xianlin

SOON = 20.0
NOWHERE = "http://127.0.0.1:1"


class RealWorld:
    def __init__(self, coordinator: Coordinator, url: str, data: Path) -> None:
        self.coordinator, self.url, self.data = coordinator, url, data

    async def token(self, role: Role, area: str, office: str = "") -> str:
        token = new_token()
        grant = IssueGrant(area=area, person=f"{role}-1", role=role, office=office, token=hash_token(token))
        assert (await self.coordinator.do(grant)).status == "accepted"
        return token

    async def declare(self, area: str) -> None:
        commander = await self.token(Role.COMMANDER, DISTRICT, f"office:{DISTRICT}")
        body = {
            "area": DISTRICT,
            "playbook": library.bundled("flood-typhoon").digest,
            "targets": {area: "IV"},
            "expected_minutes": 60,
        }
        headers = {"Authorization": f"Bearer {commander}"}
        async with aiohttp.ClientSession(self.url, headers=headers) as session:
            await send(session, "DeclareOperation", body)


@asynccontextmanager
async def real_world(data: Path, settings: LiveSettings) -> AsyncIterator[RealWorld]:
    log = MemoryLog(LIVE, bytes(32), now=lambda: datetime.now(UTC))
    async with Coordinator(log, LIVE, xianlin(), NoJobs()) as coordinator:
        at = datetime.now(UTC)
        for scope in coordinator.reactors:
            digests = xianlin().digests._asdict()
            await coordinator.do(FoundScope(area=scope, world=LIVE, origin=at, started=at, rate=1, **digests))
        await coordinator.shelf.publish_bundled()
        runner = web.AppRunner(make_app(coordinator, settings))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        live = RealWorld(coordinator, f"http://127.0.0.1:{runner.addresses[0][1]}", data)
        (data / OPERATOR_TOKEN).write_text(await live.token(Role.OPERATOR, CITY))
        yield live
        await runner.cleanup()


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[RealWorld]:
    async with real_world(tmp_path, LiveSettings(check_seconds=0.05)) as live:
        yield live


@pytest.fixture
def drill(tmp_path: Path) -> Path:
    directory = open_drill(tmp_path, "communication-test")
    seat = Taken(SUPERVISOR, Role.CONTROLLER, CITY, "process:supervisor", "token-of-the-drill")
    (directory / SEATS_FILE).write_bytes(msgspec.json.encode([seat]))
    return directory


@pytest.fixture
def two_boards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real_orders, "watched", lambda areas, places: [f"area:{STREET}", f"area:{DISTRICT}"])


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[str]:
    """The drill's coordinator, as far as it is needed: who asked it to pause."""
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def pause(url: str, token: str, root: str) -> None:
        heard.put_nowait(token)

    monkeypatch.setattr(real_orders, "_pause", pause)
    monkeypatch.setattr(real_orders, "AGAIN_SECONDS", 0.01)
    return heard


@asynccontextmanager
async def watching(live: RealWorld, drill: Path, *urls: str) -> AsyncIterator[None]:
    beside = Live(live.data, urls or (live.url,))
    task = asyncio.create_task(stop_for_real(beside, drill, xianlin(), NOWHERE))
    await asyncio.sleep(0)  # it has begun, and has said that nothing is watched yet
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(told: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not told():  # noqa: ASYNC110  what is waited for is a file
            await asyncio.sleep(0.01)


async def paused(pauses: asyncio.Queue[str]) -> None:
    async with asyncio.timeout(SOON):
        assert await pauses.get() == "token-of-the-drill"


def is_watched(drill: Path) -> bool:
    return read_unwatched(drill) is None


async def test_a_token_that_the_city_does_not_know_is_issued_anew(
    live: RealWorld, drill: Path, pauses: asyncio.Queue[str]
) -> None:
    (live.data / FOLDER / WATCH_TOKEN).write_text("a token of before the restore")
    async with watching(live, drill):
        await until(lambda: is_watched(drill))
        await live.declare(STREET)
        await paused(pauses)


async def test_a_token_that_is_revoked_meanwhile_is_issued_anew(
    live: RealWorld, drill: Path, pauses: asyncio.Queue[str]
) -> None:
    path = live.data / FOLDER / WATCH_TOKEN
    async with watching(live, drill):
        await until(lambda: is_watched(drill))
        before = path.read_text()
        revoked = RevokeGrant(area=CITY, grant=f"sha256:{hash_token(before)}")
        assert (await live.coordinator.do(revoked)).status == "accepted"
        await until(lambda: path.exists() and path.read_text() != before and is_watched(drill))
        await live.declare(STREET)
        await paused(pauses)


async def test_without_a_token_to_be_had_it_is_said_since_when_nobody_watches(
    live: RealWorld, drill: Path, pauses: asyncio.Queue[str]
) -> None:
    began = datetime.now(UTC)
    (live.data / FOLDER / WATCH_TOKEN).write_text("a token of before the restore")
    (live.data / OPERATOR_TOKEN).write_text("that of before the restore as well")
    async with watching(live, drill):
        await until(lambda: (found := read_unwatched(drill)) is not None and "401" in found.why)
    found = read_unwatched(drill)
    assert found is not None and began <= found.since <= datetime.now(UTC)
    assert "NOT being watched" in found.line(began, "en") and "无人监视" in found.line(began, "zh")


async def test_more_boards_than_a_client_may_have_are_watched_all(
    tmp_path: Path, drill: Path, two_boards: None, pauses: asyncio.Queue[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real_orders, "BOARDS_OF_A_SOCKET", 1)
    async with real_world(tmp_path, LiveSettings(max_boards=1)) as live, watching(live, drill):
        await until(lambda: is_watched(drill))
        await live.declare(STREET)
        await paused(pauses)


async def test_a_board_that_is_refused_is_a_fault_and_the_others_are_watched(
    tmp_path: Path, drill: Path, two_boards: None, pauses: asyncio.Queue[str]
) -> None:
    async with real_world(tmp_path, LiveSettings(max_boards=1)) as live, watching(live, drill):
        await until(lambda: (found := read_unwatched(drill)) is not None and "too_many" in found.why)
        await live.declare(STREET)
        await paused(pauses)
        assert not is_watched(drill)


async def test_another_coordinator_is_asked_where_the_first_is_away(
    live: RealWorld, drill: Path, pauses: asyncio.Queue[str]
) -> None:
    async with watching(live, drill, NOWHERE, live.url):
        await until(lambda: is_watched(drill))
        await live.declare(STREET)
        await paused(pauses)


async def test_a_refused_board_is_asked_for_again(
    tmp_path: Path, drill: Path, two_boards: None, pauses: asyncio.Queue[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_watch, "ASK_AGAIN_SECONDS", 0.01)
    asked = 0
    ask = live_watch._ask

    async def counted(socket: aiohttp.ClientWebSocketResponse, token: str, boards: list[str]) -> None:
        nonlocal asked
        asked += 1
        await ask(socket, token, boards)

    monkeypatch.setattr(live_watch, "_ask", counted)
    async with real_world(tmp_path, LiveSettings(max_boards=1)) as live, watching(live, drill):
        await until(lambda: asked > 2)


async def test_a_city_takes_the_drills_over_from_who_hosted_them_and_outlives_whatever_befalls_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    came = [AlreadyHosted("drills"), AlreadyHosted("drills"), OSError("no space left"), None]

    async def run() -> None:
        if (what := came.pop(0)) is not None:
            raise what
        raise asyncio.CancelledError

    async def at_once(seconds: float) -> None: ...

    with pytest.raises(asyncio.CancelledError):
        await up.host_drills(run, at_once)
    assert not came and capsys.readouterr().err.count("will NOT stop them") == 1
