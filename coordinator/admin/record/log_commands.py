"""`pingji log export` and `verify`: the record as JSON lines, and whether it is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.store.redis_log import RedisLog
from coordinator.wire.exits import Exit

log_app = typer.Typer(help="日志 the log", no_args_is_help=True)
Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]


Export = Annotated[
    Path | None,
    typer.Argument(exists=True, dir_okay=False, help="导出的文件；缺省为运行中的日志 default: the live log"),
]


@log_app.command("export")
def export_log(
    path: Annotated[Path, typer.Argument(help="写入的文件（JSON lines）")],
    data: Data = Path("pingji-data"),
) -> None:
    """导出全部事件，每行一个。All events, one JSON object a line, with positions and MACs."""
    from coordinator.store.archive import export

    heads = _with_log(data, lambda log, world: export(log, world, path))
    say(f"{sum(head.position for head in heads.values())} 个事件 events → {path}")


@log_app.command("verify")
def verify_log(
    path: Export = None,
    data: Data = Path("pingji-data"),
    json: Json = "",
) -> None:
    """查验连续性和链；指出第一个不符的事件。Names the first event that does not fit; exit code 1 then."""
    from coordinator.admin.run.serve import CHAIN_KEY
    from coordinator.store.archive import ArchiveUnreadable, verify_file
    from coordinator.store.archive import verify_log as verify
    from coordinator.store.keyfile import open_key
    from coordinator.store.log import ChainBroken

    try:
        if path is not None:
            key = open_key(data / CHAIN_KEY) if (data / CHAIN_KEY).exists() else None
            heads = verify_file(path, _world(data), key)
            if key is None:
                say("没有链密钥，只查验了连续性 no chain key: contiguity alone was checked")
        else:
            heads = _with_log(data, lambda log, world: verify(log))
    except ArchiveUnreadable as wrong:
        write_json(json, {"ok": False, "why": str(wrong)})
        fail(
            f"不是这个世界的导出文件，或已损坏 not an export of this world, or damaged: {wrong}",
            Exit.VALIDATION,
        )
    except ChainBroken as broken:
        write_json(json, {"ok": False, "scope": broken.scope, "position": broken.position, "why": broken.why})
        fail(f"断链 broken: {broken}", Exit.FAILED)
    write_json(json, {"ok": True, "heads": {scope: head.position for scope, head in heads.items()}})
    for scope, head in heads.items():
        say(f"{scope}: {head.position} 个事件，完整 events, whole")


@log_app.command("digest")
def digest(
    path: Export = None,
    data: Data = Path("pingji-data"),
    json: Json = "",
) -> None:
    """从第一个事件重放，给出各范围状态的摘要；同一日志在任何机器上相同。

    Replay from the first event and give the digest of each scope's state; the same log gives the same anywhere.
    """
    from coordinator.admin.record.replay import digests, replay
    from coordinator.admin.record.whole_log import read_all
    from coordinator.admin.run.founding import open_registers
    from coordinator.domain.rules import Recorded, decode
    from coordinator.store.archive import Blob, read_file

    async def work(log: RedisLog, world: str) -> dict[str, str]:
        registers = await open_registers(log, data, world)
        recorded: list[Recorded]
        if path is None:
            recorded = await read_all(log)
        else:
            recorded = [
                decode(item.entry.body) for item in read_file(path, world) if not isinstance(item, Blob)
            ]
        return digests(replay(recorded, registers))

    found = _with_log(data, work)
    write_json(json, found)
    if json != "-":
        for scope, state in found.items():
            print(f"{scope} {state}")


def _world(data: Path) -> str:
    from coordinator.admin.run.founding import read_plan
    from coordinator.domain.world import LIVE

    plan = read_plan(data)
    return plan.world if plan else LIVE


T = TypeVar("T")


def _with_log(data: Path, work: Callable[[RedisLog, str], Coroutine[object, object, T]]) -> T:
    """On the configured server, the one that runs on the data directory, or one started for this."""
    from coordinator.admin.record.open_log import open_log
    from coordinator.admin.run.serve import CHAIN_KEY
    from coordinator.store.errors import StoreError
    from coordinator.store.log import LogUnavailable

    if not (data / CHAIN_KEY).exists():
        fail(
            f"{data} 里没有日志的链密钥；请用 --data 指明 pingji up 的数据目录。"
            f"\n{data} has no chain key of a log: name the data directory of `pingji up` with --data.",
            Exit.USAGE,
        )

    async def run() -> T:
        async with open_log(data) as (event_log, world):
            return await work(event_log, world)

    try:
        return asyncio.run(run())
    except StoreError as wrong:
        fail(str(wrong), Exit.VALIDATION)
    except LogUnavailable as away:
        fail(f"日志服务器不可达 the log's server is not to be reached: {away}", Exit.DEPENDENCY)
