"""Players hear of a drill in the real world while it is open, of a raid once it has begun, of none that is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import msgspec
import pytest
from structlog.testing import capture_logs

from coordinator.admin.drill import inviting
from coordinator.admin.drill.inviting import INVITED_FILE, LEFT, bring_up_to_date, keep_inviting
from coordinator.admin.drill.live_watch import Live
from coordinator.admin.drill.open import open_drill
from coordinator.admin.drill.plan import BEGAN_FILE, CLOSED_FILE, FAILED_FILE, OVER_FILE, RUNNING_FILE
from coordinator.admin.drill.seats import CONTROL, SEATS_FILE, SUPERVISOR, Taken
from coordinator.admin.run.founding import OPERATOR_TOKEN, WorldPlan, write_plan
from coordinator.admin.run.grants import CommandFailed, send
from coordinator.admin.run.ground import sampled_registers
from coordinator.domain.access import Role
from coordinator.domain.concern import Concern
from coordinator.domain.world import LIVE
from tests.builders import CITY, DISTRICT, FIRST, GRID, SECOND, STREET
from tests.drills import living

SECRET = "token-of-the-drill"
NOWHERE = "http://127.0.0.1:1"
SEATS = [
    Taken(CONTROL, Role.CONTROLLER, CITY, "control-1", SECRET),
    Taken(SUPERVISOR, Role.CONTROLLER, CITY, "process:supervisor", SECRET),
    Taken("observer", Role.OBSERVER, CITY, "d-observer-1", SECRET),
    Taken(f"community:{FIRST}", Role.COMMUNITY, FIRST, f"d-{FIRST}-1", SECRET),
    Taken(f"grid:{GRID}", Role.GRID, GRID, f"d-{GRID}-1", SECRET),
    Taken(f"community:{SECOND}", Role.COMMUNITY, SECOND, f"d-{SECOND}-1", SECRET, simulated=True),
]


class City:
    def __init__(self, live: living.Live, data: Path) -> None:
        self.beside = Live(data, [NOWHERE, live.url])
        self._coordinator = live.coordinator

    def invitations(self) -> dict[str, Concern]:
        found = self._coordinator.reactors[DISTRICT].state.concerns.values()
        return {one.area: one for one in found if one.kind in ("drill_coming", "drill_open")}

    def lapses(self) -> datetime:
        duties = self._coordinator.reactors[DISTRICT].state.duties.values()
        return next(one.due for one in duties if one.kind == "invitation_due")


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    async with living.living() as live:
        (tmp_path / OPERATOR_TOKEN).write_text(await live.token(Role.OPERATOR, CITY))
        yield City(live, tmp_path)


def opened(data: Path, script: str = "communication-test", due: datetime | None = None) -> Path:
    directory = open_drill(data, script, due=due)
    (directory / SEATS_FILE).write_bytes(msgspec.json.encode(SEATS))
    return directory


async def looks(live: Live, data: Path, times: int) -> None:
    left = times

    async def wait(seconds: float) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await keep_inviting(live, data, wait)


async def test_who_has_a_seat_is_invited_once_it_is_open_and_until_it_is_over(
    city: City, tmp_path: Path
) -> None:
    drill = opened(tmp_path)
    await bring_up_to_date(city.beside, drill)
    assert not city.invitations(), "there is no seat to take yet"
    (drill / RUNNING_FILE).touch()
    await bring_up_to_date(city.beside, drill)
    assert set(city.invitations()) == {STREET, FIRST, GRID}, "observers where it is held from, and no team"
    assert {one.kind for one in city.invitations().values()} == {"drill_open"}
    (drill / INVITED_FILE).unlink()  # killed before it could note that
    await bring_up_to_date(city.beside, drill)
    assert len(city.invitations()) == 3
    (drill / OVER_FILE).touch()
    await bring_up_to_date(city.beside, drill)
    assert not city.invitations()
    await bring_up_to_date(city.beside, drill)
    assert not city.invitations() and not (drill / INVITED_FILE).exists()


@pytest.mark.parametrize("end", [CLOSED_FILE, FAILED_FILE])
async def test_a_drill_that_is_closed_or_failed_wants_nobody(city: City, tmp_path: Path, end: str) -> None:
    drill = opened(tmp_path)
    (drill / RUNNING_FILE).touch()
    await bring_up_to_date(city.beside, drill)
    (drill / end).write_text("why")
    await bring_up_to_date(city.beside, drill)
    assert not city.invitations()


async def test_one_of_the_calendar_says_when(city: City, tmp_path: Path) -> None:
    drill = opened(tmp_path, due=datetime.now(UTC) + timedelta(minutes=30))
    (drill / RUNNING_FILE).touch()
    await bring_up_to_date(city.beside, drill)
    assert {one.kind for one in city.invitations().values()} == {"drill_coming"}


@pytest.mark.parametrize("late", [False, True])
async def test_once_it_begins_it_is_not_said_to_be_coming(city: City, tmp_path: Path, late: bool) -> None:
    due = datetime.now(UTC) + timedelta(minutes=30)
    drill = opened(tmp_path, due=due)
    (drill / RUNNING_FILE).touch()
    await bring_up_to_date(city.beside, drill)
    if not late:
        (drill / BEGAN_FILE).touch()
    await bring_up_to_date(city.beside, drill, lambda: due if late else due - timedelta(minutes=20))
    assert {one.kind for one in city.invitations().values()} == {"drill_open"}


async def test_it_is_renewed_as_long_as_the_drill_stands(city: City, tmp_path: Path) -> None:
    """Extended, paused over night or started late: it lapses only where nobody keeps the drill running."""
    drill = opened(tmp_path)
    (drill / RUNNING_FILE).touch()
    await bring_up_to_date(city.beside, drill)
    first = city.lapses()
    await bring_up_to_date(city.beside, drill, lambda: first - LEFT / 2 - timedelta(seconds=1))
    assert city.lapses() == first
    await bring_up_to_date(city.beside, drill, lambda: first - LEFT / 2)
    assert city.lapses() > first


async def test_only_places_of_the_city_are_invited(city: City, tmp_path: Path) -> None:
    registers = sampled_registers("xianlin", "", 7)
    write_plan(tmp_path, registers, WorldPlan(LIVE, *registers.digests))
    drill = opened(tmp_path)
    elsewhere = Taken("street:420107001", Role.STREET, "420107001", "d-1", SECRET)
    (drill / SEATS_FILE).write_bytes(msgspec.json.encode([elsewhere, *SEATS]))
    (drill / RUNNING_FILE).touch()
    await bring_up_to_date(city.beside, drill)
    assert set(city.invitations()) == {STREET, FIRST, GRID}


async def test_a_scope_that_refuses_keeps_no_other_from_hearing_and_the_end_is_said(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = 0

    async def refusing(
        session: aiohttp.ClientSession, name: str, body: Mapping[str, object]
    ) -> dict[str, object]:
        nonlocal refused
        if body["area"] == CITY:
            refused += 1
            raise CommandFailed("unknown_area", "没有这个区域", "no such area")
        return await send(session, name, body)

    monkeypatch.setattr(inviting, "send", refusing)
    drill = opened(tmp_path)
    commander = Taken("commander", Role.COMMANDER, CITY, "d-2", SECRET)
    (drill / SEATS_FILE).write_bytes(msgspec.json.encode([commander, *SEATS]))
    (drill / RUNNING_FILE).touch()
    with capture_logs() as told:
        await looks(city.beside, tmp_path, 100)
    assert len(city.invitations()) == 3 and len(told) == 1
    assert refused < 10, "what cannot change is not said every two seconds"
    (drill / OVER_FILE).touch()
    for register in (drill / "registers").iterdir():
        register.unlink()
    with pytest.raises(CommandFailed):
        await bring_up_to_date(city.beside, drill)
    assert not city.invitations()


async def test_nobody_hears_of_a_raid_before_it_has_begun(city: City, tmp_path: Path) -> None:
    raid = opened(tmp_path, "xianlin-night-raid", due=datetime.now(UTC))
    (raid / RUNNING_FILE).touch()
    await bring_up_to_date(city.beside, raid)
    assert not city.invitations()
    (raid / BEGAN_FILE).touch()
    await bring_up_to_date(city.beside, raid)
    assert {one.kind for one in city.invitations().values()} == {"drill_open"}


async def test_no_token_of_the_drill_is_in_what_the_real_world_is_told(city: City, tmp_path: Path) -> None:
    drill = opened(tmp_path)
    (drill / RUNNING_FILE).touch()
    await bring_up_to_date(city.beside, drill)
    assert all(SECRET not in str(one) for one in city.invitations().values())


async def test_a_drill_with_a_damaged_register_is_named_once_and_keeps_no_other_back(
    city: City, tmp_path: Path
) -> None:
    broken, sound = opened(tmp_path), opened(tmp_path)
    for drill in (broken, sound):
        (drill / RUNNING_FILE).touch()
    for register in (broken / "registers").iterdir():
        register.write_bytes(b"damaged")
    with capture_logs() as told:
        await looks(city.beside, tmp_path, 3)
    assert [one["drill"] for one in told if one["log_level"] == "warning"] == [broken.name]
    assert {one.facts["drill"] for one in city.invitations().values()} == {sound.name}


async def test_a_city_that_is_away_is_told_when_it_is_back(city: City, tmp_path: Path) -> None:
    drill = opened(tmp_path)
    (drill / RUNNING_FILE).touch()
    with capture_logs() as told:
        await looks(Live(tmp_path, [NOWHERE]), tmp_path, 3)
    assert [one["log_level"] for one in told] == ["warning"], "said once"
    with pytest.raises(aiohttp.ClientError):
        await bring_up_to_date(Live(tmp_path, [NOWHERE]), drill)
    await bring_up_to_date(city.beside, drill)
    assert len(city.invitations()) == 3
