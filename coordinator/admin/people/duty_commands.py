"""`pingji duty`: the duty roster 值班表 from a file, office by office."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.admin.people.duty_csv import DutyRow, PeopleOf
    from coordinator.store.registers import RegisterSet

duty_app = typer.Typer(help="值班 duty roster", no_args_is_help=True)


@duty_app.command("import")
def import_duty(
    file: Annotated[Path, typer.Argument(help="CSV：机构,人员,职务,开始,结束（UTF-8）")],
    check: Annotated[bool, typer.Option("--check", help="只检查，不排班 only say what is wrong")] = False,
    url: Annotated[
        str, typer.Option(envvar="PINGJI_URL", help="协调进程地址 the coordinator's address")
    ] = "http://127.0.0.1:8420",
    data: Annotated[
        Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
    ] = Path("pingji-data"),
    json: Json = "",
) -> None:
    """排班：文件所跨时段内，各机构原有的班次由文件中的取代；人员填编号或姓名，全部正确才排。

    The shifts of the file replace what those offices had planned for the same time. Nothing is planned unless all is
    well.
    """
    from coordinator.admin.people.duty_csv import read_duty

    if not file.exists():
        fail(f"{file} 不存在 does not exist", Exit.USAGE)
    registers, people = _ground(data)
    rows, faults = read_duty(file, registers.areas, people)
    for one in faults:
        say(str(one))
    offices: dict[str, list[DutyRow]] = defaultdict(list)
    for row in rows:
        offices[row.office].append(row)
    write_json(
        json,
        {
            "shifts": len(rows),
            "offices": len(offices),
            "planned": not (faults or check),
            "faults": list(map(str, faults)),
        },
    )
    if faults:
        number = len(faults)
        fail(
            f"{number} 处错误，没有排班；改正后重试。\n{number} faults, nothing planned: mend them and try again.",
            Exit.VALIDATION,
        )
    if not check:
        _plan(offices, url, data)
    done = ("可排", "can be planned") if check else ("已排", "are planned")
    say(
        f"{done[0]} {len(offices)} 个机构 {len(rows)} 个班次。\n{len(rows)} shifts of {len(offices)} offices {done[1]}."
    )


def _plan(offices: dict[str, list[DutyRow]], url: str, data: Path) -> None:
    import aiohttp

    from coordinator.admin.run.grants import send
    from coordinator.admin.run.token_commands import carry_out, operator_token

    async def work() -> None:
        headers = {"Authorization": f"Bearer {operator_token(data)}"}
        async with aiohttp.ClientSession(url, headers=headers) as session:
            for area, rows in offices.items():
                await send(session, "PlanShifts", _body(area, rows))

    carry_out(work)


def _body(area: str, rows: list[DutyRow]) -> dict[str, object]:
    return {
        "area": area,
        "from": min(row.begins for row in rows).isoformat(),
        "until": max(row.ends for row in rows).isoformat(),
        "shifts": [
            {
                "person": row.person,
                "post": row.post.value,
                "begins": row.begins.isoformat(),
                "ends": row.ends.isoformat(),
            }
            for row in rows
        ],
    }


def _ground(data: Path) -> tuple[RegisterSet, PeopleOf]:
    """The registers, and by office who is registered there, by name as far as the roster can be read."""
    from coordinator.admin.paper.names import NoNames, names_for
    from coordinator.admin.run.founding import read_plan
    from coordinator.admin.run.ground import Ground
    from coordinator.store.registers import RegisterCache

    plan = read_plan(data)
    if plan is None:
        fail(
            f"{data} 尚未建立；先运行 pingji up。\n{data} is not founded: run `pingji up` first.", Exit.USAGE
        )

    async def nowhere(digest: str) -> bytes | None:
        return None

    registers = asyncio.run(RegisterCache(data / "registers", nowhere).open(plan.digests))
    offices = registers.organisation.offices
    everybody = {person for office in offices.values() for person in office.duty}
    try:
        names = names_for(Ground(registers, plan.world, plan.sampled, str(data), data), everybody)
    except NoNames as wrong:
        say(
            f"花名册读不到，人员只能填编号 the roster cannot be read, people can be given by id only: {wrong}"
        )
        names = {}
    people: dict[str, dict[str, list[str]]] = {}
    for office in offices.values():
        of_office = people.setdefault(office.area, {})
        for person in office.duty:
            entry = names.get(person)
            of_office.setdefault(entry.name if entry else person, []).append(person)
    return registers, people
