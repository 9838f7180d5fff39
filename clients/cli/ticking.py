"""`pingji drill tick`: an observer says what was seen of an item, or reads what is still to be looked at.

What an item takes stands on the drill's board; that it is right, the coordinator judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from clients.cli.coverage import coverage
from clients.cli.joining import join
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
    from clients.sdk import Client
    from coordinator.domain.drill import Drill
    from coordinator.wire.board import Board
    from coordinator.wire.messages import Result

WITHIN: Final = 10.0
"""Seconds a board may take to come."""
SAID: Final = {"是": 1, "yes": 1, "y": 1, "否": 0, "no": 0, "n": 0}


def add_to_drill(app: typer.Typer) -> None:
    """`app` is `pingji drill`, whose other commands run drills and need more than the wire."""
    app.command("tick")(tick)
    app.command("coverage")(coverage)
    app.command("join")(join)


def tick(
    item: Annotated[str, typer.Argument(help="检查项，缺省列出全部 the item; left out: list them")] = "",
    value: Annotated[
        str, typer.Argument(help="是/否，0、1、3、5，或 分:秒 yes/no; 0, 1, 3, 5; or MM:SS")
    ] = "",
    area: Annotated[str, typer.Option("--area", help="在哪里看到的，默认为登录区域 where it was seen")] = "",
    note: Annotated[str, typer.Option("--note", help="说明，存入文字库 words, kept in the vault")] = "",
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """【演练】评估员勾选检查项；不写检查项则列出。An observer ticks an item; without one, they are listed."""
    from clients.cli.results import told
    from clients.cli.talk import talk

    entry = door(url, token, token_file, lang, json)
    if not item:
        talk(entry, lambda client: _list(entry, client))
        return
    seconds = number(value)
    if seconds is None:
        raise typer.BadParameter(
            entry.say(
                f"“{value}”不是结果：写 是/否、0、1、3、5 或 分:秒",
                f'"{value}" is no result: yes/no, 0, 1, 3, 5, or MM:SS',
            )
        )

    async def work(client: Client) -> Result:
        assert client.me is not None
        body = {"area": area or client.me.area, "item": item, "value": seconds}
        if note:
            drill = _drill(entry, await _board(entry, client))
            body["note"] = await _keep(entry, str(body["area"]), drill.id, note)
        return await client.command("Observe", body, refusals=True)

    told(entry, [talk(entry, work)])


def number(value: str) -> int | None:
    """What was typed as what is sent; None where it says nothing."""
    word = value.strip().lower()
    if word in SAID:
        return SAID[word]
    minutes, colon, seconds = word.replace("：", ":").rpartition(":")
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    if not colon:
        return int(seconds)
    return int(minutes) * 60 + int(seconds) if minutes.isascii() and minutes.isdigit() else None


async def _board(entry: Door, client: Client) -> Board:
    """The drill's own, which observers and controllers are told of when they sign in."""
    from clients.cli.results import refuse

    assert client.me is not None
    name = next((one for one in client.me.boards if one.startswith("drill:")), "")
    if not name:
        refuse(
            entry,
            f"这不是评估员的令牌（{client.me.world}）",
            f"this is no observer's token ({client.me.world})",
        )
    return await client.watch(name, within=WITHIN)


def _drill(entry: Door, board: Board) -> Drill:
    import msgspec

    from clients.cli.results import refuse
    from coordinator.domain.drill import Drill

    found = next(iter(board.section("drills").values()), None)
    if found is None:
        refuse(entry, "演练还没有准备好", "The drill is not prepared yet")
    return msgspec.convert(found, Drill)


async def _keep(entry: Door, area: str, drill: str, note: str) -> str:
    import asyncio

    from clients.cli.http import keep_text

    return await asyncio.to_thread(keep_text, entry.urls, entry.token, area, drill, note)


async def _list(entry: Door, client: Client) -> None:
    from clients.cli.talk import write_json
    from coordinator.wire.marks import mark

    assert client.me is not None
    board = await _board(entry, client)
    drill = _drill(entry, board)
    seen: dict[str, list[str]] = {}
    for one in board.section("observations").values():
        seen.setdefault(one["item"], []).append(f"{one['area']}={one['value']}")
    if not entry.quiet:
        marked = mark(client.me.world)
        for item in drill.items:
            ticked = ", ".join(seen.get(item.key, ())) or entry.say("未评", "not seen")
            typer.echo(
                f"{marked}{item.key:16} {entry.say.text(item.text)} "
                f"[{entry.say.word('item', item.kind.value)}] {ticked}"
            )
    write_json(
        entry.json,
        [{"item": item.key, "kind": item.kind, "seen": seen.get(item.key, [])} for item in drill.items],
    )
