"""Words and pictures in the vault: who may, what a reference gives away, and that sending again keeps one."""

from __future__ import annotations

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.refusal import Refused
from coordinator.engine.texts import MAX_PICTURE, Texts, kind_of
from coordinator.store.cells import MemoryCells
from coordinator.store.roster import Entry, Roster
from coordinator.store.vault import Vault
from tests.builders import GRID, SECOND, xianlin

AREA = GRID
MINE = Actor("p1", Role.GRID, AREA)
JPEG = b"\xff\xd8\xff\xe0 as a camera begins"


@pytest.fixture
def texts() -> Texts:
    return Texts(Vault(MemoryCells(), "DEMO", bytes(32)), xianlin().areas, lambda _: False)


async def test_a_picture_comes_back_and_its_reference_says_what_it_is(texts: Texts) -> None:
    ref = await texts.keep_picture(MINE, AREA, "op1", "jpeg", JPEG)
    assert kind_of(ref) == "jpeg"
    assert await texts.read_picture(MINE, ref) == JPEG
    with pytest.raises(Refused, match="unknown_ref"):
        await texts.read(MINE, ref)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("jpeg", b"<script>"),
        ("png", JPEG),
        ("webp", b"RIFF....WAVE"),
        ("svg+xml", b"<svg/>"),
        ("jpeg", JPEG + bytes(MAX_PICTURE)),
        ("jpeg", b""),
    ],
)
async def test_what_is_no_picture_is_refused(texts: Texts, kind: str, data: bytes) -> None:
    with pytest.raises(Refused, match="bad_picture"):
        await texts.keep_picture(MINE, AREA, "op1", kind, data)


async def test_a_picture_of_another_place_is_neither_kept_nor_read(texts: Texts) -> None:
    ref = await texts.keep_picture(MINE, AREA, "op1", "jpeg", JPEG)
    other = Actor("p2", Role.COMMUNITY, SECOND)
    with pytest.raises(Refused, match="not_your_part"):
        await texts.read_picture(other, ref)
    with pytest.raises(Refused, match="not_your_part"):
        await texts.keep_picture(other, AREA, "op1", "jpeg", JPEG)


async def test_what_is_sent_again_is_kept_once_and_nothing_is_put_in_its_place(texts: Texts) -> None:
    first = await texts.keep(MINE, AREA, "op1", "三单元", once="k1")
    assert await texts.keep(MINE, AREA, "op1", "三单元", once="k1") == first
    assert await texts.keep(MINE, AREA, "op1", "四单元", once="k1") != first
    assert await texts.read(MINE, first) == "三单元"


async def test_a_reference_does_not_tell_that_two_are_the_same(texts: Texts) -> None:
    refs = {await texts.keep(MINE, AREA, "op1", "三单元", once=once) for once in ("", "", "k1", "k2")}
    assert len(refs) == 4


@pytest.mark.parametrize("person", ["p0000102", f"x.{GRID}.7"])
async def test_what_else_stands_in_the_vault_is_no_text(person: str) -> None:
    """Names and phones are read by `engine/people.py`, which asks who may and puts it on record."""
    vault = Vault(MemoryCells(), "DEMO", bytes(32))
    roster = Roster(vault)
    await roster.keep({person: Entry("甲无名", "00011110001")})
    (name,) = [ref for ref in (f"person:{person}",) if await vault.get(ref) is not None]
    known = {"op1"}

    def erased(operation: str) -> bool:
        if operation not in known:
            raise Refused("unknown_operation", operation=operation)
        return False

    texts = Texts(vault, xianlin().areas, erased)
    for role in (Role.OPERATOR, Role.AUDITOR, Role.CONTROLLER, Role.GRID):
        with pytest.raises(Refused, match="unknown_ref"):
            await texts.read(Actor("p1", role, xianlin().areas.roots()[0]), name)


async def test_who_watches_all_reads_their_own_part_only(texts: Texts) -> None:
    ref = await texts.keep(MINE, AREA, "op1", "三单元")
    with pytest.raises(Refused, match="not_your_part"):
        await texts.read(Actor("a1", Role.AUDITOR, SECOND), ref)
    assert await texts.read(Actor("a1", Role.AUDITOR, AREA), ref) == "三单元"
