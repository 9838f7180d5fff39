"""The roster: readable with the keys alone, one key per person, and an erased person is gone for everybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.store.cells import MemoryCells
from coordinator.store.invented import GIVEN, SURNAMES, invented
from coordinator.store.roster import Entry, Roster, masked
from coordinator.store.vault import DataKeyDestroyed, Vault

LI = Entry("李无名", "00012345678")
WU = Entry("吴无名", "00087654321")


@pytest.fixture
def cells() -> MemoryCells:
    return MemoryCells()


@pytest.fixture
def roster(cells: MemoryCells) -> Roster:
    return Roster(Vault(cells, "LIVE", bytes(32)))


async def test_who_was_put_is_found_and_nobody_else(roster: Roster) -> None:
    await roster.keep({"p1": LI, "d-42-1": WU})
    assert await roster.get_many(["d-42-1", "p1", "p2"]) == {"d-42-1": WU, "p1": LI}
    await roster.keep({"p1": WU})
    assert await roster.get_many(["p1"]) == {"p1": WU}


async def test_nothing_of_it_is_readable_where_it_stands(roster: Roster, cells: MemoryCells) -> None:
    await roster.keep({"p1": LI, "p2": WU})
    everything = b"".join(cells.cells.values())
    for entry in (LI, WU):
        assert entry.name.encode() not in everything
        assert entry.phone.encode() not in everything


async def test_each_person_is_under_a_key_of_their_own(roster: Roster, cells: MemoryCells) -> None:
    await roster.keep({"p1": LI, "p2": WU})
    await roster.erase("p1")
    assert await roster.get_many(["p1", "p2"]) == {"p1": None, "p2": WU}
    with pytest.raises(DataKeyDestroyed):
        await roster.keep({"p3": LI, "p1": LI})
    assert await roster.get_many(["p3"]) == {}


async def test_an_invented_person_can_be_erased_too(cells: MemoryCells) -> None:
    roster = Roster(Vault(cells, "DEMO", bytes(32)), invented)
    assert (await roster.get_many(["p1"]))["p1"] == invented("p1")
    await roster.erase("p1")
    await roster.erase("p1")
    assert await roster.get_many(["p1"]) == {"p1": None}


async def test_more_than_one_call_s_worth(roster: Roster) -> None:
    many = {f"p{number:07d}": Entry(f"人{number}") for number in range(2_100)}
    await roster.keep(many)
    assert await roster.get_many(many) == many


@given(st.text(max_size=30))
def test_invented_people_are_nobody(person: str) -> None:
    found = invented(person)
    assert found == invented(person)
    assert found.name[0] in SURNAMES and set(found.name[1:]) <= set(GIVEN)
    assert found.phone.startswith("sim:") and len(found.phone) == 12


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("00012345678", "000****5678"),
        ("sim:12345678", "sim*****5678"),
        ("+8600012345678", "+86*******5678"),
        ("000110", "****10"),
        ("", ""),
    ],
)
def test_a_masked_phone_cannot_be_called(phone: str, shown: str) -> None:
    assert masked(phone) == shown
