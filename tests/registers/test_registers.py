"""The cache of registers: files by digest, fetched when missing or damaged, never opened when they are not what they
are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator.domain.area import Area, AreaLevel
from coordinator.domain.register import Registers, Responder
from coordinator.store.registers import (
    BrokenRegister,
    RegisterCache,
    RegisterDigests,
    RegisterMissing,
    build_areas,
    build_organisation,
    build_people,
    digest_of,
    open_registers,
)

GRID = "42010700100101"
AREAS = build_areas(
    [Area("420107001001", "", AreaLevel.COMMUNITY, "甲"), Area(GRID, "420107001001", AreaLevel.GRID, "一")]
)
PEOPLE = build_people(
    [
        Responder("p0000001", GRID, frozenset(["cadre"]), frozenset()),
        Responder("p0000002", "42010700100199", frozenset(), frozenset()),
    ]
)
ORGANISATION = build_organisation()
DIGESTS = RegisterDigests(*map(digest_of, (AREAS, PEOPLE, ORGANISATION)))


class Server:
    """The log server's blobs, and what was asked of it."""

    def __init__(self, *blobs: bytes) -> None:
        self.blobs = {str(digest_of(blob)): blob for blob in blobs}
        self.asked: list[str] = []

    async def get(self, digest: str) -> bytes | None:
        self.asked.append(digest)
        return self.blobs.get(digest)


def files_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_three_registers_open_from_their_bytes() -> None:
    registers: Registers = open_registers(AREAS, PEOPLE, ORGANISATION)
    assert registers.areas.roots() == ["420107001001"]
    assert registers.people.living_in(GRID) == ["p0000001"]
    assert not registers.organisation.offices


def test_homes_are_found_in_the_tree_and_a_home_that_is_gone_is_marked() -> None:
    registers = open_registers(AREAS, PEOPLE, ORGANISATION)
    assert registers.home_area.tolist() == [registers.areas.index_of(GRID), -1]
    assert registers.digests == DIGESTS


async def test_what_is_missing_is_fetched_once_and_kept(tmp_path: Path) -> None:
    server = Server(AREAS, PEOPLE, ORGANISATION)
    registers = await RegisterCache(tmp_path / "registers", server.get).open(DIGESTS)
    assert registers.digests == DIGESTS
    assert server.asked == list(DIGESTS)
    await RegisterCache(tmp_path / "registers", server.get).open(DIGESTS)
    assert server.asked == list(DIGESTS)


async def test_what_was_kept_needs_no_server(tmp_path: Path) -> None:
    server = Server()
    cache = RegisterCache(tmp_path, server.get)
    assert [await cache.keep(data) for data in (AREAS, PEOPLE, ORGANISATION)] == list(DIGESTS)
    registers = await cache.open(DIGESTS)
    assert registers.people.get("p0000001") is not None
    assert server.asked == []
    assert files_in(tmp_path) == {f"{digest}.register" for digest in DIGESTS}


async def test_what_is_open_is_opened_once_in_a_process(tmp_path: Path) -> None:
    cache = RegisterCache(tmp_path, Server(AREAS, PEOPLE, ORGANISATION).get)
    first, second = await cache.open(DIGESTS), await cache.open(DIGESTS)
    assert first.areas is second.areas
    assert first.people is second.people


@pytest.mark.parametrize("damage", [b"", AREAS[:-8], AREAS[:-1] + b"\xff", PEOPLE])
async def test_a_damaged_file_is_fetched_again(tmp_path: Path, damage: bytes) -> None:
    server = Server(AREAS, PEOPLE, ORGANISATION)
    (tmp_path / f"{DIGESTS.areas}.register").write_bytes(damage)
    registers = await RegisterCache(tmp_path, server.get).open(DIGESTS)
    assert registers.areas.digest == DIGESTS.areas
    assert (tmp_path / f"{DIGESTS.areas}.register").read_bytes() == AREAS


async def test_a_server_without_it_or_with_other_bytes_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(RegisterMissing, match=DIGESTS.areas):
        await RegisterCache(tmp_path, Server().get).open(DIGESTS)
    lying = Server()
    lying.blobs[DIGESTS.areas] = PEOPLE
    with pytest.raises(BrokenRegister, match="another digest"):
        await RegisterCache(tmp_path, lying.get).open(DIGESTS)
    assert files_in(tmp_path) == set()


async def test_a_digest_that_is_no_digest_or_of_another_register_is_refused(tmp_path: Path) -> None:
    cache = RegisterCache(tmp_path, Server(AREAS, PEOPLE, ORGANISATION).get)
    with pytest.raises(BrokenRegister, match="no digest"):
        await cache.open(DIGESTS._replace(areas="../../etc/passwd"))
    await cache.open(DIGESTS)
    with pytest.raises(BrokenRegister):
        await cache.open(DIGESTS._replace(people=DIGESTS.areas))
