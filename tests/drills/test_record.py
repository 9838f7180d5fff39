"""What a drill came to is carried over by a person: it is on record once, and its corrective actions are taken once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace

from coordinator.admin.drill.after import After, evening, on_record, put_on_record, read_after, take
from coordinator.admin.drill.run import Played, simulate, write_all
from coordinator.admin.drill.schedule import documents, put, with_bundled, written
from coordinator.admin.run.grants import CommandFailed
from coordinator.admin.run.ground import Ground
from coordinator.domain.access import Role
from coordinator.domain.world import LIVE
from coordinator.drills.score import score
from coordinator.main import simulated_teams
from tests.builders import CITY, DISTRICT, FIRST, STREET, xianlin
from tests.drills.living import Live, living
from tests.drills.plays import bundled
from tests.drills.reading import read

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> After:
    played = simulate(bundled("communication-test"), xianlin(), simulated_teams, 7)
    folder = tmp_path_factory.mktemp("drill")
    write_all(folder, played, 7, Ground(xianlin(), LIVE, True, "sample"), "zh")
    return read_after(folder)


@pytest.mark.parametrize("people", [True, False])
def test_a_drill_counts_where_people_took_seats_whatever_its_script_says(
    people: bool, tmp_path: Path
) -> None:
    """The scripts that come with the project name simulated seats alone: which are real is said at the opening."""
    script = bundled("communication-test")
    ground = Ground(xianlin(), LIVE, True, "sample")
    found = score(script.document, script.digest, [], xianlin())
    write_all(tmp_path, Played(script, found, [], "", {}, people=people), 7, ground, "zh")
    assert read_after(tmp_path).simulated is not people


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    async with living() as one:
        yield one


def test_the_file_says_what_goes_on_record(outcome: After) -> None:
    assert (outcome.script, outcome.hazard, outcome.area) == ("communication-test", "communication", STREET)
    assert (outcome.grade, outcome.simulated, outcome.held) == ("excellent", True, None)
    assert [one.expectation for one in outcome.correctives] == ["roster"], "nobody observed it"


async def test_it_is_put_on_record_once(live: Live, outcome: After) -> None:
    token = await live.token(Role.STREET, STREET)
    for _ in range(2):
        await put_on_record(live.url, token, outcome, outcome.area, TODAY)
    (practice,) = live.coordinator.ledger.practices()
    assert (practice.script, practice.held, practice.simulated) == ("communication-test", TODAY, True)


async def test_its_ratings_are_carried_over_and_stand_on_record(live: Live, outcome: After) -> None:
    assert outcome.ratings and set(outcome.ratings.values()) <= set("PSMU")
    token = await live.token(Role.STREET, STREET)
    await put_on_record(live.url, token, outcome, outcome.area, TODAY)
    _, found = await read(live, "drills/practised", token)
    (held,) = found["held"] if isinstance(found["held"], list) else []
    assert held["ratings"] == outcome.ratings
    with pytest.raises(CommandFailed) as refused:
        await put_on_record(live.url, token, replace(outcome, ratings={"warning": "X"}), STREET, TODAY)
    assert refused.value.code == "bad_body"


async def test_a_drill_that_is_scheduled_at_another_time_keeps_its_name_on_record(
    outcome: After, tmp_path: Path
) -> None:
    await asyncio.to_thread(put, tmp_path, outcome.script, datetime.now(UTC), cron="30 1 1 * *", where="UTC")
    async with living(lambda: with_bundled(documents(tmp_path)), lambda: written(tmp_path)) as live:
        token = await live.token(Role.STREET, STREET)
        await put_on_record(live.url, token, outcome, outcome.area, TODAY)
        _, found = await read(live, "drills/practised", token)
    (held,) = found["held"] if isinstance(found["held"], list) else []
    assert (held["name"], held["name_en"]) == (outcome.name.zh, outcome.name.en)


async def test_corrective_actions_are_taken_once_and_stand_on_the_streets_board(
    live: Live, outcome: After
) -> None:
    token = await live.token(Role.STREET, STREET)
    later = outcome.dated(TODAY)
    due = (TODAY + timedelta(days=30)).date()
    assert await on_record(live.url, token, outcome) == ""
    made = await put_on_record(live.url, token, outcome, outcome.area, TODAY)
    practice = await on_record(live.url, token, outcome)
    assert made["ids"] == [practice]
    taken = await take(live.url, token, later, practice)
    assert await take(live.url, token, later, practice) == []
    (one,) = live.coordinator.reactors[DISTRICT].state.correctives.in_area(STREET)
    assert (taken, one.key, one.due, one.practice) == ([one.id], "roster", evening(due), practice)
    duties = live.coordinator.reactors[DISTRICT].state.duties
    assert duties[f"corrective_due:{one.id}"].due == one.due


async def test_what_is_to_be_done_is_read_from_the_vault_and_stands_in_no_record(
    live: Live, outcome: After
) -> None:
    token = await live.token(Role.STREET, STREET)
    await put_on_record(live.url, token, outcome, outcome.area, TODAY)
    practice = await on_record(live.url, token, outcome)
    (proposed,) = outcome.correctives
    await take(live.url, token, outcome.dated(TODAY), practice)
    (one,) = live.coordinator.reactors[DISTRICT].state.correctives.in_area(STREET)
    for ref, words in ((one.text, proposed.text), (one.verify, proposed.verify)):
        kept = await words_of(live.url, token, ref)
        assert kept == f"{words.zh}\n{words.en}"
        assert words.zh not in str(one) and words.en not in str(one)
    with pytest.raises(CommandFailed) as refused:
        await take(live.url, token, outcome.dated(TODAY), "practice-x")
    assert refused.value.code == "unknown_operation"


async def words_of(url: str, token: str, ref: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(url, headers=headers) as session,
        session.get(f"/api/v1/vault/{ref}") as answer,
    ):
        return str((await answer.json())["text"])


async def test_who_may_not_is_refused(live: Live, outcome: After) -> None:
    token = await live.token(Role.GRID, FIRST + "01")
    with pytest.raises(CommandFailed) as refused:
        await put_on_record(live.url, token, outcome, CITY, TODAY)
    assert refused.value.code == "not_your_part"
