"""What must hold when the log's server is killed, frozen, tampered with: nothing lost, doubled or unseen."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from time import monotonic

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from coordinator.store.connections import command_client
from coordinator.store.embedded import EmbeddedServer
from coordinator.store.errors import StoreError
from coordinator.store.log import EMPTY, ChainBroken, Entry, Head, HeadMoved, LogUnavailable
from coordinator.store.redis_log import APPEND, RedisLog

from .conftest import KEY

CITY = "4201"


@pytest.fixture
async def log(own_server: EmbeddedServer) -> AsyncIterator[RedisLog]:
    log = await RedisLog.open(own_server.url, "LIVE", KEY)
    yield log
    await log.close()


@pytest.fixture
async def raw(own_server: EmbeddedServer) -> AsyncIterator[Redis]:
    """What an intruder or an operator has."""
    client = command_client(own_server.url, patience=2.0, connections=2)
    yield client
    await client.aclose()


def stream(scope: str = CITY) -> str:
    return f"pingji:{{LIVE/{scope}}}:log"


async def test_what_was_acknowledged_survives_kill_9_once_each(
    own_server: EmbeddedServer, log: RedisLog
) -> None:
    acknowledged: list[bytes] = []
    enough = asyncio.Event()

    async def write(scope: str) -> None:
        head = EMPTY
        for n in range(1_000_000):
            batch = [b"%s %d %d" % (scope.encode(), n, part) for part in range(3)]
            head = await log.append(scope, head, batch)
            acknowledged.extend(batch)
            if len(acknowledged) > 300:
                enough.set()

    scopes = [f"42010{n}" for n in range(4)]
    writers = [asyncio.create_task(write(scope)) for scope in scopes]
    await enough.wait()
    os.kill(own_server.pid, signal.SIGKILL)
    ended = await asyncio.gather(*writers, return_exceptions=True)
    assert [type(end) for end in ended] == [LogUnavailable] * 4
    await own_server.wait()
    await own_server.start()
    written = [entry.body for scope in scopes for entry in await log.read(scope, EMPTY, limit=1_000_000)]
    assert len(set(written)) == len(written)
    assert set(acknowledged) <= set(written)
    assert len(written) - len(acknowledged) <= 3 * len(scopes)  # at most the batch each was waiting for
    assert len(written) % 3 == 0  # all of a batch, or none


async def test_a_frozen_server_is_noticed_in_two_seconds_and_nothing_is_written_twice(
    own_server: EmbeddedServer, log: RedisLog
) -> None:
    head = await log.append(CITY, EMPTY, [b"1"])
    os.kill(own_server.pid, signal.SIGSTOP)
    started = monotonic()
    with pytest.raises(LogUnavailable):
        await log.append(CITY, head, [b"2"])
    assert monotonic() - started < 2.3
    os.kill(own_server.pid, signal.SIGCONT)
    # The answer is unknown, so the head tells: here the command stood in the socket and was done late.
    with pytest.raises(HeadMoved) as moved:
        await log.append(CITY, head, [b"2"])
    assert moved.value.head.position == 2
    assert [entry.body for entry in await log.read(CITY, EMPTY)] == [b"1", b"2"]


async def test_no_server_at_all_is_noticed_at_once(own_server: EmbeddedServer, log: RedisLog) -> None:
    await own_server.stop()
    for asked in (
        log.append(CITY, EMPTY, [b"1"]),
        log.head(CITY),
        log.read(CITY, EMPTY),
        log.time(),
        log.scopes(),
        log.get_blob("a"),
        log.put_blob("a", b"1"),
        RedisLog.open(own_server.url, "LIVE", KEY),
    ):
        with pytest.raises(LogUnavailable):
            await asked


async def test_a_follower_goes_on_after_the_server_was_killed(
    own_server: EmbeddedServer, log: RedisLog
) -> None:
    head = await log.append(CITY, EMPTY, [b"1", b"2"])
    async with asyncio.timeout(10), aclosing(log.follow({CITY: EMPTY})) as arriving:
        scope, entries = await anext(arriving)
        assert (scope, [entry.position for entry in entries]) == (CITY, [1, 2])
        coming = asyncio.ensure_future(anext(arriving))
        os.kill(own_server.pid, signal.SIGKILL)
        await own_server.wait()
        await own_server.start()
        await log.append(CITY, head, [b"3"])
        scope, entries = await coming
        assert [entry.body for entry in entries] == [b"3"]


async def test_the_function_survives_a_restart(own_server: EmbeddedServer, log: RedisLog, raw: Redis) -> None:
    """A script would be gone (NOSCRIPT)."""
    os.kill(own_server.pid, signal.SIGKILL)
    await own_server.wait()
    await own_server.start()
    assert APPEND in str(await raw.function_list(APPEND))
    await log.append(CITY, EMPTY, [b"1"])


async def test_a_function_that_is_gone_is_loaded_again(log: RedisLog, raw: Redis) -> None:
    """A primary promoted from a replica that was never told of it."""
    head = await log.append(CITY, EMPTY, [b"1"])
    await raw.function_flush()
    await log.append(CITY, head, [b"2"])
    assert [entry.body for entry in await log.read(CITY, EMPTY)] == [b"1", b"2"]


async def rewrite(raw: Redis, entries: list[Entry]) -> None:
    """What someone with the server's password can do."""
    await raw.delete(stream())
    for entry in entries:
        await raw.xadd(stream(), {"e": entry.body, "m": entry.mac.hex()}, id=f"{entry.position}-0")


