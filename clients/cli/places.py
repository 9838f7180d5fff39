"""What a command has to know of the boards before it is sent: the operation it is about, and what it will come to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

import typer

from clients.cli import http
from clients.cli.options import Door
from clients.cli.results import refuse
from clients.sdk import Client
from coordinator.wire.board import Board, JsonObject

WITHIN = 10.0
"""Seconds a board may take to come."""


class Targets(NamedTuple):
    """AREA=LEVEL as given; what is none stands in `wrong`."""

    levels: dict[str, str]
    wrong: tuple[str, ...]


def read_targets(given: Iterable[str]) -> Targets:
    levels: dict[str, str] = {}
    wrong = []
    for one in given:
        area, equals, level = one.replace("＝", "=").partition("=")
        if not equals or not area.strip().isdigit():
            wrong.append(one)
        else:
            levels[area.strip()] = _LEVELS.get(level.strip(), level.strip().upper())
    return Targets(levels, tuple(wrong))


_LEVELS = {"一级": "I", "二级": "II", "三级": "III", "四级": "IV", "1": "I", "2": "II", "3": "III", "4": "IV"}


async def home(client: Client, area: str) -> Board:
    """The board of the area named, or of our own part."""
    assert client.me is not None
    return await client.watch(f"area:{area or client.me.area}", within=WITHIN)


async def find_operation(client: Client, door: Door, operation: str, area: str) -> JsonObject:
    """A running operation, as the board of our part shows it."""
    board = await home(client, area)
    found = board.section("operations").get(operation)
    if found is None:
        running = "、".join(board.section("operations")) or door.say("没有进行中的响应", "none is running")
        refuse(
            door,
            f"看板 {board.key} 上没有响应 {operation}（{running}）；在别的区域请加 --area",
            f"The board {board.key} shows no operation {operation} ({running}); elsewhere: --area",
        )
    return found


async def counts_of(client: Client, areas: Iterable[str]) -> dict[str, int]:
    """What is switched in these areas now, added up: communities, people away, open tasks."""
    sums: dict[str, int] = {}
    for area in areas:
        board = await client.watch(f"area:{area}", within=WITHIN)
        rows = board.section("rows") or board.section("row")
        own = board.section("row").get(area, {})
        # Above districts the own row counts its own scope only; below, it counts everything.
        shown = rows.values() if own.get("level") in ("city", "province") else [own]
        for row in shown:
            for name, number in row.get("counts", {}).items():
                sums[name] = sums.get(name, 0) + number
    return sums


async def attributes_of(door: Door, areas: Iterable[str]) -> dict[str, int]:
    """What lives and stands in these areas, by the register; empty where that is not to be had."""
    sums: dict[str, int] = {}
    for area in areas:
        found = await asyncio.to_thread(http.area, door.urls, door.token, area)
        if found is not None:
            own = {"communities": int(found["level"] == "community"), **found["attributes"]}
            for name, number in own.items():
                sums[name] = sums.get(name, 0) + number
    return sums


async def agreed(effect: str, question: str, yes: bool) -> None:
    """State the effect and ask; the connection is kept alive meanwhile. Ends the command where the answer is no."""
    typer.echo(effect, err=True)
    if not yes and not await asyncio.to_thread(typer.confirm, question, err=True):
        raise typer.Abort
