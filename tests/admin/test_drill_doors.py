"""Who was invited takes their own seat of a drill and nobody else's, by a link; a seat's token goes to nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from coordinator.admin.drill.doors import DrillDoors
from coordinator.admin.drill.inviting import INVITED_FILE
from coordinator.admin.drill.open import open_drill
from coordinator.admin.drill.plan import RUNNING_FILE, Running
from coordinator.admin.drill.seats import CONTROL, SEATS_FILE, Taken
from coordinator.domain.access import Role
from tests.builders import CITY, DISTRICT, FIRST, GRID, SECOND, STREET
from tests.drills import living

SEATS = [
    Taken(CONTROL, Role.CONTROLLER, CITY, "control-1", "secret-control"),
    Taken("observer", Role.OBSERVER, CITY, "d-observer-1", "secret-observer"),
    Taken("commander:320113/1", Role.COMMANDER, DISTRICT, "d-1", "secret-1"),
    Taken("commander:320113/2", Role.COMMANDER, DISTRICT, "d-2", "secret-2"),
    Taken(f"community:{FIRST}", Role.COMMUNITY, FIRST, "d-3", "secret-first"),
    Taken(f"community:{SECOND}", Role.COMMUNITY, SECOND, "d-4", "secret-second", simulated=True),
    Taken("team:1", Role.TEAM_LEADER, STREET, "leader-1", "secret-team"),
]


async def give_code(request: web.Request) -> web.Response:
    """The drill's own coordinator, as far as it is needed."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    return web.json_response({"path": f"/m/#code=for-{token[7:]}"}, status=201)


@pytest.fixture
async def drill(tmp_path: Path) -> AsyncIterator[Path]:
    app = web.Application()
    app.router.add_post("/api/v1/sign-in-codes", give_code)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    directory = open_drill(tmp_path, "communication-test", public="https://drill.example/")
    (directory / SEATS_FILE).write_bytes(msgspec.json.encode(SEATS))
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    (directory / RUNNING_FILE).write_bytes(msgspec.json.encode(Running(url)))
    (directory / INVITED_FILE).touch()
    yield directory
    await runner.cleanup()


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[living.Live]:
    async with living.living(doors=DrillDoors(tmp_path)) as live:
        yield live


async def ask(
    live: living.Live, drill: str, role: Role, area: str, person: str = ""
) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {await live.token(role, area, person)}"}
    async with (
        aiohttp.ClientSession(live.url, headers=headers) as session,
        session.post(f"/api/v1/drills/{drill}/seats") as answer,
    ):
        text = await answer.text()
        assert "secret" not in text
        return answer.status, msgspec.json.decode(text)


async def test_each_takes_the_seat_of_their_own_role_and_part(live: living.Live, drill: Path) -> None:
    status, found = await ask(live, drill.name, Role.COMMUNITY, FIRST)
    assert status == 201
    link = "https://drill.example/m/#code=for-first"
    assert found == {"drill": drill.name, "seats": [{"seat": f"community:{FIRST}", "link": link}]}
    _, found = await ask(live, drill.name, Role.COMMANDER, DISTRICT)
    links = [one["link"] for one in found["seats"]]
    assert links == [f"https://drill.example/desk/#code=for-{n}" for n in (1, 2)], "two persons, two desks"
    _, found = await ask(live, drill.name, Role.TEAM_LEADER, STREET, "leader-1")
    assert [one["seat"] for one in found["seats"]] == ["team:1"]


@pytest.mark.parametrize(
    ("role", "area", "person"),
    [
        (Role.COMMUNITY, SECOND, ""),  # a simulated team sits there
        (Role.GRID, GRID, ""),
        (Role.STREET, STREET, ""),
        (Role.COMMANDER, CITY, ""),
        (Role.AUDITOR, CITY, ""),
        (Role.OPERATOR, CITY, ""),
        (Role.TEAM_LEADER, STREET, "leader-2"),
    ],
)
async def test_nobody_else_gets_one(
    live: living.Live, drill: Path, role: Role, area: str, person: str
) -> None:
    status, found = await ask(live, drill.name, role, area, person)
    assert (status, found["code"]) == (403, "no_seat_for_you")


async def test_where_nobody_is_invited_there_is_no_drill(live: living.Live, drill: Path) -> None:
    (drill / INVITED_FILE).unlink()  # a raid that has not begun, or a drill that is over
    for name in (drill.name, "DRILL-20260101-9", "..%2f..", "DRILL-20260101-1%2f..%2fx"):
        status, found = await ask(live, name, Role.COMMUNITY, FIRST)
        assert (status, found["code"]) == (404, "unknown_drill"), name


async def test_a_drill_that_does_not_answer_may_be_asked_again(live: living.Live, drill: Path) -> None:
    (drill / RUNNING_FILE).write_bytes(msgspec.json.encode(Running("http://127.0.0.1:1")))
    for _ in range(2):
        status, found = await ask(live, drill.name, Role.COMMUNITY, FIRST)
        assert (status, found["code"], found["retry"]) == (503, "drill_away", True)
        (drill / RUNNING_FILE).unlink(missing_ok=True)


async def test_from_a_world_without_drills_beside_it_none_is_entered(drill: Path) -> None:
    async with living.living() as live:
        status, found = await ask(live, drill.name, Role.COMMUNITY, FIRST)
        assert (status, found["code"]) == (404, "unknown_drill")


async def test_only_who_is_signed_in_may_ask(live: living.Live, drill: Path) -> None:
    async with (
        aiohttp.ClientSession(live.url) as session,
        session.post(f"/api/v1/drills/{drill.name}/seats") as answer,
    ):
        assert answer.status == 401
