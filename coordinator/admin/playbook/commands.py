"""`pingji playbook lint | show | diff | plan`: thin shells around the loader, the comparison and the planner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.domain.mode import ResponseLevel
    from coordinator.playbook.loader import Playbook
    from coordinator.wire.words import Language

playbook_app = typer.Typer(help="预案 playbooks", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="预案编号或文件 id (flood-typhoon) or file")]


@playbook_app.command("lint")
def lint_playbooks(
    files: Annotated[list[Path], typer.Argument(help="预案文件 playbook files")],
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """检查预案：每处问题给出 文件:行:列: 代码: 说明 和改法；有问题时退出码为 3。

    Every finding as file:line:column: code: text, with a way out; exit code 3 when there are any.
    """
    from coordinator.playbook.lint import lint

    found = [finding for file in files for finding in lint(file)]
    write_json(json, {"files": [str(file) for file in files], "findings": found})
    if json != "-":
        for finding in found:
            print(finding.en() if lang == "en" else str(finding))
    if found:
        word = f"{len(found)} findings" if lang == "en" else f"{len(found)} 处问题"
        fail(word, Exit.VALIDATION)
    say(f"{len(files)} playbooks, no findings" if lang == "en" else f"{len(files)} 份预案，没有问题")


@playbook_app.command("publish")
def publish_playbook(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="预案文件 playbook file")],
    area: Annotated[str, typer.Option(help="本人的区域 one's own area")],
    url: Annotated[
        str, typer.Option(envvar="PINGJI_URL", help="协调进程地址 address")
    ] = "http://127.0.0.1:8420",
    token: Annotated[str, typer.Option(envvar="PINGJI_TOKEN", help="口令 token", show_default=False)] = "",
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """发布预案：检查无误后按摘要保存，此后可以按它启动响应。

    Publish a playbook: kept by its digest when lint finds nothing, so that operations can be declared by it.
    """
    import asyncio

    import aiohttp

    from coordinator.admin.run.grants import CommandFailed, send
    from coordinator.playbook.lint import lint

    found = lint(file)
    for finding in found:
        say(finding.en() if lang == "en" else str(finding))
    if found:
        raise typer.Exit(Exit.VALIDATION)

    async def publish() -> dict[str, object]:
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(url, headers=headers) as session:
            async with session.post("/api/v1/playbooks", data=file.read_bytes()) as answer:
                kept: dict[str, object] = await answer.json(content_type=None)
                if answer.status >= 400:
                    raise CommandFailed(str(kept.get("code")), str(kept.get("detail")))
            order = {"area": area, "digest": kept["digest"], "name": kept["id"], "version": kept["version"]}
            await send(session, "PublishPlaybook", order)
            return kept

    try:
        kept = asyncio.run(publish())
    except CommandFailed as refused:
        fail(f"{refused.code}: {refused}", Exit.REFUSED)
    except (aiohttp.ClientError, TimeoutError) as away:
        fail(f"协调进程不可达 the coordinator is not to be reached: {away}", Exit.DEPENDENCY)
    write_json(json, kept)
    say(f"已发布 published: {kept['id']} v{kept['version']} {kept['digest']}")


@playbook_app.command("show")
def show_playbook(
    playbook: Name,
    level: Annotated[str, typer.Argument(help="只看一级，含其下各级 one level, the lower ones added")] = "",
    lang: Lang = "zh",
) -> None:
    """按人的读法显示预案：逐级五件事——指挥、力量、阵地、任务、信息。

    A playbook as a person reads it: five things per level. With a level: all that holds at it.
    """
    from coordinator.admin.playbook.show import show
    from coordinator.admin.terminal import console

    show(console(), _found(playbook, lang), _level(level, lang) if level else None, lang)


@playbook_app.command("diff")
def diff_playbooks(old: Name, new: Name, lang: Lang = "zh", json: Json = "") -> None:
    """两个版本的差别，用文字说明。What changed from one version to another, in words."""
    from coordinator.playbook.diff import diff

    changes = diff(_found(old, lang), _found(new, lang))
    write_json(json, changes)
    if json != "-":
        for change in changes:
            print(change.text.en if lang == "en" else change.text.zh)
    if not changes:
        say("no difference" if lang == "en" else "没有差别")


@playbook_app.command("plan")
def plan_switch(
    playbook: Name,
    level: Annotated[str, typer.Argument(help="级别 level: IV, III, II, I")],
    area: Annotated[str, typer.Argument(help="区域代码 area code")],
    by: Annotated[str, typer.Option(help="逐行列出 one row per: street, community")] = "street",
    rows: Annotated[int, typer.Option(min=0, help="最多几行，0 为全部 most rows; 0: all")] = 30,
    data: Annotated[
        Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
    ] = Path("pingji-data"),
    areas: Annotated[str, typer.Option(help="改用内置区划 bundled areas: hubei, wuhan, xianlin")] = "",
    under: Annotated[str, typer.Option(help="内置区划只取此区域之下 only this subtree of them")] = "",
    seed: Annotated[int, typer.Option(help="种子 seed of the generated people")] = 7,
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """下令之前先算：岗位、人数、任务、阵地、暂停的工作，以及人够不够、差在哪里。

    What a switch-over comes to, before anybody orders it: computed over the registers, nothing is ordered.
    """
    from coordinator.admin.playbook.plan_tell import tell_plan
    from coordinator.admin.run.ground import NoGround, find_ground
    from coordinator.admin.terminal import console
    from coordinator.domain.area import AreaLevel
    from coordinator.planner.feasibility import feasibility
    from coordinator.playbook.measures import resolve

    chosen, wanted = _found(playbook, lang), _level(level, lang)
    if by not in (AreaLevel.STREET, AreaLevel.COMMUNITY):
        fail("--by: street, community", Exit.USAGE)
    try:
        ground = find_ground(data, area, areas=areas, under=under, seed=seed)
    except NoGround as missing:
        fail(str(missing), Exit.VALIDATION)
    tree = ground.registers.areas

    def told(done: int, total: int) -> None:
        if total > 1:
            say(f"{done}/{total} districts" if lang == "en" else f"已算 {done}/{total} 个区县")

    found = feasibility(
        ground.registers,
        lambda place: resolve(chosen, wanted, place, tree[place].level, tree.attributes(place)),
        area,
        AreaLevel(by),
        told,
    )
    found.world, found.sampled = ground.world, ground.sampled
    write_json(json, found)
    if json != "-":
        tell_plan(console(), found, chosen, ground, rows, lang)


def _found(name: str, lang: Language) -> Playbook:
    from coordinator.playbook.finding import PlaybookRefused
    from coordinator.playbook.library import find

    try:
        return find(name)
    except PlaybookRefused as refused:
        for finding in refused.findings:
            say(finding.en() if lang == "en" else str(finding))
        raise typer.Exit(Exit.VALIDATION) from None


def _level(numeral: str, lang: Language) -> ResponseLevel:
    from coordinator.domain.mode import ResponseLevel

    try:
        return ResponseLevel(numeral.upper())
    except ValueError:
        known = ", ".join(ResponseLevel)
        fail(f"no level {numeral}: {known}" if lang == "en" else f"没有级别 {numeral}：{known}", Exit.USAGE)
