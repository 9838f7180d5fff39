"""`pingji up`, `demo`, `serve`, `work`: from options and environment to running processes."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import typer

from coordinator.admin.say import Json, fail, say
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]
Host = Annotated[str, typer.Option(help="监听地址 address to listen on")]
Port = Annotated[int, typer.Option(help="端口，0 为任选 port; 0: any free one")]
Areas = Annotated[str, typer.Option(help="内置行政区划 bundled areas: hubei, wuhan, xianlin")]
Under = Annotated[str, typer.Option(help="只取此区域之下 only the subtree of this area")]
Seed = Annotated[int, typer.Option(help="生成名册的种子 seed of the generated registers")]


def up(
    data: Data = Path("pingji-data"),
    host: Host = "127.0.0.1",
    port: Port = 8420,
    areas: Areas = "wuhan",
    under: Under = "420107",
    seed: Seed = 7,
    people: Annotated[
        Path | None,
        typer.Option(help="首次启动时读入的人员文件 people file for the first start; see `pingji people`"),
    ] = None,
    coordinators: Annotated[int, typer.Option(help="协调进程数 coordinator processes", min=1, max=8)] = 1,
    json: Json = "",
) -> None:
    """启动：两个内置服务器、协调进程和工作进程；Ctrl-C 停止，再次启动从原处继续。

    Start everything on this machine; goes on where it was. At the first start it founds the world with the
    registers of `pingji areas import`, `pingji people import` or `pingji sample`, with those of --people, else with
    generated ones, and prints one token per role.
    """
    from coordinator.admin.people.importing import Ground
    from coordinator.admin.run.ground import NoGround
    from coordinator.admin.run.up import run_up

    if people is not None and not people.exists():
        fail(f"{people} 不存在 does not exist", Exit.USAGE)
    ground = Ground(areas, under, seed)
    try:
        raise typer.Exit(until_told(run_up(data, host, port, ground, people, coordinators, json)))
    except NoGround as missing:
        fail(str(missing), Exit.USAGE)


def demo(
    stay: Annotated[bool, typer.Option("--stay", help="结束后继续运行，供试用 keep it running")] = False,
    json: Json = "",
    seed: Seed = 7,
    rate: Annotated[float, typer.Option(help="世界时钟倍速 world seconds per second", min=1, max=600)] = 120,
    data: Annotated[Path | None, typer.Option("--data", help="保留数据的目录 keep the data here")] = None,
    port: Port = 0,
    lang: Lang = "zh",
) -> None:
    """【演示】武汉市青山区的一夜暴雨：由平转急，再由急转平；五分钟内自行结束。

    A night of rain over a real district with simulated people only, in a world of its own. Ends by itself.
    """
    from coordinator.admin.run.demo import run_demo

    raise typer.Exit(
        until_told(run_demo(stay=stay, json=json, seed=seed, rate=rate, data=data, port=port, lang=lang))
    )


def serve(
    port_file: Annotated[Path | None, typer.Option(help="就绪后写入端口 written when ready")] = None,
) -> None:
    """一个协调进程，对着 PINGJI_REDIS_URL 和 PINGJI_QUEUE_URL。One coordinator against configured servers."""
    from coordinator.admin.run.founding import NotFounded
    from coordinator.admin.run.logging import to_json_lines
    from coordinator.admin.run.serve import serve as run_serve
    from coordinator.settings import Settings
    from coordinator.store.errors import StoreError
    from coordinator.store.log import LogUnavailable

    to_json_lines()
    settings = Settings()
    if not settings.redis_url or not settings.queue_url:
        fail(
            "需要 PINGJI_REDIS_URL 和 PINGJI_QUEUE_URL；单机请用 pingji up。"
            "\nPINGJI_REDIS_URL and PINGJI_QUEUE_URL are needed; on one machine use `pingji up`.",
            Exit.USAGE,
        )
    try:
        asyncio.run(run_serve(settings, port_file))
    except (StoreError, NotFounded) as wrong:
        fail(str(wrong), Exit.VALIDATION)
    except LogUnavailable as away:
        fail(f"日志服务器不可达 the log's server is not to be reached: {away}", Exit.DEPENDENCY)


def work(queue: Annotated[str, typer.Argument(help="队列 queue: notify")]) -> None:
    """一个工作进程，处理一个队列。One RQ worker process for one queue."""
    import os

    os.execv(sys.executable, [sys.executable, "-m", "workers", queue])


def until_told(coroutine: Coroutine[object, object, int]) -> int:
    """Run it to its end, or until SIGINT or SIGTERM. Gives the exit code."""
    from coordinator.admin.run.supervisor import KeepsFailing
    from coordinator.store.errors import StoreError

    async def run() -> int:
        loop = asyncio.get_running_loop()
        task = loop.create_task(coroutine)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        try:
            return await task
        except asyncio.CancelledError:
            say("已停止 stopped")
            return Exit.OK

    try:
        return asyncio.run(run())
    except StoreError as wrong:
        fail(str(wrong), Exit.VALIDATION)
    except KeepsFailing as wrong:
        fail(f"{wrong.name} 反复退出，见 {wrong.log_file}\n{wrong}", Exit.FAILED)
