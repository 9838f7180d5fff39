"""The log as a file: what comes back is what went, byte for byte, and what was changed on the way is named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.store.archive import (
    Archived,
    ArchiveUnreadable,
    entry_line,
    export,
    read_file,
    restore,
    verify_file,
    verify_log,
)
from coordinator.store.chain import Chain
from coordinator.store.log import EMPTY, ChainBroken, Entry, EventLog, Head, HeadMoved
from coordinator.store.memory_log import MemoryLog

from .conftest import KEY, NOW, OpenLog

WORLD = "ARCHIVED"


@pytest.fixture
async def full_log(open_log: OpenLog, world: str) -> EventLog:
    """Two scopes of one world, the larger than one batch of an import."""
    log = await open_log()
    await log.append("4201", EMPTY, [b'{"type":"LevelRaised","n":%d}' % n for n in range(150)])
    await log.append("420106", EMPTY, [b'{"big":"%s"}' % (b"x" * 100_000)] * 5)
    return log


async def test_a_log_goes_out_and_comes_back(
    full_log: EventLog, open_log: OpenLog, world: str, tmp_path: Path
) -> None:
    register = b"columns" * 1000
    digest = hashlib.blake2b(register, digest_size=32).hexdigest()
    await full_log.put_blob(digest, register)
    path = tmp_path / "log.jsonl"
    heads = await export(full_log, world, path, blobs=[digest])
    assert heads == {scope: await full_log.head(scope) for scope in ("4201", "420106")}
    assert path.stat().st_mode & 0o077 == 0
    assert (
        verify_file(path, world, KEY) == verify_file(path, world, None) == heads == await verify_log(full_log)
    )

    with pytest.raises(HeadMoved):  # it is there already
        await restore(path, full_log, world, KEY)
    empty = MemoryLog(world, KEY, now=lambda: NOW)
    assert await restore(path, empty, world, KEY) == heads
    for scope in heads:
        assert await empty.read(scope, EMPTY) == await full_log.read(scope, EMPTY)
    assert await empty.get_blob(digest) == register


async def test_a_line_is_json_with_the_event_in_the_open(
    full_log: EventLog, world: str, tmp_path: Path
) -> None:
    await export(full_log, world, tmp_path / "log.jsonl")
    first = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[0])
    (entry,) = await full_log.read("4201", EMPTY, limit=1)
    assert first == {
        "world": world,
        "scope": "4201",
        "position": 1,
        "mac": entry.mac.hex(),
        "event": {"type": "LevelRaised", "n": 0},
    }


def test_the_first_entry_that_does_not_fit_is_named(tmp_path: Path) -> None:
    lines = archive_of(b'{"heads":1}', b'{"heads":2}', b'{"heads":3}')
    changed = [lines[0], lines[1].replace(b":2}", b":9}"), lines[2]]
    assert broken(tmp_path, changed, KEY) == 2
    assert broken(tmp_path, changed, None) is None, "contiguity alone does not see it"
    assert broken(tmp_path, [lines[0], lines[2]], None) == 2
    assert broken(tmp_path, lines[1:], None) == 1
    assert broken(tmp_path, lines, bytes(32)) == 1
    assert broken(tmp_path, lines, KEY) is None


def test_a_segment_goes_on_where_another_ended(tmp_path: Path) -> None:
    lines = archive_of(b"1", b"2", b"3")
    (first, second) = (tmp_path / "1", tmp_path / "2")
    first.write_bytes(b"".join(lines[:2]))
    second.write_bytes(lines[2])
    after = verify_file(first, WORLD, KEY)
    assert verify_file(second, WORLD, KEY, after)["4201"].position == 3
    with pytest.raises(ChainBroken):
        verify_file(second, WORLD, KEY, {"4201": Head(2, bytes(32))})


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "truncated"),
        (b"[]", "Expected"),
        (b'{"world":"OTHER","scope":"4201","position":1,"mac":"00","event":1}', "world OTHER"),
        (b'{"world":"ARCHIVED","position":1,"event":1}', "missing"),
        (b'{"world":"ARCHIVED","scope":"4201","position":1,"mac":"zz","event":1}', "hex"),
        (b'{"world":"ARCHIVED","blob":"ab","data":"AAAA"}', "digest"),
    ],
)
def test_a_line_that_is_not_ours_is_named(tmp_path: Path, line: bytes, why: str) -> None:
    (tmp_path / "log.jsonl").write_bytes(archive_of(b"1")[0] + line + b"\n")
    with pytest.raises(ArchiveUnreadable, match=why) as unreadable:
        verify_file(tmp_path / "log.jsonl", WORLD, None)
    assert unreadable.value.line == 2


async def test_a_bad_file_brings_nothing_back(open_log: OpenLog, tmp_path: Path) -> None:
    log = await open_log(world=WORLD)
    lines = archive_of(b'{"heads":1}', b'{"heads":2}')
    (tmp_path / "log.jsonl").write_bytes(lines[0] + lines[1].replace(b":2}", b":9}"))
    with pytest.raises(ChainBroken):
        await restore(tmp_path / "log.jsonl", log, WORLD, KEY)
    assert await log.head("4201") == EMPTY


def names_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def test_an_export_that_fails_leaves_no_file(full_log: EventLog, world: str, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        await export(full_log, world, tmp_path / "log.jsonl", blobs=["00" * 32])
    assert names_in(tmp_path) == []


bodies = st.one_of(
    st.binary(max_size=40),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=8,
    ).flatmap(
        lambda value: st.sampled_from([None, 2]).map(
            lambda indent: json.dumps(value, indent=indent, ensure_ascii=False).encode("utf-8", "replace")
        )
    ),
    st.sampled_from(
        [b"", b" {}", b"{} ", b'1,"scope":"x"', b'1}\n{"world":"X"', b"[" * 100_000, b"1.0", b'"\\u5e73"']
    ),
)


@given(bodies)
def test_every_body_comes_back_byte_for_byte(body: bytes) -> None:
    line = entry_line(WORLD, "4201", Entry(7, body, bytes(32)))
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    with TemporaryDirectory() as directory:
        path = Path(directory) / "log.jsonl"
        path.write_bytes(line)
        assert list(read_file(path, WORLD)) == [Archived("4201", Entry(7, body, bytes(32)))]


def archive_of(*bodies: bytes) -> list[bytes]:
    return [entry_line(WORLD, "4201", entry) for entry in Chain(KEY, WORLD).extend("4201", EMPTY, bodies)]


def broken(directory: Path, lines: list[bytes], key: bytes | None) -> int | None:
    """The position at which such a file breaks; None if it does not."""
    (directory / "log.jsonl").write_bytes(b"".join(lines))
    try:
        verify_file(directory / "log.jsonl", WORLD, key)
    except ChainBroken as found:
        return found.position
    return None
