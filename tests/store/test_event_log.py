"""What every event log promises: all or nothing behind the named head, in order, checked when it is read."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from coordinator.store.log import EMPTY, ChainBroken, Entry, EventLog, Head, HeadMoved

from .conftest import OpenLog

CITY = "4201"
DISTRICT = "420106"


def bodies(first: int, last: int) -> list[bytes]:
    return [b'{"n":%d}' % n for n in range(first, last + 1)]


async def take(log: EventLog, heads: dict[str, Head], wanted: int) -> dict[str, list[Entry]]:
    """The first `wanted` entries that `follow` yields, by scope."""
    taken: dict[str, list[Entry]] = {}
    async with asyncio.timeout(5), aclosing(log.follow(heads)) as arriving:
        async for scope, entries in arriving:
            taken.setdefault(scope, []).extend(entries)
            if sum(map(len, taken.values())) >= wanted:
                break
    return taken


async def test_what_was_appended_is_read_in_order(log: EventLog) -> None:
    first = await log.append(CITY, EMPTY, bodies(1, 3))
    last = await log.append(CITY, first, bodies(4, 5))
    entries = await log.read(CITY, EMPTY)
    assert [entry.position for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.body for entry in entries] == bodies(1, 5)
    assert last == Head(5, entries[-1].mac) == await log.head(CITY)
    assert await log.read(CITY, first) == entries[3:]
    assert await log.read(CITY, EMPTY, limit=2) == entries[:2]


async def test_bytes_come_back_as_they_went(log: EventLog) -> None:
    odd = [b"", b"\x00\xff\r\n", "积水点".encode(), b"x" * 300_000]
    await log.append(CITY, EMPTY, odd)
    assert [entry.body for entry in await log.read(CITY, EMPTY)] == odd


async def test_what_is_set_aside_leaves_the_rest_as_it_was(log: EventLog, open_log: OpenLog) -> None:
    tail = await log.append(CITY, EMPTY, bodies(1, 2500))
    entries = await log.read(CITY, EMPTY, limit=2000)
    last = Head(entries[-1].position, entries[-1].mac)
    with pytest.raises(HeadMoved):
        await log.set_aside(CITY, Head(last.position, b"m" * 32), tail)
    with pytest.raises(HeadMoved) as moved:
        await log.set_aside(CITY, last, last)
    assert moved.value.head == await log.head(CITY) == tail, (
        "somebody has written meanwhile: nothing is moved"
    )
    await log.set_aside(CITY, last, tail)
    assert await log.head(CITY) == last
    assert await log.read(CITY, EMPTY, limit=3000) == entries
    again = await log.append(CITY, last, bodies(8, 9))
    assert again.position == 2002
    await log.set_aside(CITY, EMPTY, again)
    assert await log.head(CITY) == EMPTY
    assert await log.scopes() == []
    await log.append(CITY, EMPTY, bodies(1, 1))


async def test_an_empty_scope_has_the_empty_head(log: EventLog) -> None:
    assert await log.head(CITY) == EMPTY
    assert await log.read(CITY, EMPTY) == []
    assert await log.scopes() == []


async def test_a_moved_head_is_named_and_nothing_is_written(log: EventLog) -> None:
    head = await log.append(CITY, EMPTY, bodies(1, 2))
    with pytest.raises(HeadMoved) as moved:
        await log.append(CITY, EMPTY, bodies(8, 9))
    assert (moved.value.scope, moved.value.head) == (CITY, head)
    assert len(await log.read(CITY, EMPTY)) == 2


async def test_a_head_at_the_right_position_with_another_mac_has_moved(log: EventLog) -> None:
    head = await log.append(CITY, EMPTY, bodies(1, 2))
    with pytest.raises(HeadMoved):
        await log.append(CITY, Head(head.position, bytes(32)), bodies(3, 3))
    assert await log.head(CITY) == head


async def test_scopes_are_apart_and_listed(log: EventLog) -> None:
    await log.append(DISTRICT, EMPTY, bodies(1, 1))
    await log.append(CITY, EMPTY, bodies(2, 3))
    assert await log.scopes() == [CITY, DISTRICT]
    assert [entry.body for entry in await log.read(DISTRICT, EMPTY)] == bodies(1, 1)


async def test_worlds_are_apart(open_log: OpenLog) -> None:
    live, drill = await open_log(), await open_log(world="DRILL-7")
    await live.append(CITY, EMPTY, bodies(1, 1))
    assert await drill.head(CITY) == EMPTY
    assert await drill.scopes() == []


async def test_two_racing_writers_write_every_batch_once(open_log: OpenLog) -> None:
    """Law 3: being right is the head compare. Batches of 1 to 3, each tried until it stands."""
    writers = [await open_log(), await open_log()]

    async def write(log: EventLog, name: bytes) -> None:
        head = EMPTY
        for n in range(60):
            batch = [b"%s %d %d" % (name, n, part) for part in range(1 + n % 3)]
            while True:
                try:
                    head = await log.append(CITY, head, batch)
                    break
                except HeadMoved as moved:
                    head = moved.head

    await asyncio.gather(write(writers[0], b"a"), write(writers[1], b"b"))
    entries = await writers[0].read(CITY, EMPTY, limit=10_000)
    said = [entry.body for entry in entries]
    assert sorted(said) == sorted(
        b"%s %d %d" % (name, n, part) for name in (b"a", b"b") for n in range(60) for part in range(1 + n % 3)
    )
    assert [entry.position for entry in entries] == list(range(1, len(said) + 1))
    for n, body in enumerate(said):  # a batch stands together
        name, batch, part = body.split()
        if int(part):
            assert said[n - 1] == b"%s %s %d" % (name, batch, int(part) - 1)


async def test_a_reader_with_another_key_finds_the_first_entry_broken(open_log: OpenLog) -> None:
    await (await open_log()).append(CITY, EMPTY, bodies(1, 3))
    stranger = await open_log(key=bytes(32))
    with pytest.raises(ChainBroken) as broken:
        await stranger.read(CITY, EMPTY)
    assert (broken.value.scope, broken.value.position) == (CITY, 1)


async def test_reading_from_another_history_is_found(log: EventLog) -> None:
    await log.append(CITY, EMPTY, bodies(1, 3))
    with pytest.raises(ChainBroken) as broken:
        await log.read(CITY, Head(2, bytes(32)))
    assert broken.value.position == 3


async def test_an_entry_by_a_writer_with_another_key_is_found_and_named(open_log: OpenLog) -> None:
    good, stranger = await open_log(), await open_log(key=bytes(32))
    head = await good.append(CITY, EMPTY, bodies(1, 3))
    await stranger.append(CITY, head, bodies(4, 4))
    with pytest.raises(ChainBroken) as broken:
        await good.read(CITY, EMPTY)
    assert broken.value.position == 4
    # A follower hands over what still fits, then stops.
    followed: list[Entry] = []
    with pytest.raises(ChainBroken) as broken:
        async with asyncio.timeout(5), aclosing(good.follow({CITY: EMPTY})) as arriving:
            async for _, entries in arriving:
                followed += entries
    assert broken.value.position == 4
    assert [entry.position for entry in followed] == [1, 2, 3]


async def test_a_follower_gets_what_was_there_and_what_comes(open_log: OpenLog) -> None:
    writer, reader = await open_log(), await open_log()
    city = await writer.append(CITY, EMPTY, bodies(1, 3))
    district = await writer.append(DISTRICT, EMPTY, bodies(1, 1))
    following = asyncio.create_task(
        take(reader, {CITY: Head(2, (await writer.read(CITY, EMPTY))[1].mac), DISTRICT: district}, 4)
    )
    city = await writer.append(CITY, city, bodies(4, 5))
    await writer.append(DISTRICT, district, bodies(2, 2))
    taken = await following
    assert [entry.body for entry in taken[CITY]] == bodies(3, 5)
    assert [entry.body for entry in taken[DISTRICT]] == bodies(2, 2)


async def test_a_follower_of_an_empty_scope_gets_its_first_entry(open_log: OpenLog) -> None:
    writer, reader = await open_log(), await open_log()
    following = asyncio.create_task(take(reader, {CITY: EMPTY}, 1))
    await writer.append(CITY, EMPTY, bodies(1, 1))
    assert [entry.body for entry in (await following)[CITY]] == bodies(1, 1)


async def test_a_follower_ahead_of_the_server_finds_the_loss(log: EventLog) -> None:
    """A lagging replica was promoted: what we have seen is not there any more."""
    await log.append(CITY, EMPTY, bodies(1, 2))
    with pytest.raises(ChainBroken) as broken:
        await take(log, {CITY: Head(5, bytes(32))}, 1)
    assert broken.value.position == 5


async def test_a_follower_with_another_history_finds_it(log: EventLog) -> None:
    await log.append(CITY, EMPTY, bodies(1, 2))
    with pytest.raises(ChainBroken) as broken:
        await take(log, {CITY: Head(2, bytes(32))}, 1)
    assert broken.value.position == 2


async def test_a_cancelled_follower_leaves_nothing_behind(log: EventLog) -> None:
    following = asyncio.create_task(take(log, {CITY: EMPTY}, 1))
    await log.head(CITY)  # an answer later it stands and waits
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    await log.append(CITY, EMPTY, bodies(1, 1))


async def test_a_blob_is_kept_by_its_digest(open_log: OpenLog) -> None:
    log, other = await open_log(), await open_log(world="DRILL-8")
    await log.put_blob("sha256:ab", b"a register")
    await log.put_blob("sha256:ab", b"a register")
    assert await log.get_blob("sha256:ab") == b"a register"
    assert await log.get_blob("sha256:cd") is None
    assert await other.get_blob("sha256:ab") is None


async def test_the_clock_is_the_servers_and_in_utc(log: EventLog) -> None:
    now = await log.time()
    assert now.tzinfo is not None
    assert now.utcoffset() is not None and not now.utcoffset()


@pytest.mark.parametrize("scope", ["", "a b", "a}b", "4201\n", "四"])
async def test_a_scope_that_cannot_stand_in_a_key_is_refused(log: EventLog, scope: str) -> None:
    with pytest.raises(ValueError, match="scope"):
        await log.append(scope, EMPTY, bodies(1, 1))


async def test_a_world_that_cannot_stand_in_a_key_is_refused(open_log: OpenLog) -> None:
    with pytest.raises(ValueError, match="world"):
        await open_log(world="live")


async def test_an_append_of_nothing_and_one_too_large(log: EventLog) -> None:
    assert await log.append(CITY, EMPTY, []) == EMPTY
    with pytest.raises(ValueError, match="at most"):
        await log.append(CITY, EMPTY, [b""] * 5000)
    with pytest.raises(ValueError, match="at most"):
        await log.append(CITY, EMPTY, [bytes(17 * 1024 * 1024)])
    assert await log.head(CITY) == EMPTY


async def test_it_is_read_on_from_any_position(log: EventLog) -> None:
    await log.append(CITY, EMPTY, bodies(1, 5))
    entries = await log.read(CITY, EMPTY)
    assert await log.head_at(CITY, 0) == EMPTY
    third = await log.head_at(CITY, 3)
    assert third == Head(3, entries[2].mac)
    assert await log.read(CITY, third) == entries[3:]
    assert await log.head_at(CITY, 6) is None
    assert await log.head_at(DISTRICT, 1) is None