async def broken_at(log: RedisLog) -> int:
    with pytest.raises(ChainBroken) as broken:
        await log.read(CITY, EMPTY)
    assert broken.value.scope == CITY
    return broken.value.position


@pytest.mark.parametrize("position", [1, 3, 5])
async def test_a_changed_body_is_found_and_named(log: RedisLog, raw: Redis, position: int) -> None:
    await log.append(CITY, EMPTY, [b"level 3"] * 5)
    entries = await log.read(CITY, EMPTY)
    entries[position - 1] = entries[position - 1]._replace(body=b"level 4")
    await rewrite(raw, entries)
    assert await broken_at(log) == position


async def test_a_removed_a_moved_and_a_foreign_entry_are_found(log: RedisLog, raw: Redis) -> None:
    await log.append(CITY, EMPTY, [b"a", b"b", b"c", b"d"])
    entries = await log.read(CITY, EMPTY)
    await raw.xdel(stream(), "2-0")
    assert await broken_at(log) == 2
    swapped = [entries[0], entries[2]._replace(position=2), entries[1]._replace(position=3), entries[3]]
    await rewrite(raw, swapped)
    assert await broken_at(log) == 2
    await rewrite(raw, entries)
    await raw.xadd(stream(), {"e": b"x", "m": "no"}, id="5-0")
    assert await broken_at(log) == 5
    await rewrite(raw, entries)
    await raw.xadd(stream(), {"e": b"x"}, id="4-1")
    assert await broken_at(log) == 4


async def test_an_entry_copied_from_another_scope_is_found(log: RedisLog, raw: Redis) -> None:
    await log.append("420106", EMPTY, [b"raise"])
    await rewrite(raw, await log.read("420106", EMPTY))
    assert await broken_at(log) == 1


async def test_a_removed_tail_stops_the_scope_instead_of_being_written_over(
    log: RedisLog, raw: Redis
) -> None:
    head = await log.append(CITY, EMPTY, [b"a", b"b", b"c"])
    await raw.xdel(stream(), "3-0")
    with pytest.raises(HeadMoved) as moved:
        await log.append(CITY, head, [b"d"])
    assert moved.value.head.position == 2
    with pytest.raises(ChainBroken):
        await log.append(CITY, moved.value.head, [b"d", b"e"])
    assert (await log.head(CITY)).position == 2


async def test_a_torn_log_starts_and_the_loss_is_found(own_server: EmbeddedServer, log: RedisLog) -> None:
    """Bytes cut off the end: the server starts without the last entry; whoever had seen it, knows."""
    head = await log.append(CITY, EMPTY, [b"1"])
    seen = await log.append(CITY, head, [b"2"])
    await own_server.stop()
    (file,) = (own_server.directory.path / "appendonlydir").glob("*.incr.aof")
    os.truncate(file, file.stat().st_size - 7)
    await own_server.start()
    assert await log.head(CITY) == head
    with pytest.raises(ChainBroken) as broken:
        async with asyncio.timeout(5):
            await anext(log.follow({CITY: seen}))
    assert broken.value.position == 2


