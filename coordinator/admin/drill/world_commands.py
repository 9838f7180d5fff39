"""`pingji drill open | start | pause | …`: a drill as a world of its own, with real processes. Thin shells.

Which drill is meant stands in the data directory; what may be done to it, its own coordinator says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.admin.drill.open import Version
    from coordinator.playbook.loader import Playbook

Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]
Which = Annotated[
    str, typer.Option("--drill", help="演练的世界名；只有一个时可省略 the drill's world, if several")
]
Kinds = Annotated[
    str, typer.Option(help="席位类别，逗号分隔 kinds of seats: street,community,grid,team_leader")
]


def _web_address(given: str) -> str:
    if given and not given.startswith(("http://", "https://")):
        raise typer.BadParameter(f"{given}：要写完整地址，如 https://drill.example write the whole address")
    return given


Public = Annotated[
    str,
    typer.Option(
        "--public",
        callback=_web_address,
        help="参演者能打开的地址 the address players reach: https://drill.example",
    ),
]
DATA = Path("pingji-data")
T = TypeVar("T")


def add_world_commands(app: typer.Typer) -> None:
    app.command("open")(open_world)
    app.command("prepare", hidden=True)(open_world)
    app.command("host")(host)
    app.command("start")(start)
    app.command("pause")(pause)
    app.command("resume")(resume)
    app.command("speed")(set_speed)
    app.command("inject")(inject)
    app.command("skip")(skip)
    app.command("abort")(abort)
    app.command("end")(end)
    app.command("extend")(extend)
    app.command("close")(close)


def open_world(
    script: Annotated[str, typer.Argument(help="脚本编号或文件 id (xianlin-night-raid) or file")],
    at: Annotated[
        datetime | None,
        typer.Option(
            help="世界时钟的起点，默认按脚本 the world's time at the beginning, if not the script's"
        ),
    ] = None,
    speed: Annotated[
        float | None, typer.Option(min=1, max=60, help="世界时钟倍速，默认按脚本 world seconds per second")
    ] = None,
    in_step: Annotated[
        bool, typer.Option("--in-step", help="锁步：模拟队伍做完才走时 the clock waits for simulated teams")
    ] = False,
    real: Kinds = "",
    simulated: Kinds = "",
    seed: Annotated[int, typer.Option(help="模拟队伍的种子 seed of simulated teams")] = 7,
    port: Annotated[int, typer.Option(help="端口，0 为任选 port; 0: any free one")] = 0,
    host: Annotated[str, typer.Option("--host", help="监听地址 address to listen on")] = "127.0.0.1",
    public: Public = "",
    playbook: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="演练的预案文件，默认为已发布的最新版 the version to practise; default: what was published last",
        ),
    ] = None,
    areas: Annotated[str, typer.Option(help="没有数据目录时的内置区划 bundled areas, without a city")] = "",
    under: Annotated[str, typer.Option(help="内置区划只取此区域之下 only this subtree of them")] = "",
    data: Data = DATA,
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """【演练】开一个演练：自己的服务器、进程、令牌和时钟，点名开始，等待 start。

    Open a drill: servers, processes, tokens and a clock of its own. The roll-call begins; `start` starts it.
    """
    from coordinator.admin.drill.adapt_command import MOVE_IT
    from coordinator.admin.drill.control import until_open
    from coordinator.admin.drill.host import is_hosted
    from coordinator.admin.drill.open import NotInStep, open_drill
    from coordinator.admin.drill.plan import wanted_drills
    from coordinator.admin.drill.room import DrillRoom
    from coordinator.admin.run.ground import NoGround
    from coordinator.drills.sentences import ScriptRefused
    from coordinator.playbook.finding import PlaybookRefused

    if why := DrillRoom().why_not(data, len(wanted_drills(data))):
        fail(why, Exit.REFUSED)
    try:
        directory = open_drill(
            data,
            script,
            at=at.astimezone() if at is not None else None,
            speed=speed,
            in_step=in_step,
            real=_kinds(real),
            simulated=_kinds(simulated),
            seed=seed,
            host=host,
            port=port,
            public=public,
            areas=areas,
            under=under,
            version=_version(data, playbook, areas),
        )
    except (ScriptRefused, PlaybookRefused) as refused:
        for finding in refused.findings:
            say(finding.en() if lang == "en" else str(finding))
        raise typer.Exit(Exit.VALIDATION) from None
    except NoGround as missing:
        fail(f"{missing}\n{MOVE_IT}", Exit.VALIDATION)
    except NotInStep as wrong:
        fail(str(wrong), Exit.VALIDATION)
    url = ""
    if is_hosted(data):
        url = carry_out(lambda: until_open(directory)).url
        say(f"【演练】{directory.name} 已打开，点名中；pingji drill start 开始。 {url}")
    else:
        say(
            f"【演练】{directory.name} 已备好；运行 pingji up 或 pingji drill host 后打开。"
            f"\n{directory.name} is laid; `pingji up` or `pingji drill host` opens it."
        )
    write_json(json, {"drill": directory.name, "directory": str(directory.absolute()), "url": url})


def _version(data: Path, file: Path | None, areas: str) -> Version:
    """The file that was named, else what the city has published; on bundled areas there is no city to ask."""
    from coordinator.admin.drill.open import bundled_alone
    from coordinator.admin.drill.version import NotKnown, live_of, published_in
    from coordinator.admin.run.founding import read_plan
    from coordinator.playbook.loader import load

    if file is not None:
        given = load(file)

        def named(playbook: str) -> Playbook:
            if given.id != playbook:
                fail(
                    f"{file} 是预案 {given.id}，脚本演练的是 {playbook}。"
                    f"\n{file} is the playbook {given.id}, the script practises {playbook}.",
                    Exit.VALIDATION,
                )
            return given

        return named
    if areas or read_plan(data) is None:
        return bundled_alone

    def published(playbook: str) -> Playbook | None:
        try:
            return published_in(live_of(data), playbook)
        except NotKnown as away:
            say(str(away))
            return None

    return published


def host(data: Data = DATA) -> None:
    """不运行城市，只运行此目录下打开的演练；Ctrl-C 停止。Keep the open drills running, without a city."""
    from coordinator.admin.drill.host import AlreadyHosted, DrillHost
    from coordinator.admin.run.commands import until_told

    async def run() -> int:
        await DrillHost(data).run()
        return 0

    try:
        raise typer.Exit(until_told(run()))
    except AlreadyHosted:
        fail(f"{data} 的演练已由另一进程运行。\nThe drills of {data} are kept running already.", Exit.REFUSED)


def start(drill: Which = "", data: Data = DATA) -> None:
    """【演练】开始。Start: the script's minutes count from here."""
    _order(data, drill, "StartDrill", {}, "开始 started")


