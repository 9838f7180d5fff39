"""`pingji playbook rehearse PLAYBOOK LEVEL AREA`: a level of a playbook is tried with simulated teams first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coordinator.admin.playbook.commands import playbook_app
from coordinator.admin.say import Json, fail, say, write_json
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.drills.players import Cast


def add_rehearsal(cast: Cast) -> typer.Typer:
    """`pingji playbook` with the rehearsal in it, which needs the simulated teams that `main` hands in."""

    @playbook_app.command("rehearse")
    def rehearse(
        playbook: Annotated[str, typer.Argument(help="预案编号或文件 id (flood-typhoon) or file")],
        level: Annotated[str, typer.Argument(help="级别 level: IV, III, II, I")],
        area: Annotated[str, typer.Argument(help="区域代码 area code")],
        runs: Annotated[int, typer.Option(min=1, max=1000, help="推演次数 how many times")] = 10,
        seed: Annotated[int, typer.Option(help="第一次的种子 seed of the first")] = 7,
        data: Annotated[
            Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
        ] = Path("pingji-data"),
        areas: Annotated[str, typer.Option(help="改用内置区划 bundled areas: hubei, wuhan, xianlin")] = "",
        lang: Lang = "zh",
        json: Json = "",
    ) -> None:
        """【演练】推演：同一预案多次用模拟队伍演练，给出用时和缺口的分布，并建议改哪些时限。

        The spread of times and gaps over many runs with simulated teams, in memory; and which deadlines to move.
        """
        _rehearse(cast, playbook, level, area, runs, seed, data, areas, lang, json)

    return playbook_app


def _rehearse(
    cast: Cast,
    name: str,
    numeral: str,
    area: str,
    runs: int,
    seed: int,
    data: Path,
    areas: str,
    lang: str,
    json: str,
) -> None:
    from coordinator.admin.drill.rehearse_tell import tell_rehearsal
    from coordinator.admin.drill.run import simulate
    from coordinator.admin.run.ground import NoGround, find_ground
    from coordinator.admin.terminal import console
    from coordinator.domain.mode import ResponseLevel
    from coordinator.drills.rehearse import rehearsed, script_for
    from coordinator.drills.score import gather
    from coordinator.drills.stepper import Stuck
    from coordinator.playbook.finding import PlaybookRefused
    from coordinator.playbook.library import find

    zh = lang == "zh"
    try:
        chosen, level = find(name), ResponseLevel(numeral.upper())
        ground = find_ground(data, area, areas=areas, seed=seed)
    except PlaybookRefused as refused:
        for finding in refused.findings:
            say(str(finding) if zh else finding.en())
        raise typer.Exit(Exit.VALIDATION) from None
    except NoGround as missing:
        fail(str(missing), Exit.VALIDATION)
    except ValueError:
        known = ", ".join(ResponseLevel)
        fail(f"没有级别 {numeral}：{known}" if zh else f"no level {numeral}: {known}", Exit.USAGE)
    script = script_for(chosen, level, area)
    found = []
    for number in range(runs):
        try:
            played = simulate(script, ground.registers, cast, seed + number, playbook=chosen)
        except Stuck as stuck:
            fail(f"推演卡住了 the rehearsal is stuck (seed {seed + number}): {stuck}", Exit.FAILED)
        found.append(gather(played.log, ground.registers))
        say(f"【演练】{number + 1}/{runs}")
    result = rehearsed(chosen, level, area, script.document.lasts, found)
    write_json(json, result)
    if json != "-":
        tell_rehearsal(console(), result, chosen, ground, "zh" if zh else "en")
