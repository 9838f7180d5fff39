"""Names for those who may know them: a real coordinator, its registers, grants and state, over a roster in memory."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Final

import pytest
from msgspec.structs import replace

from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaLevel
from coordinator.domain.call_out import CallOut, Engaged, Progress, call_out_id
from coordinator.domain.duty import How
from coordinator.domain.personal_data import PhoneRevealed, PhonesFetched, Why
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import decode, new_state
from coordinator.domain.world import DEMO
from coordinator.engine.coordinator import Coordinator
from coordinator.engine.granted import Granted
from coordinator.engine.people import People
from coordinator.jobs.payload import NOTIFY
from coordinator.jobs.port import NoJobs
from coordinator.store.cells import MemoryCells
from coordinator.store.log import EMPTY
from coordinator.store.memory_log import MemoryLog, MemoryServer
from coordinator.store.registers import RegisterSet
from coordinator.store.roster import Entry, Roster
from coordinator.store.vault import Vault
from tests.engine.conftest import DISTRICTS, KEY, Played, commander, now

DISTRICT: Final = DISTRICTS[1]


class Places:
    """A street of two communities, and who is known of it."""

    def __init__(self, registers: RegisterSet) -> None:
        tree = registers.areas
        (self.street,) = tree.below(DISTRICT, AreaLevel.STREET)
        self.first, self.second = tree.below(self.street, AreaLevel.COMMUNITY)
        self.grid = tree.children(self.first)[0]
        self.officer, self.superior = f"d-{self.first}-1", f"d-{self.street}-1"
        self.neighbour = registers.people.living_in(self.grid)[0]
        self.elsewhere = registers.people.living_in(tree.children(self.second)[0])[0]
        self.roster = {
            self.officer: Entry("甲无名", "00011110001"),
            self.superior: Entry("乙无名", "00011110002"),
            self.neighbour: Entry("丙无名", "00011110003"),
            self.elsewhere: Entry("丁无名", "00011110004"),
        }
        self.everybody = [*self.roster, "p9999999"]


@pytest.fixture
def places(registers: RegisterSet) -> Places:
    return Places(registers)


@pytest.fixture
async def city(registers: RegisterSet, places: Places) -> AsyncIterator[Played]:
    roster = Roster(Vault(MemoryCells(), DEMO, bytes(32)))
    await roster.keep(places.roster)
    log = MemoryLog(DEMO, KEY, now=now, server=MemoryServer())
    coordinator = Coordinator(log, DEMO, registers, NoJobs(), roster=roster, in_step=True)
    async with coordinator:
        one = Played(coordinator, log)
        await one.found()
        yield one


@pytest.fixture
def people(city: Played) -> People:
    return city.coordinator.people


def desk(area: str) -> Actor:
    return Actor(f"desk-{area}", Role.STREET if len(area) == 9 else Role.COMMUNITY, area)


async def grant(city: Played, area: str, person: str) -> str:
    """Gives what it is revoked by."""
    token = hashlib.sha256(person.encode()).hexdigest()
    operator = Actor("operator", Role.OPERATOR, "4201")
    await city.order(operator, "IssueGrant", area=area, person=person, role="community", token=token)
    return f"sha256:{token}"


async def names(people: People, places: Places, actor: Actor) -> str:
    return "".join(sorted(one.name[0] for one in await people.shown(actor, places.everybody)))


async def test_nothing_of_another_area_s_people(people: People, places: Places) -> None:
    assert await names(people, places, desk(places.first)) == "丙乙甲"
    assert await names(people, places, desk(places.second)) == "丁乙"
    assert await names(people, places, desk(places.street)) == "丁丙乙甲"
    assert await names(people, places, Actor("x", Role.RESPONDER, places.grid)) == "乙甲"
    assert await names(people, places, commander(DISTRICTS[0])) == ""
    assert await names(people, places, Actor("o", Role.OPERATOR, "4201")) == ""


async def test_phones_are_masked_and_each_says_whether_it_would_be_given(
    people: People, places: Places
) -> None:
    shown = {one.id: one for one in await people.shown(desk(places.first), places.everybody)}
    officer, superior = shown[places.officer], shown[places.superior]
    assert (officer.phone, officer.may_phone, officer.duty) == ("000****0001", True, (places.first,))
    assert not shown[places.neighbour].may_phone  # nothing runs
    assert shown[places.neighbour].home == places.grid and shown[places.neighbour].kinds
    assert superior.home == "" and superior.kinds == ()


async def test_a_whole_number_is_on_record_before_it_is_given(
    city: Played, people: People, places: Places
) -> None:
    reader = desk(places.first)
    assert await people.phone(reader, places.superior, Why.CONFIRM) == "00011110002"
    entries = await city.log.read(DISTRICT, EMPTY)
    read = [event for one in entries if isinstance(event := decode(one.body).event, PhoneRevealed)]
    assert [(one.person, one.reader, one.reason) for one in read] == [
        (places.superior, reader.person, "confirm")
    ]
    assert all(b"00011110002" not in one.body for one in entries)


async def test_whom_one_may_not_call(people: People, places: Places) -> None:
    for person, code in (
        (places.neighbour, "phone_in_normal_times"),
        (places.elsewhere, "unknown_person"),
        ("p9999999", "unknown_person"),
    ):
        with pytest.raises(Refused, match=code):
            await people.phone(desk(places.first), person, Why.CALL)


async def test_who_was_erased_is_gone(city: Played, people: People, places: Places) -> None:
    await city.order(
        Actor("operator", Role.OPERATOR, "4201"), "ErasePerson", area=DISTRICT, person=places.officer
    )
    await city.coordinator.settle()
    shown = {one.id: one for one in await people.shown(desk(places.first), places.everybody)}
    gone = shown[places.officer]
    assert (gone.name, gone.phone, gone.erased, gone.may_phone) == ("", "", True, False)
    with pytest.raises(Refused, match="person_erased"):
        await people.phone(desk(places.first), places.officer, Why.CALL)
    assert not city.coordinator.reactors[DISTRICT].state.duties.get(f"erase_person:{places.officer}")


async def test_who_signs_in_is_known_by_their_office(city: Played, people: People, places: Places) -> None:
    await grant(city, places.first, "p9999999")
    await people._roster.keep({"p9999999": Entry("戊无名")})
    assert await names(people, places, desk(places.street)) == "丁丙乙戊甲"
    assert await names(people, places, desk(places.second)) == "丁乙"
    with pytest.raises(Refused, match="phone_in_normal_times"):
        await people.phone(desk(places.street), "p9999999", Why.CALL)


async def test_a_revoked_grant_gives_no_place(city: Played, people: People, places: Places) -> None:
    granted = city.coordinator._granted
    given = await grant(city, places.first, "p9999999")
    assert granted.areas("p9999999") == [places.first]
    assert len(city.coordinator.grants_of("p9999999")) == 1
    await city.order(Actor("operator", Role.OPERATOR, "4201"), "RevokeGrant", area="4201", grant=given)
    assert granted.areas("p9999999") == [] and city.coordinator.grants_of("p9999999") == []


async def test_a_grant_that_was_lost_with_an_epoch_gives_no_place(
    city: Played, people: People, places: Places, registers: RegisterSet
) -> None:
    await grant(city, places.first, "p9999999")
    state = city.coordinator.reactors["4201"].state
    granted = Granted(lambda: state)
    assert granted.areas("p9999999") == [places.first]
    position, state = state.position, new_state(DEMO, "4201", registers)
    state.epoch, state.position = 2, position
    assert granted.areas("p9999999") == []


async def test_addresses_are_for_workers_alone_and_of_those_who_are_to_be_told(
    city: Played, people: People, places: Places
) -> None:
    worker = Actor("process:worker", Role.WORKER, "4201")
    with pytest.raises(Refused, match="not_your_role"):
        await people.addresses(desk(places.first), places.everybody)
    assert await people.addresses(worker, places.everybody) == {}
    state, at = city.coordinator.reactors[DISTRICT].state, city.coordinator.world_now()
    state.open_duty(How.DEADLINE, "answer_due", "one", places.street, at)
    state.open_duty(How.JOB, NOTIFY, "two", places.first, at)
    assert await people.addresses(worker, places.everybody) == {places.officer: "00011110001"}
    grid, key = places.grid, call_out_id(places.neighbour, "post")
    state.put(state.engaged, places.neighbour, Engaged(area=grid, call_out=key))
    call = CallOut(
        id=key,
        post="post",
        operation="op",
        responder=places.neighbour,
        area=grid,
        home=grid,
        progress=Progress.ASSIGNED,
        at=at,
    )
    state.put(state.call_outs, key, call)
    told = {places.officer: "00011110001", places.neighbour: "00011110003"}
    assert await people.addresses(worker, places.everybody) == told
    state.put(state.call_outs, key, replace(call, progress=Progress.COMING))
    assert list(await people.addresses(worker, places.everybody)) == [places.officer]
    read = [decode(one.body).event for one in await city.log.read("4201", EMPTY)]
    counts = [(one.people, one.reader) for one in read if isinstance(one, PhonesFetched)]
    assert counts == [(1, worker.person), (2, worker.person), (1, worker.person)]


async def test_lists_of_an_area_begin_with_who_is_on_duty(
    people: People, places: Places, registers: RegisterSet
) -> None:
    assert people.of_area(places.first)[:3] == [f"d-{places.first}-{turn}" for turn in (1, 2, 3)]
    assert places.neighbour in people.of_area(places.first)
    assert places.neighbour not in people.of_area(places.street)
    team = registers.organisation.teams_of(places.street)[0]
    assert team.members[0] in people.of_area(places.street)
    assert people.of_team(team.id) == list(team.members) and people.of_team("t-none") == []