def pause(drill: Which = "", data: Data = DATA) -> None:
    """【演练】暂停：时钟停住，期限也停住。Pause: the world's clock stands, and every deadline with it."""
    _order(data, drill, "PauseDrill", {}, "暂停 paused")


def resume(drill: Which = "", data: Data = DATA) -> None:
    """【演练】继续；转入实战后是否继续由人决定。Go on; after a real operation that is a person's decision."""
    _order(data, drill, "ResumeDrill", {}, "继续 goes on")


def set_speed(
    rate: Annotated[float, typer.Argument(min=0.1, max=60, help="每秒走多少世界秒 world seconds per second")],
    drill: Which = "",
    data: Data = DATA,
) -> None:
    """【演练】时钟倍速。How fast the world's clock runs."""
    _order(data, drill, "SetSpeed", {"rate": rate}, f"倍速 speed {rate:g}")


def inject(
    key: Annotated[str, typer.Argument(help="情况的编号 key of the inject")],
    drill: Which = "",
    data: Data = DATA,
) -> None:
    """【演练】立即发出一条情况。Fire an inject now, whatever the script says of the time."""
    _order(data, drill, "CallInject", {"inject": key}, f"发出 called {key}")


def skip(
    key: Annotated[str, typer.Argument(help="情况的编号 key of the inject")],
    drill: Which = "",
    data: Data = DATA,
) -> None:
    """【演练】跳过一条情况。Leave an inject out."""
    _order(data, drill, "SkipInject", {"inject": key}, f"跳过 skipped {key}")


