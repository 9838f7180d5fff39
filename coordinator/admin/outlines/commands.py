"""`pingji areas outlines`: the borders of areas, from a file of the city's own, to be drawn as a map."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.admin.outlines.bringing import Prepared
    from coordinator.store.register_areas import AreaColumns

outlines_app = typer.Typer(help="边界 outlines", no_args_is_help=True)
Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]
SHOWN = 50
"""Faults said on the screen; all of them stand in the JSON."""


@outlines_app.command("import")
def import_outlines(
    files: Annotated[list[Path], typer.Argument(help="GeoJSON（RFC 7946，可为 .gz）")],
    data: Data = Path("pingji-data"),
    code_property: Annotated[
        str, typer.Option(help="哪个属性是区域代码 the property that holds the area code")
    ] = "code",
    source: Annotated[
        str, typer.Option(help="来源、审图号，显示在地图下 where they are from, shown below the map")
    ] = "",
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="略过区划之外的要素 leave out what is not among the areas")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="只检查，不导入 only say what is wrong")] = False,
    json: Json = "",
) -> None:
    """导入边界，用于显示地图：不改变区划，不进入日志；每个坏要素都指明第几个、原因和改法，全部正确才导入。

    For the map alone: no area changes, and nothing goes into the log. Every bad feature is named by number with what
    to do; nothing is imported unless all is well. Areas that the files do not have keep what they had.
    """
    from coordinator.admin.outlines.bringing import bring, prepared
    from coordinator.admin.outlines.from_geojson import SOURCE_LENGTH

    if missing := [file for file in files if not file.is_file()]:
        fail(f"{missing[0]} 不存在 does not exist", Exit.USAGE)
    if len(source) > SOURCE_LENGTH or not source.isprintable():
        fail(
            f"--source 最多 {SOURCE_LENGTH} 个字，不含控制字符 characters at most, none of control",
            Exit.USAGE,
        )
    areas = _areas(data)
    found = prepared(files, areas, code_property, source, skip_unknown=skip_unknown)
    write_json(
        json,
        {
            "outlines": len(found.outlines),
            "points": found.points,
            "skipped": found.skipped,
            "imported": not (found.faults or check),
            "faults": [str(one) for one in found.faults],
        },
    )
    _end_with_faults(found)
    if not check:
        _carry_out(bring(data, found.outlines))
    _tell(found, areas, check=check)


@outlines_app.command("drop")
def drop_outlines(
    under: Annotated[str, typer.Argument(help="区域代码：连同其下 an area, with all below it")],
    data: Data = Path("pingji-data"),
) -> None:
    """删除边界：地图退回图块。Take outlines away: tiles stand in for them."""
    from coordinator.admin.outlines.bringing import drop

    areas = _areas(data)
    if under not in areas:
        fail(f"没有区域 {under}。\nThere is no area {under}.", Exit.VALIDATION)
    codes, waiting = [], [under]
    while waiting:
        codes.append(code := waiting.pop())
        waiting += areas.children(code)
    _carry_out(drop(data, codes))
    say(f"{areas[under].name} 及以下没有边界了 has no outlines any more, nor what is below it")


@outlines_app.command("example")
def write_example(
    file: Annotated[Path, typer.Argument(help="写到哪里 where to write it")],
    data: Data = Path("pingji-data"),
    seed: Annotated[int, typer.Option(help="种子 seed")] = 7,
) -> None:
    """为本目录的区划写一份虚构的边界：看文件格式，试用地图。Invented outlines of these areas, to try with."""
    from coordinator.admin.sample.outlines import example

    file.write_bytes(example(_areas(data), seed))
    say(
        f"虚构的示意边界 → {file}：pingji areas outlines import {file}\n"
        f"Invented outlines in {file}; what is real there is the format."
    )


def _areas(data: Path) -> AreaColumns:
    from coordinator.admin.run.founding import read_plan
    from coordinator.store.registers import BrokenRegister, RegisterCache

    plan = read_plan(data)
    if plan is None:
        fail(
            f"{data} 还没有区划；先运行 pingji areas import、sample 或 up。"
            f"\n{data} has no areas yet: run `pingji areas import`, `sample` or `up` first.",
            Exit.USAGE,
        )

    async def nowhere(digest: str) -> bytes | None:
        return None

    try:
        return asyncio.run(RegisterCache(data / "registers", nowhere).open(plan.digests)).areas
    except (LookupError, BrokenRegister) as wrong:
        fail(f"{data} 的区划读不出 the areas of {data} cannot be read: {wrong}", Exit.VALIDATION)


def _carry_out(work: Coroutine[object, object, None]) -> None:
    from coordinator.store.errors import StoreError
    from coordinator.store.log import LogUnavailable

    try:
        asyncio.run(work)
    except StoreError as wrong:
        fail(str(wrong), Exit.VALIDATION)
    except LogUnavailable as away:
        fail(f"日志服务器不可达 the log's server is not to be reached: {away}", Exit.DEPENDENCY)


def _end_with_faults(found: Prepared) -> None:
    for one in found.faults[:SHOWN]:
        say(str(one))
    if not found.faults:
        return
    number = len(found.faults)
    if number > SHOWN:
        say(f"……共 {number} 处（--json 有全部） of {number}; --json has them all")
    fail(
        f"{number} 处错误，未导入任何内容；改正后重试。\n{number} faults, nothing imported: mend them and try again.",
        Exit.VALIDATION,
    )


def _tell(found: Prepared, areas: AreaColumns, *, check: bool) -> None:
    levels = Counter(areas[code].level for code in found.outlines)
    counted = ", ".join(f"{level.value} {number}" for level, number in levels.items()) or "0"
    done = ("可导入", "can be imported") if check else ("已导入", "imported")
    left = f"；略过 {found.skipped} 个 left out" if found.skipped else ""
    say(
        f"{done[0]} {len(found.outlines)} 个区域的边界（{counted}），"
        f"{found.before} 个点简化为 {found.points} 个{left}。"
        f"\n{len(found.outlines)} outlines {done[1]}, {found.before} points made {found.points}."
    )
    if not check:
        say("已打开的页面在下次打开该区域时显示。Open pages show them when they next turn to an area.")
