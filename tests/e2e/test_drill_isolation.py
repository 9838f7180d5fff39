"""Whatever is tried to get from a drill into the real world beside it is refused, and the other way round.

One city with every way to people configured, and one drill beside it in which real people are to be called.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from clients.sdk import Client
from coordinator.admin.drill.host import environment
from coordinator.domain.access import MAY, Role
from coordinator.domain.drill import PrepareDrill
from coordinator.jobs.payload import NOTIFY, Notice, NotifyJob, Recipient, to_plain
from coordinator.jobs.queue import queue_name
from coordinator.store.archive import ArchiveUnreadable, restore
from coordinator.store.cells import RedisCells
from coordinator.store.directory import running_url
from coordinator.store.keyfile import open_key
from coordinator.store.log import ChainBroken
from coordinator.store.redis_log import RedisLog
from coordinator.store.vault import Vault, VaultDamaged
from tests.e2e.city import City
from tests.e2e.drill_world import PATIENCE, DrillWorld, open_drill, pingji
from tests.e2e.sink import Sink
from tests.e2e.test_real_operation import HERE, SCRIPT, THERE, declare
from tests.e2e.test_refusals import is_problem, post, standing

ROOT = "3201"


@pytest.fixture(scope="module")
def live_sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture(scope="module")
def drill_sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, live_sink: Sink, drill_sink: Sink) -> Iterator[City]:
    """Everything is configured that could tell somebody, for the real world and for drills."""
    configured = {
        "CHANNELS": "webhook",
        "WEBHOOK_URL": live_sink.url,
        "WEBHOOK_SECRET": "the secret of the real world",
        "DRILL_CHANNELS": "webhook",
        "DRILL_WEBHOOK_URL": drill_sink.url,
        "DRILL_WEBHOOK_SECRET": "the secret of drills",
    }
    city = City(
        tmp_path_factory.mktemp("isolated") / "data",
        environment={f"PINGJI_{name}": value for name, value in configured.items()},
    )
    city.start()
    yield city
    city.stop()


@pytest.fixture(scope="module")
def drill(city: City) -> Iterator[DrillWorld]:
    """It runs, and tells nobody but its own simulated phones."""
    script = city.data.parent / "drill.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    drill = open_drill(city.data, script)
    drill.say("start")
    yield drill
    drill.say("close")


def reached(server: str, directory: Path) -> Redis:
    url = running_url(directory / server)
    assert url is not None
    return Redis.from_url(url)


def strangers(live_sink: Sink) -> list[dict[str, Any]]:
    """What the real world's gateway was sent that is not the real world's."""
    found = []
    while not live_sink.received.empty():
        found.append(live_sink.next())
    return [one for one in found if not of_the_real_world(one)]


def of_the_real_world(one: dict[str, Any]) -> bool:
    """Its own invitation is the only word it says of a drill, and that says what it is."""
    said = one["text"]["zh"]
    if one["what"] == "drill_invited":
        return one["world"] == "LIVE" and said.startswith("【演练】") and "不是实战" in said
    return one["world"] == "LIVE" and "演练" not in said


# --- senders ----------------------------------------------------------------------------------------------


async def test_a_drill_tells_nobody_though_everything_is_configured(
    city: City, drill: DrillWorld, live_sink: Sink, drill_sink: Sink
) -> None:
    await declare(city, THERE)
    assert live_sink.next()["world"] == "LIVE", "the real world's sender works, or this would prove nothing"
    with reached("queue", drill.directory) as queue:
        inbox = f"pingji:{{{drill.world}}}:simulated"
        async with asyncio.timeout(PATIENCE):
            while not queue.xlen(inbox):  # noqa: ASYNC110  another process is on its way
                await asyncio.sleep(0.05)
        told = [json.loads(fields[b"message"]) for _, fields in queue.xrange(inbox)]
    assert {one["world"] for one in told} == {drill.world}
    assert all(one["text"]["zh"].startswith("【演练】") for one in told)
    assert drill_sink.received.empty() and strangers(live_sink) == []


async def test_real_people_are_called_only_by_a_script_that_says_so_and_over_credentials_of_its_own(
    city: City, live_sink: Sink, drill_sink: Sink
) -> None:
    script = city.data.parent / "real.yaml"
    script.write_text(
        SCRIPT.replace("real: [community]", "real: [community], call_real_people: true"), encoding="utf-8"
    )
    drill = open_drill(city.data, script)
    try:
        told = await asyncio.to_thread(drill_sink.next)
        assert told["world"] == drill.world and told["text"]["zh"].startswith("【演练】")
        assert not any(one.get("phone") for one in told["to"]), "contacts are left out of a drill"
    finally:
        drill.say("close")
    assert strangers(live_sink) == []


def test_processes_of_a_drill_see_nothing_of_the_real_world(city: City, drill: DrillWorld) -> None:
    secrets = [
        "the secret of the real world",
        "the secret of drills",
        (city.data / "operator.token").read_text(),
        (city.data / "worker.token").read_text(),
        (city.data / "log" / "password").read_text(),
        (city.data / "queue" / "password").read_text(),
    ]
    seen = [text for text in drill_processes(drill) if drill.world in text]
    assert len(seen) >= 2, "a coordinator and a worker"
    assert [secret for secret in secrets for text in seen if secret in text] == []


def drill_processes(drill: DrillWorld) -> list[str]:
    """Command line and environment of every process of the drill."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "cmdline").read_bytes() + b" " + (entry / "environ").read_bytes()
            except OSError:
                continue  # it has just ended
            if str(drill.directory).encode() in text:
                found.append(text.decode(errors="replace"))
    return found


