"""`pingji drill lint | show | run | compare`: thin shells around scripts, the drill in memory and its score."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import msgspec
import typer

from coordinator.admin.drill.adapt_command import MOVE_IT, adapt_script
from coordinator.admin.drill.after_commands import add_after_commands
from coordinator.admin.drill.calendar_commands import add_calendar_commands
from coordinator.admin.drill.look_commands import add_look_commands
from coordinator.admin.drill.world_commands import add_world_commands
from coordinator.admin.say import Json, fail, say, write_json
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit
from coordinator.wire.words import said

if TYPE_CHECKING:
    from coordinator.admin.drill.run import Result
    from coordinator.admin.run.ground import Ground
    from coordinator.drills.players import Cast
    from coordinator.drills.script import Script
    from coordinator.drills.sentences import ScriptRefused
    from coordinator.playbook.finding import Finding
    from coordinator.wire.words import Language

Name = Annotated[str, typer.Argument(help="脚本编号或文件 id (xianlin-night-raid) or file")]
Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]
Areas = Annotated[str, typer.Option(help="改用内置区划 bundled areas: hubei, wuhan, xianlin")]
Under = Annotated[str, typer.Option(help="内置区划只取此区域之下 only this subtree of them")]
TEN_MINUTES = timedelta(minutes=10)
Seed = Annotated[int, typer.Option(help="种子：名册和模拟队伍 seed of people and simulated teams")]


def drill_app(cast: Cast) -> typer.Typer:
    """`cast` makes the simulated teams: they are clients, and handed in by `main`."""
    app = typer.Typer(help="演练 drills", no_args_is_help=True)
    app.command("lint")(lint_scripts)
    app.command("show")(show_script)
    app.command("adapt")(adapt_script)
    app.command("compare")(compare_runs)
    add_world_commands(app)
    add_look_commands(app)
    add_after_commands(app)
    add_calendar_commands(app)

    @app.command("run")
    def run(
        script: Name,
        simulate: Annotated[
            bool, typer.Option("--simulate", help="模拟队伍，在本机内存中 simulated teams, in memory")
        ] = False,
        speed: Annotated[
            float,
            typer.Option(
                min=0, max=3600, help="每秒至多走多少世界秒，0 不限 world seconds per second, 0: any"
            ),
        ] = 0,
        seed: Seed = 7,
        out: Annotated[
            Path | None,
            typer.Option("--out", help="写入评分、报告和日志的目录 directory for score, report and log"),
        ] = None,
        report: Annotated[
            Path | None, typer.Option("--report", help="报告文件 report: .md, .html or .pdf")
        ] = None,
        data: Data = Path("pingji-data"),
        areas: Areas = "",
        under: Under = "",
        lang: Lang = "zh",
        json: Json = "",
    ) -> None:
        """【演练】用模拟队伍在本机演练一遍，打印评分；同一种子结果相同。

        Play a whole drill with simulated teams on this machine and print the score: same seed, same world, same result.
        """
        if not simulate:
            fail(
                "真人参加的演练用 pingji drill open；模拟请加 --simulate。"
                "\nWith real people: pingji drill open. To simulate it, add --simulate.",
                Exit.USAGE,
            )
        _run(cast, script, speed, seed, out, report, data, areas, under, lang, json)

    return app


def lint_scripts(
    files: Annotated[list[Path], typer.Argument(help="脚本文件 script files")],
    data: Data = Path("pingji-data"),
    areas: Areas = "",
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """检查脚本：每处问题给出 文件:行:列: 代码: 说明 和改法；有问题时退出码为 3。

    Every finding as file:line:column: code: text, with a way out; exit code 3 when there are any.
    """
    from coordinator.drills.script import first_place, lint

    found: list[Finding] = []
    for file in files:
        ground = _ground_of(data, first_place(file), areas, "", 7)
        if ground is None:
            say(
                f"{file}：没有这些区域的名册，区域代码未核对"
                f"\n{file}: no register of its areas is at hand, their codes are not looked up"
            )
        found += lint(file, ground.registers.areas if ground else None)
    write_json(json, {"files": [str(file) for file in files], "findings": found})
    if json != "-":
        for finding in found:
            print(finding.en() if lang == "en" else str(finding))
    if found:
        fail(f"{len(found)} findings" if lang == "en" else f"{len(found)} 处问题", Exit.VALIDATION)
    say(f"{len(files)} scripts, no findings" if lang == "en" else f"{len(files)} 份脚本，没有问题")


def show_script(
    script: Annotated[str, typer.Argument(help="编号或文件；缺省列出全部")] = "", lang: Lang = "zh"
) -> None:
    """列出自带的脚本，或按人的读法显示一份。The scripts that come with the project, or one as a person reads it."""
    from coordinator.admin.drill.show import show
    from coordinator.admin.terminal import console
    from coordinator.drills.script import bundled, bundled_ids

    if script:
        show(console(), _found(script, lang).document, lang)
        return
    for name in bundled_ids():
        print(f"{name:24} {said(bundled(name).document.name.text, lang)}")


def compare_runs(
    before: Annotated[Path, typer.Argument(help="先一次的 score.json the earlier run")],
    after: Annotated[Path, typer.Argument(help="后一次的 score.json the later run")],
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """同一演练两次的比较：哪些预期变好、变差，用时如何。Two runs of a drill: what got better, what got worse."""
    from coordinator.admin.drill.tell import tell_comparison
    from coordinator.admin.terminal import console
    from coordinator.drills.compare import compare

    first, second = (_result(path) for path in (before, after))
    found = compare(first.score, second.score)
    write_json(json, found)
    if json != "-":
        tell_comparison(console(), found, second.score.world, lang)
        if first.log_digest == second.log_digest:
            say("两次日志相同 both logs are the same")


def _run(
    cast: Cast,
    name: str,
    speed: float,
    seed: int,
    out: Path | None,
    report: Path | None,
    data: Path,
    areas: str,
    under: str,
    lang: Language,
    json: str,
) -> None:
    from coordinator.admin.drill.run import result_of, simulate, write_all, write_report
    from coordinator.admin.drill.tell import tell_score
    from coordinator.admin.run.ground import NoGround, find_ground
    from coordinator.admin.terminal import console
    from coordinator.drills.stepper import Stuck

    script = _found(name, lang)
    document = script.document
    try:
        ground = find_ground(data, document.places[0], areas=areas, under=under, seed=seed)
    except NoGround as missing:
        fail(f"{missing}\n{MOVE_IT}", Exit.VALIDATION)
    _check(name, ground, lang)
    tens = -1

    def told(at: datetime) -> None:
        """Every ten minutes of the world."""
        nonlocal tens
        if (at - document.start) // TEN_MINUTES != tens:
            tens = (at - document.start) // TEN_MINUTES
            say(f"【演练】{at.astimezone(document.start.tzinfo):%H:%M}")

    try:
        played = simulate(script, ground.registers, cast, seed, speed=speed, told=told)
    except Stuck as stuck:
        fail(f"演练卡住了 the drill is stuck: {stuck}", Exit.FAILED)
    if out is not None:
        for path in write_all(out, played, seed, ground, lang):
            say(f"→ {path}")
    if report is not None:
        write_report(report, played, ground, lang)
        say(f"→ {report}")
    write_json(json, result_of(played, seed))
    if json != "-":
        tell_score(console(), document, played.score, ground.registers.areas, lang)
        print(f"{len(played.log)} events, {played.digest}")


def _check(name: str, ground: Ground, lang: Language) -> None:
    """Once more, with the areas it is to be played on."""
    from coordinator.drills.script import find
    from coordinator.drills.sentences import ScriptRefused

    try:
        find(name, ground.registers.areas)
    except ScriptRefused as refused:
        _refuse(refused, lang)


def _found(name: str, lang: Language) -> Script:
    from coordinator.drills.script import find
    from coordinator.drills.sentences import ScriptRefused

    try:
        return find(name)
    except ScriptRefused as refused:
        _refuse(refused, lang)


def _refuse(refused: ScriptRefused, lang: Language) -> NoReturn:
    for finding in refused.findings:
        say(finding.en() if lang == "en" else str(finding))
    raise typer.Exit(Exit.VALIDATION)


def _ground_of(data: Path, place: str, areas: str, under: str, seed: int) -> Ground | None:
    from coordinator.admin.run.ground import NoGround, find_ground

    try:
        return find_ground(data, place, areas=areas, under=under, seed=seed) if place else None
    except NoGround:
        return None


def _result(path: Path) -> Result:
    from coordinator.admin.drill.run import Result

    try:
        return msgspec.json.decode(path.read_bytes(), type=Result)
    except OSError as wrong:
        fail(str(wrong), Exit.USAGE)
    except msgspec.DecodeError as wrong:
        fail(f"{path} 不是评分文件 is no score: {wrong}", Exit.VALIDATION)
