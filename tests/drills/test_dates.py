"""GET /api/v1/drills/calendar: when the next drills are, for whoever has a part of the tree; raids for nobody."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from coordinator.admin.drill.schedule import documents, put, with_bundled, written
from coordinator.admin.run.grants import send
from coordinator.domain.access import Role
from coordinator.drills.schema import Document
from coordinator.drills.script import Script
from tests.builders import DISTRICT, FIRST, SECOND, STREET
from tests.drills.living import Live, living
from tests.drills.reading import read


async def dates(live: Live, token: str, **query: str) -> list[dict[str, object]]:
    status, answer = await read(live, "drills/calendar", token, **query)
    assert status == 200, answer
    found = answer["dates"]
    assert isinstance(found, list)
    return found


async def test_the_next_drills_of_ones_own_part_the_next_first_and_no_raid() -> None:
    async with living() as live:
        found = await dates(live, await live.token(Role.STREET, STREET))
        first = found[0]
        assert {one["script"] for one in found} >= {"communication-test"}
        assert "xianlin-night-raid" not in {one["script"] for one in found}
        assert [one["at"] for one in found] == sorted(str(one["at"]) for one in found)
        assert (first["opens"], bool(first["name"]), bool(first["name_en"])) == (False, True, True)
        soon = await dates(live, await live.token(Role.STREET, STREET), days="31")
        until = datetime.now(UTC) + timedelta(days=31)
        assert soon and all(datetime.fromisoformat(str(one["at"])) <= until for one in soon)


async def test_what_the_city_has_scheduled_is_opened_by_itself_and_its_raids_stay_secret(
    tmp_path: Path,
) -> None:
    for script in ("communication-test", "xianlin-night-raid"):
        await asyncio.to_thread(put, tmp_path, script, datetime.now(UTC), cron="30 1 1 * *", where="UTC")
    async with living(lambda: with_bundled(documents(tmp_path)), lambda: written(tmp_path)) as live:
        for role, area in ((Role.COMMANDER, DISTRICT), (Role.OPERATOR, DISTRICT), (Role.AUDITOR, DISTRICT)):
            found = await dates(live, await live.token(role, area))
            opened = {str(one["script"]) for one in found if one["opens"]}
            assert opened == {"communication-test"}, role
            assert "raid" not in str(found) and "突击" not in str(found)


@pytest.mark.parametrize("path", ["drills/calendar", "drills/practised"])
async def test_files_of_scripts_are_read_while_everybody_else_is_served(path: str) -> None:
    readers = set[threading.Thread]()

    def scripts() -> list[Document]:
        readers.add(threading.current_thread())
        return []

    def scheduled() -> list[Script]:
        readers.add(threading.current_thread())
        return []

    async with living(scripts, scheduled) as live:
        token = await live.token(Role.STREET, STREET)
        record = {
            "area": STREET,
            "script": "communication-test",
            "digest": "0" * 64,
            "kind": "functional",
            "hazard": "communication",
            "places": [STREET],
            "held": datetime.now(UTC).isoformat(),
        }
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(live.url, headers=headers) as session:
            await send(session, "RecordDrillHeld", record)
        status, answer = await read(live, path, token)
        assert status == 200, answer
    assert readers and threading.main_thread() not in readers


async def test_another_part_is_refused_and_so_is_a_wall() -> None:
    async with living() as live:
        token = await live.token(Role.COMMUNITY, FIRST)
        assert (await read(live, "drills/calendar", token, under=SECOND))[0] == 403
        assert (await read(live, "drills/calendar", token, days="0"))[0] == 400
        wall = await live.token(Role.WALL, DISTRICT)
        assert (await read(live, "drills/calendar", wall))[0] == 403
        assert (await read(live, "drills/calendar", ""))[0] == 401