def test_nothing_of_the_real_worlds_settings_is_handed_on() -> None:
    ours = {
        "PATH": "/bin",
        "PINGJI_REDIS_URL": "redis://live",
        "PINGJI_WORKER_TOKEN": "t",
        "PINGJI_DRILL_WEBHOOK_URL": "http://drill",
        "PINGJI_DRILL_REAL_PEOPLE": "yes",
    }
    assert environment(ours, real_people=False) == {"PATH": "/bin"}
    assert environment(ours, real_people=True) == {
        "PATH": "/bin",
        "PINGJI_DRILL_WEBHOOK_URL": "http://drill",
        "PINGJI_DRILL_REAL_PEOPLE": "yes",
    }


# --- tokens and commands ----------------------------------------------------------------------------------


async def test_a_token_of_one_world_is_none_in_the_other(city: City, drill: DrillWorld) -> None:
    there = City(drill.directory, urls=[drill.url])
    own = [path.read_text() for path in drill.directory.glob("*.token")]
    own += [one["token"] for one in json.loads((drill.directory / "seats.json").read_bytes())]
    assert len(own) > 4
    for token in own:
        status, problem = await post(city, token, "EndDrill", {"area": ROOT})
        assert status == 401
        is_problem(problem, "bad_token")
    live = [one["token"] for some in city.tokens.values() for one in some]
    for token in [*live, (city.data / "worker.token").read_text()]:
        status, problem = await post(there, token, "EndDrill", {"area": ROOT})
        assert status == 401
        is_problem(problem, "bad_token")


async def test_no_command_carries_a_world_and_none_makes_the_real_one_a_drill(
    city: City, drill: DrillWorld
) -> None:
    before = standing(city)[0]
    commander = city.token("commander")
    body = {"area": HERE, "kind": "flooded_point", "depth_cm": 9, "trend": "rising"}
    status, problem = await post(city, commander, "ReportHazard", {**body, "world": drill.world})
    assert status == 422 or status == 400
    is_problem(problem, "bad_body")
    for name, forged in (
        ("StartDrill", {"area": ROOT}),
        ("PauseDrill", {"area": ROOT}),
        ("AnswerRollCall", {"area": HERE}),
        ("FireInject", {"area": ROOT, "inject": "warning", "kind": "message", "to": [HERE]}),
        ("FoundScope", _founding(drill)),
        ("PrepareDrill", _preparing()),
        ("TakeDrill", {"area": "320113", "drill": "{}", "origin": T0, "started": T0, "rate": 60.0}),
    ):
        for token in (commander, city.token("operator"), (city.data / "worker.token").read_text()):
            status, problem = await post(city, token, name, forged)
            assert status >= 400, name
            assert problem["code"] in ("not_your_role", "not_your_part", "not_a_drill"), (name, problem)
    grant = {"area": ROOT, "person": "control-1", "role": "controller", "token": "0" * 64}
    status, problem = await post(city, city.token("operator"), "IssueGrant", grant)
    is_problem(problem, "role_not_granted")
    assert standing(city)[0] == before


T0 = "2026-07-18T02:30:00+08:00"


def _founding(drill: DrillWorld) -> dict[str, Any]:
    digests = json.loads((drill.directory / "world.json").read_bytes())
    named = {name: digests[name] for name in ("areas", "people", "organisation")}
    return {"area": ROOT, "world": drill.world, "origin": T0, "started": T0, "rate": 60.0, **named}


def _preparing() -> dict[str, Any]:
    order = PrepareDrill(
        area=ROOT,
        script="0" * 64,
        name_zh="演练",
        name_en="Drill",
        places=[HERE],
        injects=["warning"],
        stop_word="停",
        rate=60,
    )
    return order.model_dump(mode="json")


# --- boards, jobs, log, vault -----------------------------------------------------------------------------


async def test_a_board_says_which_world_it_is_of_and_shows_no_other(city: City, drill: DrillWorld) -> None:
    async with (
        Client([drill.url], drill.token(f"community:{HERE}")) as player,
        Client(city.urls, city.token("commander")) as desk,
        asyncio.timeout(PATIENCE),
    ):
        there, here = await player.watch(f"orders:{HERE}"), await desk.watch(f"orders:{HERE}")
        await player.until(lambda: bool(there.section("orders")))
        assert player.me is not None and desk.me is not None
        assert (player.me.world, desk.me.world) == (drill.world, "LIVE")
        assert not any(one["kind"].startswith("drill_") for one in here.section("orders").values())
    for name in (
        f"{{{drill.world}}}:area:{HERE}",
        f"area:{drill.world}/{HERE}",
        f"{drill.world}/area:{HERE}",
    ):
        status = await _board(city, name)
        assert status >= 400, name


