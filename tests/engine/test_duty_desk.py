"""The duty roster as an officer sees it: who is called here and below, what would be handed over, whom to call."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import new_state
from coordinator.domain.state import ScopeState
from coordinator.domain.world import DEMO
from coordinator.engine import duty_desk
from coordinator.engine.duty_desk import DutyView
from coordinator.engine.rosters import Rosters
from coordinator.store.registers import RegisterSet
from coordinator.store.roster import Entry
from tests.engine.conftest import Played
from tests.engine.test_people import DISTRICT, Places, city, desk, grant, places

__all__ = ["city", "places"]


class Replica:
    def __init__(self, state: ScopeState) -> None:
        self.state = state


async def view(played: Played, actor: Actor, area: str) -> DutyView:
    return await played.coordinator.duty.view(actor, area)


async def plan(played: Played, area: str, *shifts: tuple[str, str, datetime]) -> None:
    now = played.coordinator.world_now()
    await played.order(
        desk(area),
        "PlanShifts",
        area=area,
        shifts=[
            {
                "person": person,
                "post": post,
                "begins": begins.isoformat(),
                "ends": (begins + timedelta(hours=12)).isoformat(),
            }
            for person, post, begins in shifts
        ],
        **{"from": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(days=3)).isoformat()},
    )


async def test_before_anything_is_planned_the_register_speaks(city: Played, places: Places) -> None:
    found = await view(city, desk(places.street), places.street)
    assert list(found.here.now) == [f"d-{places.street}-{turn}" for turn in (1, 2, 3)]
    assert not found.here.planned and found.shifts == []
    assert [one.area for one in found.below] == [places.first, places.second]
    assert set(found.open) == {"unsigned", "silent", "concerns", "open_tasks", "overdue_tasks", "lost"}


async def test_shifts_are_shown_with_names_and_the_next_one(city: Played, places: Places) -> None:
    now = city.coordinator.world_now()
    later = now + timedelta(hours=13)
    await city.coordinator.people._roster.keep({"p0900001": Entry("己无名", "00011110009")})
    await grant(city, places.first, "p0900001")
    await plan(
        city,
        places.first,
        ("p0900001", "officer", now - timedelta(hours=1)),
        (places.officer, "officer", later),
    )
    found = await view(city, desk(places.first), places.first)
    assert list(found.here.now) == ["p0900001"] and found.here.planned
    assert [one.person for one in found.here.next] == [places.officer]
    assert [one.person for one in found.shifts] == ["p0900001", places.officer]
    names = {one.id: (one.name, one.may_phone) for one in found.people}
    assert names["p0900001"] == ("己无名", True)
    above = await view(city, desk(places.street), places.street)
    assert list(above.below[0].now) == ["p0900001"]


async def test_whom_to_call_is_the_nearest_first_and_nobody_of_another_place(
    city: Played, places: Places
) -> None:
    grid = Actor("g1", Role.GRID, places.grid)
    found = await view(city, grid, places.grid)
    assert [(one.role, one.area, one.person) for one in found.call] == [
        ("duty_officer", places.first, places.officer),
        ("duty_officer", places.street, places.superior),
    ]
    assert all(one.may_phone for one in found.people)
    with pytest.raises(Refused, match="not_your_part"):
        await view(city, desk(places.second), places.first)


async def test_a_street_calls_its_team_leaders(city: Played, places: Places, registers: RegisterSet) -> None:
    team = registers.organisation.teams_of(places.street)[0]
    await city.coordinator.people._roster.keep({team.members[0]: Entry("庚无名", "00011110010")})
    found = await view(city, desk(places.street), places.street)
    assert ("team_leader", places.street, team.name, team.members[0]) in [tuple(one) for one in found.call]


async def test_a_handover_is_seen_here_and_above(city: Played, places: Places) -> None:
    await city.order(desk(places.first), "HandOver", area=places.first, to=places.neighbour)
    found = await view(city, desk(places.street), places.street)
    officer = found.below[0].officer
    assert officer is not None and officer.person == places.neighbour
    assert officer.before == places.officer and officer.open["concerns"] == 0
    assert {one.id for one in found.people} >= {places.neighbour, places.officer}
    phone = {one.id: one.may_phone for one in found.people}
    assert phone[places.neighbour]  # on duty now: may be called though nothing runs


async def test_the_names_of_one_view_are_bounded(
    city: Played, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duty_desk, "MOST_NAMED", 1)
    found = await view(city, desk(places.street), places.street)
    assert [one.id for one in found.people] == [places.superior]


async def test_a_roster_lost_with_an_epoch_puts_nobody_on_duty(
    city: Played, places: Places, registers: RegisterSet
) -> None:
    await city.order(desk(places.first), "HandOver", area=places.first, to=places.neighbour)
    now = city.coordinator.world_now()
    reactor = Replica(city.coordinator.reactors[DISTRICT].state)
    rosters = Rosters({DISTRICT: reactor})
    rosters.follow()
    assert list(rosters.areas(places.neighbour, now)) == [places.first]
    position, reactor.state = reactor.state.position, new_state(DEMO, DISTRICT, registers)
    reactor.state.epoch, reactor.state.position = 2, position
    rosters.follow()
    assert list(rosters.areas(places.neighbour, now)) == []


async def test_a_shift_of_tomorrow_opens_no_phone(city: Played, places: Places) -> None:
    begins = city.coordinator.world_now() + timedelta(hours=20)
    await plan(city, places.first, (places.neighbour, "officer", begins))
    found = await view(city, Actor("x", Role.RESPONDER, places.grid), places.grid)
    assert places.neighbour not in {one.id for one in found.people}
    (known,) = await city.coordinator.people.shown(desk(places.first), [places.neighbour])
    assert not known.may_phone and known.duty == ()