async def test_a_flipped_digit_in_the_file_is_found(own_server: EmbeddedServer, log: RedisLog) -> None:
    """The server itself starts silently with it."""
    await log.append(CITY, EMPTY, [b'{"heads":12345}', b"{}"])
    await own_server.stop()
    (file,) = (own_server.directory.path / "appendonlydir").glob("*.incr.aof")
    file.write_bytes(file.read_bytes().replace(b'{"heads":12345}', b'{"heads":12346}'))
    await own_server.start()
    assert await broken_at(log) == 1


async def test_a_cancelled_append_leaves_the_connections_in_order(log: RedisLog) -> None:
    """Wherever it is cut: no answer is taken for another's, and the head tells what happened."""
    for turns in range(12):
        head = await log.head(CITY)
        cut = asyncio.create_task(log.append(CITY, head, [b"cut %d" % turns]))
        for _ in range(turns):
            await asyncio.sleep(0)
        cut.cancel()
        await asyncio.gather(cut, return_exceptions=True)
        head = await log.head(CITY)
        assert (await log.append(CITY, head, [b"next %d" % turns])).position == head.position + 1
    said = [entry.body for entry in await log.read(CITY, EMPTY)]
    assert len(set(said)) == len(said)


async def test_many_at_once_wait_for_a_connection(log: RedisLog) -> None:
    heads = await asyncio.gather(*(log.append(f"s{n}", EMPTY, [b"1"]) for n in range(200)))
    assert {head.position for head in heads} == {1}
    assert len(await log.scopes()) == 200


async def test_a_server_that_is_not_durable_is_refused(queue_server: EmbeddedServer) -> None:
    with pytest.raises(StoreError) as refused:
        await RedisLog.open(queue_server.url, "LIVE", KEY)
    assert refused.value.code == "not_durable"
    assert refused.value.facts == {"setting": "appendfsync", "found": "everysec", "wanted": "always"}


async def test_a_server_that_hides_its_settings_is_let_in_on_purpose_only(
    own_server: EmbeddedServer, raw: Redis
) -> None:
    await raw.execute_command("ACL", "SETUSER", "tenant", "on", ">secret", "~*", "&*", "+@all", "-config")
    socket = own_server.url.split("@")[1]
    url = f"unix://tenant:secret@{socket}"
    with pytest.raises(StoreError) as refused:
        await RedisLog.open(url, "LIVE", KEY)
    assert refused.value.code == "config_forbidden"
    with capture_logs() as said:
        log = await RedisLog.open(url, "LIVE", KEY, managed=True)
    assert [line["event"] for line in said if line["log_level"] == "warning"] == [
        "log_durability_not_confirmed"
    ]
    await log.append(CITY, EMPTY, [b"1"])
    await log.close()


async def test_an_append_that_no_replica_has_is_not_acknowledged(
    own_server: EmbeddedServer, log: RedisLog
) -> None:
    careful = await RedisLog.open(own_server.url, "LIVE", KEY, patience=1.0, replicas=1)
    with pytest.raises(LogUnavailable, match="0 of 1"):
        await careful.append(CITY, EMPTY, [b"1"])
    head = await log.head(CITY)
    assert head.position == 1, "the primary has it: the head tells"
    with pytest.raises(HeadMoved):
        await careful.append(CITY, EMPTY, [b"1"])
    await careful.close()


async def test_a_server_that_may_not_write_is_unavailable(log: RedisLog, raw: Redis) -> None:
    head = await log.append(CITY, EMPTY, [b"1"])
    await raw.execute_command("ACL", "SETUSER", "default", "+replicaof", "+config")
    await raw.config_set("min-replicas-to-write", 1)
    with pytest.raises(LogUnavailable, match="NOREPLICAS"):
        await log.append(CITY, head, [b"2"])
    await raw.config_set("min-replicas-to-write", 0)
    await raw.execute_command("REPLICAOF", "127.0.0.1", "1")
    with pytest.raises(LogUnavailable, match="read only"):
        await log.append(CITY, head, [b"2"])
    assert await log.head(CITY) == head


def test_the_function_is_named_by_its_source() -> None:
    assert APPEND.startswith("pingji_append_") and len(APPEND) == len("pingji_append_") + 16
    assert Head(0, b"") == EMPTY