async def _board(city: City, name: str) -> int:
    headers = {"Authorization": f"Bearer {city.token('auditor')}"}
    async with (
        aiohttp.ClientSession(city.urls[0], headers=headers) as session,
        session.get(f"/api/v1/boards/{quote(name, safe='')}") as answer,
    ):
        return answer.status


async def test_a_job_of_a_drill_in_the_real_queue_tells_nobody(
    city: City, drill: DrillWorld, live_sink: Sink
) -> None:
    """Put there as a coordinator would; the real worker is at work on what comes behind it."""
    to = (Recipient("p0000001", "somebody"),)
    forged = NotifyJob(drill.world, "320113", (Notice("notify:forged", HERE, "order", (), to),))
    with reached("queue", city.data) as redis:
        queue = Queue(queue_name("LIVE", NOTIFY), connection=redis, serializer=JSONSerializer)
        job = queue.enqueue_call(NOTIFY, (to_plain(forged),), timeout=30, failure_ttl=60)
        async with asyncio.timeout(PATIENCE):
            while not job.is_failed:
                await asyncio.sleep(0.05)
                job.refresh()
    assert strangers(live_sink) == []


async def test_a_drills_log_is_no_log_of_the_real_world(
    city: City, drill: DrillWorld, tmp_path: Path
) -> None:
    exported = tmp_path / "drill.jsonl"
    pingji("log", "export", exported, "--data", drill.directory)
    assert pingji("log", "verify", exported, "--data", drill.directory).returncode == 0
    assert pingji("log", "verify", exported, "--data", city.data, ok=False).returncode != 0

    key = open_key(city.data / "chain.key")
    forged = tmp_path / "forged.jsonl"
    forged.write_text(exported.read_text().replace(f'"{drill.world}"', '"LIVE"'))
    url = running_url(city.data / "log")
    assert url is not None
    log = await RedisLog.open(url, "LIVE", key)
    before = {scope: await log.head(scope) for scope in await log.scopes()}
    with pytest.raises(ArchiveUnreadable):
        await restore(exported, log, "LIVE", key)
    with pytest.raises(ChainBroken):  # the name of the world is part of the chain
        await restore(forged, log, "LIVE", key)
    assert {scope: await log.head(scope) for scope in await log.scopes()} == before
    await log.close()


async def test_a_reference_into_the_drills_vault_leads_nowhere_in_the_real_world(
    city: City, drill: DrillWorld
) -> None:
    id = (await drill.drill())["id"]
    ref = f"{id}.{HERE}.warning"
    there, here = running_url(drill.directory / "log"), running_url(city.data / "log")
    assert there is not None and here is not None
    theirs, ours = RedisCells(there, drill.world), RedisCells(here, "LIVE")
    master = open_key(drill.directory / "vault.key")
    assert master != open_key(city.data / "vault.key")
    async with asyncio.timeout(PATIENCE):  # another process writes it, and a vault tells nobody
        while not isinstance(said := await Vault(theirs, drill.world, master).get(ref), bytes):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert "预警" in said.decode()
    live = Vault(ours, "LIVE", open_key(city.data / "vault.key"))
    assert await live.get(ref) is None

    # Carried over by somebody who can write to both servers, it still does not open.
    names = [f"item:{ref}", f"key:{id}"]
    cells = await theirs.get(names)
    await ours.put({name: cell for name, cell in zip(names, cells, strict=True) if cell is not None})
    with pytest.raises(VaultDamaged):
        await live.get(ref)
    with pytest.raises(VaultDamaged):
        await Vault(ours, "LIVE", master).get(ref)
    await theirs.close()
    await ours.close()


def test_a_drills_directory_is_its_users_alone_and_holds_keys_of_its_own(
    city: City, drill: DrillWorld
) -> None:
    for path in (drill.directory.parent, drill.directory, drill.directory / "log"):
        assert path.stat().st_mode & 0o077 == 0, path
    for name in ("chain.key", "vault.key", "operator.token", "worker.token"):
        assert (drill.directory / name).read_bytes() != (city.data / name).read_bytes()
        assert (drill.directory / name).stat().st_mode & 0o077 == 0, name
    with reached("log", drill.directory) as redis:
        assert not [
            key for key in redis.scan_iter() if not key.startswith(f"pingji:{{{drill.world}".encode())
        ]
        assert not redis.keys("*roster*"), "contacts are left out"


def test_rules_refuse_a_drill_outside_of_one() -> None:
    """Whoever signs in: these belong to the coordinator itself."""
    for role in set(Role) - {Role.PROCESS}:
        assert not {"PrepareDrill", "TakeDrill", "FireInject", "FoundScope"} & MAY[role]
