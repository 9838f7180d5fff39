"""`pingji areas import` and `pingji sample`: the registers a world is founded with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coordinator.admin.outlines.commands import outlines_app
from coordinator.admin.say import Json, fail, say, write_json
from coordinator.domain.area import Area
from coordinator.wire.exits import Exit

areas_app = typer.Typer(help="区域 areas", no_args_is_help=True)
areas_app.add_typer(outlines_app, name="outlines")
Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]
Seed = Annotated[int, typer.Option(help="种子 seed")]


@areas_app.command("import")
def import_areas(
    files: Annotated[list[Path], typer.Argument(help="CSV：code,parent,level,name（可为 .gz）")],
    data: Data = Path("pingji-data"),
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过坏行 leave bad rows out")] = False,
    seed: Seed = 7,
    json: Json = "",
) -> None:
    """导入区划；每个坏行都指明行号和原因，全部正确才导入。

    Every bad row is named by line and reason; nothing is imported unless all is well. Grids, people and offices
    are generated until a city brings its own.
    """
    from coordinator.admin.areas.from_csv import merge, read_areas

    areas: list[Area] = []
    faults = []
    for file in files:
        if not file.exists():
            fail(f"{file} 不存在 does not exist", Exit.USAGE)
        found, wrong = read_areas(file, known={area.code: area for area in areas})
        faults += wrong
        merged = merge(areas, found)
        for move in merged.refused:
            say(f"{file}: {move}")
        if merged.refused:
            raise typer.Exit(Exit.VALIDATION)
        areas = list(merged.areas)
    for one in faults:
        say(str(one))
    write_json(json, {"areas": len(areas), "faults": [str(one) for one in faults]})
    if faults and not skip_bad:
        fail(
            f"{len(faults)} 处错误，未导入任何内容；改正后重试，或用 --skip-bad 跳过。"
            f"\n{len(faults)} faults, nothing imported: mend them, or leave them out with --skip-bad.",
            Exit.VALIDATION,
        )
    _lay(data, areas, seed)


def sample(
    areas: Annotated[str, typer.Option(help="内置区划 bundled areas: hubei, wuhan, xianlin")] = "wuhan",
    under: Annotated[str, typer.Option(help="只取此区域之下 only this subtree")] = "420107",
    data: Data = Path("pingji-data"),
    seed: Seed = 7,
) -> None:
    """由种子生成网格、机构、单位、队伍和人员（每网格 16.7 人，无电话）。Generate registers from a seed."""
    from coordinator.admin.areas.from_csv import bundled_areas
    from coordinator.admin.sample.world import subtree

    try:
        rows = bundled_areas(areas)
        chosen = subtree(rows, under) if under else rows
    except (KeyError, ValueError) as wrong:
        fail(f"没有这样的区划 no such areas: {wrong}", Exit.VALIDATION)
    _lay(data, chosen, seed)


def _lay(data: Path, areas: list[Area], seed: int) -> None:
    from coordinator.admin.run.founding import OPERATOR_TOKEN, WorldPlan, write_plan
    from coordinator.admin.sample.world import sample as draw
    from coordinator.domain.world import LIVE

    if (data / OPERATOR_TOKEN).exists():
        fail(
            f"{data} 已经建立；换一个目录。\n{data} is founded already: choose another directory.",
            Exit.REFUSED,
        )
    registers = draw(areas, seed)
    write_plan(data, registers, WorldPlan(world=LIVE, **registers.digests._asdict()))
    opened = registers.open()
    say(f"{len(opened.areas)} 个区域、{len(opened.people)} 人（生成）已放入 {data}；pingji up 将以此建立。")
