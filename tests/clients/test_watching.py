"""`pingji board --watch`: drawn again when something changes, and written as one line per change where asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from clients.cli import board as board_command
from clients.cli.options import Door
from clients.cli.tongue import Tongue
from clients.sdk import Client, SignInRefused

from . import entries
from .fake_coordinator import TOKEN, FakeBoard, FakeCoordinator, running

BOARD = "area:420107001001"


@pytest.fixture
async def fake() -> AsyncIterator[FakeCoordinator]:
    async with running(FakeCoordinator(boards={BOARD: [FakeBoard("420107", 3, entries.community())]})) as one:
        yield one


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_command, "PAUSE", 0.001)
    monkeypatch.setattr(board_command, "TICK", 0.01)
    monkeypatch.setenv("COLUMNS", "160")


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


async def change_until(fake: FakeCoordinator, path: Path, wanted: int) -> None:
    async with asyncio.timeout(5):
        while len(lines(path)) < wanted:
            await fake.change(BOARD, {"hazards/h": entries.community()["hazards/h"] | {"depth_cm": wanted}})
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("quiet", [True, False])
async def test_every_change_is_a_line_of_json(
    fake: FakeCoordinator,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    quiet: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "changes.jsonl"
    if quiet:  # standard output is the JSON's: here a file stands for it, to be read while it grows
        monkeypatch.setattr(Door, "quiet", property(lambda door: True))
    door = Door((fake.url,), TOKEN, Tongue("zh"), str(path))
    async with Client(fake.url, TOKEN) as client:
        live = await client.watch(BOARD)
        watching = asyncio.create_task(board_command._watch(door, client, live))
        await change_until(fake, path, 3)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    positions = [json.loads(line)["parts"]["420107"]["cursor"][1] for line in lines(path)]
    assert positions[0] == 3 and positions == sorted(set(positions))
    assert ("八大家花园社区" in capsys.readouterr().out) == (not quiet)


async def test_a_revoked_grant_ends_the_watching(fake: FakeCoordinator) -> None:
    door = Door((fake.url,), TOKEN, Tongue("zh"), "")
    async with Client(fake.url, TOKEN) as client:
        live = await client.watch(BOARD)
        watching = asyncio.create_task(board_command._watch(door, client, live))
        await fake.sockets[0].close(4501)
        with pytest.raises(SignInRefused):
            await watching


async def test_what_is_cut_off_goes_on_being_shown_with_since_when(
    fake: FakeCoordinator, capsys: pytest.CaptureFixture[str]
) -> None:
    door = Door((fake.url,), TOKEN, Tongue("zh"), "")
    async with Client(fake.url, TOKEN) as client:
        live = await client.watch(BOARD)
        fake.close_sign_in = (4000, "wait=9")
        fake.cut_all()
        await client.until(lambda: client.offline_since is not None)
        await board_command._once(door, client, live)
    assert "连接已断，自" in capsys.readouterr().out
