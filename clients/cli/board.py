"""`pingji board`: one board in the terminal, once or live. What it shows, it can also write as JSON."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.cli.options import (
    URL,
    Door,
    JsonOption,
    Lang,
    LangOption,
    TokenFileOption,
    TokenOption,
    UrlOption,
    door,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from clients.cli.show.scene import Scene
    from clients.sdk import Client
    from coordinator.wire.board import Board

WITHIN = 15.0
"""Seconds a board may take to come."""
TICK = 1.0
"""Ages and countdowns move this often though nothing else does."""
MOST_TEXTS = 40
PAUSE = 0.2
"""Between two drawings: nobody reads faster, and a storm would draw all day."""


def board(
    key: Annotated[
        str, typer.Argument(help="看板，如 area:420107、orders:420107、operation:op-… ；默认为本区域 board")
    ] = "",
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="实时刷新，Ctrl-C 结束 live; Ctrl-C ends it")
    ] = False,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """看板：区域、指令、队伍、响应。A board; with --watch live. With --json one document, or one line per change."""
    from clients.cli.talk import talk

    entry = door(url, token, token_file, lang, json)

    async def show(client: Client) -> None:
        live = await client.watch(_named(key) if key else _first(entry, client), within=WITHIN)
        if watch:
            await _watch(entry, client, live)
        else:
            await _once(entry, client, live)

    try:
        talk(entry, show)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _first(entry: Door, client: Client) -> str:
    """The area's board before that of its orders: it is what one looks at."""
    from clients.cli.results import refuse

    boards = client.me.boards if client.me is not None else []
    if not boards:
        refuse(entry, "没有默认看板，请写明看板名", "There is no board to begin with: name one")
    return next((one for one in boards if one.startswith("area:")), boards[0])


def _named(key: str) -> str:
    """`420107` is short for the area's board."""
    return f"area:{key}" if key.isdigit() else key


async def _once(entry: Door, client: Client, live: Board) -> None:
    from rich.console import Console

    from clients.cli.talk import write_json

    write_json(entry.json, _document(client, live))
    if not entry.quiet:
        Console(highlight=False).print(await _draw(entry, client, live, Learnt()))


async def _watch(entry: Door, client: Client, live: Board) -> None:
    from rich.console import Console
    from rich.live import Live

    from clients.cli.talk import write_json

    learnt = Learnt()
    changes = client.changes(live)
    write_json(entry.json, _document(client, live), more=True)
    if entry.quiet:
        async for _ in changes:
            write_json(entry.json, _document(client, live), more=True)
        return
    console = Console(highlight=False)
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as screen:
        while True:
            screen.update(await _draw(entry, client, live, learnt), refresh=True)
            await asyncio.sleep(PAUSE)
            try:
                async with asyncio.timeout(TICK):
                    await anext(changes)
                write_json(entry.json, _document(client, live), more=True)
            except TimeoutError:
                continue


@dataclass(frozen=True)
class Learnt:
    """What was asked for once, of what the board itself does not say; the scene puts more there."""

    names: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def _document(client: Client, live: Board) -> dict[str, Any]:
    return {
        "board": live.key,
        "world": client.me.world if client.me else "",
        "parts": {
            name: {
                "cursor": list(part.cursor),
                "at": part.at.isoformat() if part.at else None,
                "entries": part.entries,
            }
            for name, part in live.parts.items()
        },
    }


async def _draw(entry: Door, client: Client, live: Board, learnt: Learnt) -> RenderableType:
    from clients.cli.show.scene import Scene

    log = client.log
    scene = Scene(
        board=live,
        world=client.me.world if client.me else "",
        now=client.clock.world_now(),
        say=entry.say,
        offline_since=client.offline_since,
        log_down_since=log.since if log is not None and log.log == "down" else None,
        names=learnt.names,
        people=learnt.people,
        texts=learnt.texts,
    )
    return await _shown(entry, scene)


async def _shown(entry: Door, scene: Scene) -> RenderableType:
    """The view that fits the board's kind and level."""
    from clients.cli.show.area import show_area
    from clients.cli.show.operation import show_operation, shown_areas, tree_of
    from clients.cli.show.place import show_place
    from clients.cli.show.plain import show_plain
    from clients.cli.show.scene import areas_above_and_below
    from coordinator.wire.board import BoardKey, BoardKind

    kind = BoardKey.parse(scene.board.key).kind
    shown = areas_above_and_below(scene)
    await _learn_people(entry, scene)
    if kind is BoardKind.OPERATION:
        tree = tree_of(scene)
        await _learn_names(entry, scene, shown | shown_areas(tree))
        return show_operation(scene, tree)
    await _learn_names(entry, scene, shown)
    if kind is BoardKind.AREA:
        return show_place(scene) if scene.top.get("level") in ("community", "grid") else show_area(scene)
    await _learn_texts(entry, scene)
    return show_plain(scene)


async def _learn_texts(entry: Door, scene: Scene) -> None:
    """Of the newest orders; each is asked for once. What one may not read is not shown."""
    from clients.cli import http
    from clients.sdk.problems import Unreachable

    orders = sorted(scene.board.section("orders").values(), key=lambda one: str(one["issued_at"]))
    refs = [str(one["text"]) for one in orders[-MOST_TEXTS:] if one.get("text")]
    for ref in refs:
        if ref in scene.texts:
            continue
        try:
            scene.texts[ref] = await asyncio.to_thread(http.text, entry.urls, entry.token, ref)
        except Unreachable:
            return  # without words until the connection is back


async def _learn_people(entry: Door, scene: Scene) -> None:
    """Each is asked for once; whom one may not know stays an id."""
    from clients.cli import http
    from clients.sdk.problems import Unreachable

    wanted = sorted(scene.persons() - scene.people.keys())
    for start in range(0, len(wanted), http.PEOPLE_AT_ONCE):
        some = wanted[start : start + http.PEOPLE_AT_ONCE]
        try:
            found = await asyncio.to_thread(http.people, entry.urls, entry.token, some)
        except Unreachable:
            return  # ids will do until the connection is back
        scene.people.update({id: found.get(id, "") for id in some})


async def _learn_names(entry: Door, scene: Scene, wanted: set[str]) -> None:
    """What the board itself does not name, the register does; each is asked for once."""
    from clients.cli import http
    from clients.sdk.problems import Unreachable

    for area in sorted(one for one in wanted if scene.name(one) == one and one not in scene.names):
        try:
            found = await asyncio.to_thread(http.area, entry.urls, entry.token, area)
        except Unreachable:
            return  # the code will do until the connection is back
        scene.names[area] = found["name"] if found else area
