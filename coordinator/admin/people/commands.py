"""`pingji people`: the people of a city, from a file of its own; and their erasing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.admin.people.importing import Ground, Imported

people_app = typer.Typer(help="人员 people", no_args_is_help=True)
Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]
SHOWN = 50
"""Faults said on the screen; all of them stand in the JSON."""


@people_app.command("import")
def import_people(
    file: Annotated[Path, typer.Argument(help="CSV：姓名,电话,住址,身份,技能,队伍,机构,职务…（UTF-8）")],
    data: Data = Path("pingji-data"),
    check: Annotated[bool, typer.Option("--check", help="只检查，不导入 only say what is wrong")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="写回一份带编号的文件 write the rows back with their ids")
    ] = None,
    areas: Annotated[
        str, typer.Option(help="尚无区划时用的内置区划 bundled areas if there are none")
    ] = "wuhan",
    under: Annotated[str, typer.Option(help="只取此区域之下 only this subtree")] = "420107",
    seed: Annotated[int, typer.Option(help="种子 seed")] = 7,
    json: Json = "",
) -> None:
    """导入人员：姓名和电话加密存入保密库，其余进入名册；每个坏格都指明行号、单元格和改法，全部正确才导入。

    Names and phones go into the vault, encrypted under a key per person; ids, skills, teams and duty rosters into the
    registers. Every bad cell is named; nothing is imported unless all is well.
    """
    from coordinator.admin.people.importing import Ground, write_back

    imported = carry_in(file, data, Ground(areas, under, seed), check=check)
    write_json(
        json,
        {
            "people": len(imported.rows),
            "responders": imported.responders,
            "teams": imported.teams,
            "offices": imported.offices,
            "imported": not imported.faults and not check,
            "faults": [str(one) for one in imported.faults],
        },
    )
    end_with_faults(imported)
    if out is not None:
        write_back(out, imported)
        say(f"带编号的名单 → {out}（仅本人可读，请妥善保管） the list with ids, readable by you alone")
    tell(imported, check=check)


def carry_in(file: Path, data: Path, ground: Ground, *, check: bool = False) -> Imported:
    from coordinator.admin.people.importing import import_people
    from coordinator.store.errors import StoreError
    from coordinator.store.log import LogUnavailable

    if not file.exists():
        fail(f"{file} 不存在 does not exist", Exit.USAGE)
    try:
        return asyncio.run(import_people(file, data, ground, check=check))
    except KeyError as wrong:
        fail(f"没有这样的区划 no such areas: {wrong}", Exit.VALIDATION)
    except StoreError as wrong:
        fail(str(wrong), Exit.VALIDATION)
    except LogUnavailable as away:
        fail(f"日志服务器不可达 the log's server is not to be reached: {away}", Exit.DEPENDENCY)


def end_with_faults(imported: Imported) -> None:
    if not imported.faults:
        return
    for one in imported.faults[:SHOWN]:
        say(str(one))
    number = len(imported.faults)
    fail(
        f"{number} 处错误，未导入任何人；改正后重试。\n{number} faults, nobody imported: mend them and try again.",
        Exit.VALIDATION,
    )


def tell(imported: Imported, *, check: bool = False) -> None:
    people = len(imported.rows)
    if imported.founded:
        done = ("可更新", "could be brought up to date") if check else ("已更新", "were brought up to date")
        say(
            f"{done[0]} {people} 人的姓名和电话；身份、队伍和网格在建立时已定，本次不变。"
            f"\nNames and phones of {people} people {done[1]}; kinds, teams and homes stand since the founding."
        )
        return
    done = ("可导入", "could be imported") if check else ("已导入", "are imported")
    say(
        f"{done[0]} {people} 人：可征召 {imported.responders} 人，{imported.teams} 支队伍，"
        f"{imported.all_offices} 个机构中 {imported.offices} 个有人值班。"
        f"\n{people} people {done[1]}: {imported.responders} can be called out, {imported.teams} teams, "
        f"{imported.offices} of {imported.all_offices} offices have somebody on duty."
    )


@people_app.command("example")
def example(
    file: Annotated[Path, typer.Argument(help="写入的文件 file to write")] = Path("people-example.csv"),
) -> None:
    """写出一份示例文件：人员均为虚构，电话以 000 开头，不可能拨通。An example with invented people."""
    from coordinator.admin.data import read_example

    if file.exists():
        fail(f"{file} 已存在 exists already", Exit.USAGE)
    file.write_bytes(read_example("people"))
    say(
        f"{file}：pingji people import {file} --check --areas xianlin --under 320113"
        "（全部为虚构人员 all of them invented）"
    )


@people_app.command("erase")
def erase_person(
    person: Annotated[str, typer.Argument(help="人员编号 the person's id")],
    area: Annotated[str, typer.Option(help="所属区域 an area they belong to")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 do not ask")] = False,
    url: Annotated[str, typer.Option(envvar="PINGJI_URL", help="协调进程地址")] = "http://127.0.0.1:8420",
    data: Data = Path("pingji-data"),
) -> None:
    """删除一人的姓名和电话：销毁其密钥，不可恢复；记录里的编号不再指向任何人。

    Destroys the key of one person's name and phone, for good. The id stays in the log and means nobody.
    """
    import aiohttp

    from coordinator.admin.run.grants import send
    from coordinator.admin.run.token_commands import carry_out, operator_token

    if not yes:
        typer.confirm(f"{person} 的姓名和电话将永久删除 will be erased for good", abort=True)

    async def work() -> object:
        headers = {"Authorization": f"Bearer {operator_token(data)}"}
        async with aiohttp.ClientSession(url, headers=headers) as session:
            return await send(session, "ErasePerson", {"area": area, "person": person})

    carry_out(work)
    say(f"{person}：姓名和电话正在销毁，已记录在案 is being erased, and that is on record")
