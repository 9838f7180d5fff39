"""`pingji drill record | correct`: what of a drill goes on record in the real world, carried over by a person."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit
from coordinator.wire.words import said

if TYPE_CHECKING:
    from coordinator.admin.drill.after import After

T = TypeVar("T")
Folder = Annotated[Path, typer.Argument(help="报告目录或 after.json the report's directory, or after.json")]
Url = Annotated[
    str, typer.Option("--url", envvar="PINGJI_URL", help="真实环境的地址 the real world's address")
]
Token = Annotated[
    str,
    typer.Option("--token", envvar="PINGJI_TOKEN", show_default=False, help="街道或指挥部的口令 a street's"),
]
URL = "http://127.0.0.1:8420"


def add_after_commands(app: typer.Typer) -> None:
    app.command("record")(record)
    app.command("correct")(correct)


def record(
    folder: Folder,
    area: Annotated[str, typer.Option("--area", help="登记到哪个区域 whose record; default: its place")] = "",
    url: Url = URL,
    token: Token = "",
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """登记演练台账：演过什么、在哪里、成绩如何；登记两次是一条。Put a drill on record in the real world, once."""
    from coordinator.admin.drill.after import put_on_record

    held = _read(folder)
    answer = _done(put_on_record(url, token, held, area or held.area, _today()))
    write_json(json, answer)
    if json != "-":
        zh = f"已登记：{held.name.zh}" + ("（只有模拟队伍，不计入覆盖）" if held.simulated else "")
        en = f"On record: {held.name.en}" + (" (simulated teams only: no coverage)" if held.simulated else "")
        say(en if lang == "en" else zh)


def correct(
    folder: Folder,
    apply: Annotated[bool, typer.Option("--apply", help="立项 take them on; left out: list them")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="只立这些项，可多次 only these keys, repeatable")
    ] = None,
    practice: Annotated[
        str,
        typer.Option(
            "--practice", help="台账编号，缺省为最近一次 the drill's id on record; default: its latest"
        ),
    ] = "",
    url: Url = URL,
    token: Token = "",
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """整改清单：列出报告的建议，--apply 立项，到期催办，别的单位验证后销号。

    A report's proposals; with --apply they become corrective actions with owner and date, chased until verified.
    """
    from coordinator.admin.drill.after import on_record, take

    held = _read(folder)
    wanted = [one for one in held.dated(_today()) if not only or one.expectation in only]
    if json != "-":
        for one in wanted:
            print(
                f"{one.expectation:16} {one.owner:14} {one.due:%Y-%m-%d}  {one.office}  {said(one.text, lang)}"
            )
    if not apply:
        write_json(json, wanted)
        return
    entry = practice or _done(on_record(url, token, held))
    if not entry:
        fail("先登记 not on record yet: pingji drill record", Exit.REFUSED)
    made = _done(take(url, token, wanted, entry))
    write_json(json, {"taken": made, "proposed": len(wanted)})
    if json != "-":
        new, old = len(made), len(wanted) - len(made)
        say(f"taken on: {new}, already: {old}" if lang == "en" else f"立项 {new} 条，先前已立 {old} 条")


def _read(folder: Path) -> After:
    import msgspec

    from coordinator.admin.drill.after import read_after

    try:
        return read_after(folder)
    except OSError as wrong:
        fail(str(wrong), Exit.USAGE)
    except msgspec.DecodeError as wrong:
        fail(f"{folder} 里没有演练结果 holds no drill's outcome: {wrong}", Exit.VALIDATION)


def _today() -> datetime:
    """What was played in memory is on record once a day."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _done(work: Coroutine[Any, Any, T]) -> T:
    import aiohttp

    from coordinator.admin.run.grants import CommandFailed

    try:
        return asyncio.run(work)
    except CommandFailed as refused:
        fail(str(refused), Exit.REFUSED)
    except aiohttp.ClientError as away:
        fail(f"连不上 not to be reached: {away}", Exit.DEPENDENCY)