def abort(
    word: Annotated[str, typer.Argument(help="停止口令 the stop word")], drill: Which = "", data: Data = DATA
) -> None:
    """【演练】中止，须说停止口令。Abort, by the stop word."""
    _order(data, drill, "AbortDrill", {"word": word}, "中止 aborted")


def end(drill: Which = "", data: Data = DATA) -> None:
    """【演练】结束；记录留着，report 写报告，close 停掉进程。End it; its record stays."""
    _order(data, drill, "EndDrill", {}, "结束 ended")


def extend(
    minutes: Annotated[
        int, typer.Argument(min=1, help="延长多少分钟（世界时间） minutes of the world's time")
    ],
    drill: Which = "",
    data: Data = DATA,
) -> None:
    """【演练】延长；不延长则到脚本时长自动结束。It ends so much later; else it ends by itself with its script."""
    _order(data, drill, "ExtendDrill", {"minutes": minutes}, f"延长 extended by {minutes} min")


def close(drill: Which = "", data: Data = DATA) -> None:
    """停掉演练的进程；记录留着。Stop the drill's processes; its record stays."""
    from coordinator.admin.drill.plan import CLOSED_FILE

    directory = found(data, drill)
    (directory / CLOSED_FILE).touch(mode=0o600)
    say(f"【演练】{directory.name} 已关闭 closed")


def _order(data: Path, drill: str, name: str, body: dict[str, object], done: str) -> None:
    from coordinator.admin.drill.control import control_of, give

    directory = found(data, drill)

    async def work() -> None:
        await give(control_of(directory), name, body)

    carry_out(work)
    say(f"【演练】{directory.name} {done}")


def found(data: Path, drill: str) -> Path:
    from coordinator.admin.drill.plan import NoDrill, find_drill

    try:
        return find_drill(data, drill)
    except NoDrill as missing:
        fail(str(missing), Exit.USAGE)


def _kinds(text: str) -> list[str]:
    from coordinator.drills.vocabulary import Seat

    kinds = [one.strip() for one in text.split(",") if one.strip()]
    for one in kinds:
        if one not in set(Seat):
            fail(f"没有席位类别 {one}：{'、'.join(Seat)}\nno such kind of seat: {one}", Exit.USAGE)
    return kinds


def carry_out(work: Callable[[], Coroutine[object, object, T]]) -> T:
    import aiohttp

    from coordinator.admin.drill.plan import NoDrill
    from coordinator.admin.run.grants import CommandFailed
    from coordinator.store.errors import StoreError
    from coordinator.store.log import ChainBroken, LogUnavailable

    try:
        return asyncio.run(work())
    except CommandFailed as refused:
        fail(f"{refused.code}: {refused}", Exit.REFUSED)
    except NoDrill as missing:
        fail(str(missing), Exit.DEPENDENCY)
    except StoreError as wrong:
        fail(str(wrong), Exit.VALIDATION)
    except ChainBroken as broken:
        fail(f"断链 broken: {broken}", Exit.FAILED)
    except LogUnavailable as away:
        fail(f"演练的日志不可达 the drill's log is not to be reached: {away}", Exit.DEPENDENCY)
    except (aiohttp.ClientError, TimeoutError) as away:
        fail(f"演练的协调进程不可达 the drill's coordinator is not to be reached: {away}", Exit.DEPENDENCY)
