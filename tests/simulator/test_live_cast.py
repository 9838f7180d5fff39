"""The cast over real sockets: everybody joins, acts when they mean to, and what was said offline arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from uuid_utils import uuid7
from websockets.asyncio.server import ServerConnection

from clients.sdk import Outbox, SignInRefused
from clients.simulator import live_cast
from clients.simulator.config import Config
from clients.simulator.live_cast import LiveCast
from clients.simulator.network import BadNetwork
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.switch_over import PlaceSwitch
from coordinator.wire.messages import Message, SignedIn, SignIn
from tests.clients.fake_coordinator import (
    AT,
    TOKEN,
    FakeBoard,
    FakeCoordinator,
    refused,
    running,
    say,
)

RATE = 3600.0
"""An hour of the world in a second."""
STREET, COMMUNITY, GRID = "420107001", "420107001001", "42010700100101"
TEAM = f"team:{STREET}:shock_team1"


class FastWorld(FakeCoordinator):
    async def _answer(self, socket: ServerConnection, message: Message) -> None:
        if isinstance(message, SignIn) and message.token in self.tokens:
            now = datetime.now(UTC)
            told = SignedIn(
                person="p1",
                role="commander",
                area="420107",
                world="DEMO",
                server_time=now,
                world_time=AT,
                rate=RATE,
                boards=[],
            )
            await say(socket, told)
        else:
            await super()._answer(socket, message)


def config(url: str, token: str = TOKEN) -> Config:
    tokens = {
        "commander": [{"person": f"p{n}", "token": token, "area": "420107"} for n in (1, 2)],
        "auditor": token,
        "streets": {STREET: token},
        "communities": {COMMUNITY: token},
        "grids": {GRID: token},
        "team_leaders": {TEAM: token},
    }
    urls = [url.replace("http", "ws", 1) + "/ws"]
    return Config.model_validate(
        {
            "urls": urls,
            "seed": 7,
            "rate": RATE,
            "world": "DEMO",
            "district": "420107",
            "tokens": tokens,
            "playbook": "0" * 64,
        }
    )


@asynccontextmanager
async def playing() -> AsyncIterator[tuple[FakeCoordinator, LiveCast]]:
    names = [f"area:{area}" for area in (STREET, COMMUNITY, GRID)] + [f"team:{TEAM}"]
    names += [f"orders:{area}" for area in (STREET, COMMUNITY)]
    boards = {name: [FakeBoard("420107", 1)] for name in names}
    async with running(FastWorld(boards=boards)) as fake, LiveCast(config(fake.url)) as cast:
        yield fake, cast


async def soon(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  nothing tells when a frame has reached the fake
            await asyncio.sleep(0.005)


def to_sign(place: str) -> dict[str, dict[str, object]]:
    switch = PlaceSwitch(
        id=f"op-1@{place}",
        area=place,
        operation="op-1",
        community=True,
        mode=Mode.ACTIVATING,
        level=ResponseLevel.III,
        revision=1,
        recorded_at=AT,
        sign_by=AT + timedelta(minutes=15),
    )
    return {f"switches/{switch.id}": msgspec.to_builtins(switch)}


def water(number: int) -> dict[str, dict[str, object]]:
    """A flooded point that the grid goes to look at."""
    point = {"id": f"h{number}", "area": GRID, "kind": "flooded_point", "depth_cm": 9}
    return {f"hazards/h{number}": {**point, "trend": "rising", "at": AT.isoformat()}}


async def test_everybody_joins_and_sees_their_board() -> None:
    async with playing() as (fake, cast):
        assert cast.desks.keys() == {f"street:{STREET}", f"community:{COMMUNITY}", f"grid:{GRID}", TEAM}
        assert len(fake.sockets) == 7
    assert not fake.sockets


async def test_a_duty_officer_signs_for_what_appears_on_the_board() -> None:
    async with playing() as (fake, cast):
        await fake.change(f"area:{COMMUNITY}", to_sign(COMMUNITY))
        await soon(lambda: cast.notes.commands["SignSwitch"] == 1)
        (command,) = fake.commands
        assert (command.name, command.body) == ("SignSwitch", {"area": COMMUNITY, "operation": "op-1"})


async def test_a_refusal_is_noted_and_what_came_too_early_is_said_again() -> None:
    async with playing() as (fake, cast):
        fake.answers.append(refused("wrong_progress"))
        await fake.change(f"area:{COMMUNITY}", to_sign(COMMUNITY))
        await soon(lambda: cast.notes.commands["SignSwitch"] == 1)
        assert cast.notes.refusals == {"SignSwitch wrong_progress": 1}


async def test_what_is_done_without_a_network_waits_and_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_cast, "LAY", timedelta(seconds=0.2))
    async with playing() as (fake, cast):
        await fake.change(f"area:{GRID}", water(1))
        await soon(lambda: cast.desks[f"grid:{GRID}"].next_at is not None)
        sockets = len(fake.sockets)
        cutting = asyncio.create_task(cast.cut_off(f"grid:{GRID}", timedelta(hours=2)))
        await soon(lambda: len(fake.sockets) == sockets - 1)
        assert not fake.commands
        span = await cutting
        assert span.piled_up == 1
        assert span.minutes >= 120
        await soon(lambda: cast.notes.commands["ReportHazard"] == 1)
        assert [command.name for command in fake.commands] == ["ReportHazard"]


async def test_a_network_goes_again_where_all_that_lay_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_cast, "LAY", timedelta(seconds=0.2))
    cuts = 0

    class Counted(BadNetwork):
        def cut(self) -> None:
            nonlocal cuts
            cuts += 1
            super().cut()

    monkeypatch.setattr(live_cast, "BadNetwork", Counted)
    async with playing() as (fake, cast):
        fake.answers.append(refused("unknown_hazard"))
        await fake.change(f"area:{GRID}", water(1))
        await soon(lambda: cast.desks[f"grid:{GRID}"].next_at is not None)
        cutting = asyncio.create_task(cast.cut_off(f"grid:{GRID}", timedelta(hours=2)))
        await soon(lambda: cuts == 1)
        assert not fake.commands
        await soon(lambda: cast.notes.refusals["ReportHazard unknown_hazard"] == 1)
        await fake.change(f"area:{GRID}", water(2))
        await cutting
        assert cuts == 2


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [([-1], False), ([1], True), ([-1, 5], False), ([-1, 1], True), ([], False)],
    ids=["sent before", "lies long enough", "sent before, and a fresh one", "both", "nothing said"],
)
def test_only_what_was_said_since_the_cut_is_late(seconds: list[int], counts: bool) -> None:
    """A command on its way when the network went may stand in the log already: nobody would see that it was late."""
    box = Outbox()
    for second in seconds:
        said = (AT + timedelta(seconds=second)).timestamp()
        box.add(str(uuid7(nanoseconds=round(said * 1e9))), "ReportHazard", {})
    assert bool(live_cast.late(box, AT, AT + timedelta(seconds=1) + live_cast.LAY)) is counts


async def test_a_token_that_nobody_knows_ends_it_before_it_begins() -> None:
    async with running(FastWorld()) as fake:
        with pytest.raises(SignInRefused):
            async with LiveCast(config(fake.url, token="token-of-nobody")):
                pytest.fail("nobody can have joined")


async def test_notes_are_written_as_json(tmp_path: Path) -> None:
    async with playing() as (fake, cast):
        await fake.change(f"area:{COMMUNITY}", to_sign(COMMUNITY))
        await soon(lambda: cast.notes.commands["SignSwitch"] == 1)
        cast.notes.write(tmp_path / "notes.json")
    assert msgspec.json.decode((tmp_path / "notes.json").read_bytes())["commands"] == {"SignSwitch": 1}
