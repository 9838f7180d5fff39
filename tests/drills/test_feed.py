"""The calendar's feed: its secret opens the calendar and nothing else, is taken back, and no token opens it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from coordinator.admin.drill.schedule import documents, put, with_bundled
from coordinator.domain.access import Role
from coordinator.domain.grant import RevokeGrant
from coordinator.wire.tokens import hash_token
from tests.builders import CITY, DISTRICT, FIRST, STREET
from tests.drills.living import Live, living


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    async with living() as one:
        yield one


async def get(live: Live, path: str, bearer: str = "") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with aiohttp.ClientSession(live.url, headers=headers) as http, http.get(f"/api/v1/{path}") as got:
        return got.status, await got.text()


async def test_it_is_read_without_any_header_and_has_no_raid(live: Live) -> None:
    feed = await live.token(Role.CALENDAR, DISTRICT)
    status, text = await get(live, f"drills/calendar/{feed}.ics")
    assert status == 200 and text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("街道社区叫应测试") == 12 and "突击" not in text
    assert "仙林街道" in text and feed not in text


async def test_it_has_the_drills_of_its_own_part(live: Live) -> None:
    feed = await live.token(Role.CALENDAR, FIRST)
    text = (await get(live, f"drills/calendar/{feed}.ics"))[1].replace("\r\n ", "")
    assert "街道社区叫应测试" in text and "仙鹤社区燃气泄漏" not in text, "which is the next community's"


async def test_it_has_the_citys_own_from_when_they_are_put_in_and_no_raid_of_theirs(tmp_path: Path) -> None:
    async with living(lambda: with_bundled(documents(tmp_path))) as live:
        path = f"drills/calendar/{await live.token(Role.CALENDAR, DISTRICT)}.ics"
        assert "T013000Z\r\nDURATION" not in (await get(live, path))[1]
        for script in ("communication-test", "xianlin-night-raid"):
            await asyncio.to_thread(put, tmp_path, script, datetime.now(UTC), cron="30 1 1 * *", where="UTC")
        text = (await get(live, path))[1]
    assert text.count("街道社区叫应测试") == 12 == text.count("T013000Z\r\nDURATION") and "突击" not in text


async def test_its_secret_opens_nothing_else_and_no_token_opens_it(live: Live) -> None:
    feed = await live.token(Role.CALENDAR, CITY)
    for path in ("me", f"boards/area:{STREET}", "drills/practised", "areas"):
        assert (await get(live, path, bearer=feed))[0] == 401
    for role in (Role.COMMANDER, Role.AUDITOR):
        token = await live.token(role, CITY)
        assert (await get(live, f"drills/calendar/{token}.ics"))[0] == 404
    assert (await get(live, "drills/calendar/guess.ics"))[0] == 404


async def test_taken_back_it_is_gone(live: Live) -> None:
    feed = await live.token(Role.CALENDAR, CITY)
    revoked = await live.coordinator.do(RevokeGrant(area=CITY, grant=f"sha256:{hash_token(feed)}"))
    assert revoked.status == "accepted"
    assert (await get(live, f"drills/calendar/{feed}.ics"))[0] == 404
