"""The chain as a law: whatever is changed in a run of entries, `verify` names the first position that is wrong."""

from __future__ import annotations

import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.store.chain import Chain
from coordinator.store.errors import StoreError
from coordinator.store.keyfile import open_key
from coordinator.store.log import EMPTY, ChainBroken, Entry, Head

from .conftest import KEY

CHAIN = Chain(KEY, "LIVE")
runs = st.lists(st.binary(max_size=6), min_size=1, max_size=8)


def broken_at(
    entries: list[Entry], chain: Chain = CHAIN, scope: str = "4201", after: Head = EMPTY
) -> int | None:
    try:
        chain.verify(scope, after, entries)
    except ChainBroken as broken:
        fitting, again = chain.fitting(scope, after, entries)
        assert again is not None and again.position == broken.position
        assert fitting == entries[: broken.position - after.position - 1]
        return broken.position
    return None


@given(runs, st.integers(0, 7))
def test_a_run_fits_whole_and_in_parts(bodies: list[bytes], cut: int) -> None:
    entries = CHAIN.extend("4201", EMPTY, bodies)
    assert broken_at(entries) is None
    cut %= len(entries)
    head = Head(entries[cut].position, entries[cut].mac)
    assert broken_at(entries[cut + 1 :], after=head) is None
    assert CHAIN.extend("4201", head, bodies[cut + 1 :]) == entries[cut + 1 :]


@given(runs, st.integers(0, 7), st.binary(max_size=6))
def test_a_changed_body_is_named(bodies: list[bytes], at: int, other: bytes) -> None:
    at %= len(bodies)
    entries = CHAIN.extend("4201", EMPTY, bodies)
    entries[at] = entries[at]._replace(body=other)
    assert broken_at(entries) == (None if other == bodies[at] else at + 1)


@given(runs, st.integers(0, 7))
def test_a_left_out_entry_is_named_unless_it_was_the_last(bodies: list[bytes], at: int) -> None:
    at %= len(bodies)
    entries = CHAIN.extend("4201", EMPTY, bodies)
    del entries[at]
    assert broken_at(entries) == (None if at == len(entries) else at + 1)
    closed_up = [entry._replace(position=n) for n, entry in enumerate(entries, start=1)]
    assert broken_at(closed_up) == (None if at == len(entries) else at + 1)


@given(runs)
def test_entries_belong_to_their_world_scope_and_key(bodies: list[bytes]) -> None:
    entries = CHAIN.extend("4201", EMPTY, bodies)
    assert broken_at(entries, Chain(KEY, "DRILL-1")) == 1
    assert broken_at(entries, Chain(bytes(32), "LIVE")) == 1
    assert broken_at(entries, scope="420106") == 1


def test_the_mac_is_what_the_documentation_says() -> None:
    """Anyone with the key can check the log with a few lines of their own."""
    name = b"LIVE/4201"
    message = bytes(32) + len(name).to_bytes(2, "big") + name + (1).to_bytes(8, "big") + b"{}"
    (entry,) = CHAIN.extend("4201", EMPTY, [b"{}"])
    assert entry.mac == hmac.new(KEY, message, hashlib.sha256).digest()


def test_a_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "chain"
    key = open_key(path)
    assert len(key) == 32 and open_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["chain"]
    assert open_key(tmp_path / "keys" / "vault") != key


def test_all_who_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(open_key, [tmp_path / "chain"] * 8))) == 1


def test_a_key_that_others_can_read_or_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chain"
    open_key(path)
    path.chmod(0o640)
    with pytest.raises(StoreError, match="key_unusable"):
        open_key(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(StoreError, match="key_unusable"):
        open_key(path)
