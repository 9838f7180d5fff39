"""`pingji print AREA`: contacts and playbooks of an area on paper, for when everything else is gone (rule 9)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coordinator.admin.say import fail, say
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.admin.run.ground import Ground
    from coordinator.admin.run.running import Running
    from coordinator.paper.sheets import Paper
    from coordinator.playbook.loader import Playbook
    from coordinator.wire.words import Language


class Format(StrEnum):
    HTML = "html"
    TEXT = "text"


def print_area(
    area: Annotated[str, typer.Argument(help="区域代码 area code")],
    operation: Annotated[str, typer.Option(help="只印此响应的预案 only the playbook of this operation")] = "",
    playbook: Annotated[
        list[str] | None,
        typer.Option(help="预案编号或文件，可多次；缺省为全部 ids or files; default: all bundled"),
    ] = None,
    out: Annotated[str, typer.Option(help="写入的文件，- 为标准输出 file; - is stdout")] = "-",
    form: Annotated[Format, typer.Option("--format", help="html 或 text")] = Format.HTML,
    data: Annotated[
        Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
    ] = Path("pingji-data"),
    log: Annotated[
        Path | None,
        typer.Option("--log", help="--operation 从此导出文件查 look the operation up in this export"),
    ] = None,
    areas: Annotated[str, typer.Option(help="改用内置区划 bundled areas: hubei, wuhan, xianlin")] = "",
    seed: Annotated[int, typer.Option(help="种子 seed of the generated people")] = 7,
    lang: Lang = "zh",
) -> None:
    """打印一个区域的通讯录和预案：只读本机文件，服务器全停也能印。

    The contact list and the playbook of an area, from this machine's files: works with every server down.
    """
    from coordinator.admin.run.ground import NoGround, find_ground

    try:
        ground = find_ground(data, area, areas=areas, seed=seed)
    except NoGround as missing:
        fail(str(missing), Exit.VALIDATION)
    found = _running(data, log, operation) if operation else None
    if found is not None and found.world != ground.world:
        fail(
            f"响应 {operation} 属于 {found.world}，名册属于 {ground.world}：不能混印。"
            f"\nOperation {operation} is of {found.world}, the registers are of {ground.world}: not on one paper.",
            Exit.VALIDATION,
        )
    paper = _write(ground, area, _playbooks(playbook or [], found, lang), found, lang)
    if form is Format.HTML:
        from coordinator.paper.html import to_html as write
    else:
        from coordinator.paper.text import to_text as write
    text = write(paper)
    if out == "-":
        print(text, end="")
    else:
        Path(out).write_text(text, encoding="utf-8")
        say(f"{paper.mark}{paper.title} → {out}")


def _playbooks(names: list[str], found: Running | None, lang: Language) -> list[Playbook]:
    from coordinator.playbook import library
    from coordinator.playbook.finding import PlaybookRefused

    if found is not None:
        return [found.playbook]
    try:
        return [library.find(name) for name in names or library.bundled_ids()]
    except PlaybookRefused as refused:
        for finding in refused.findings:
            say(finding.en() if lang == "en" else str(finding))
        raise typer.Exit(Exit.VALIDATION) from None


def _running(data: Path, log: Path | None, operation: str) -> Running:
    from coordinator.admin.record.reading import NoRecord, read_record
    from coordinator.admin.run.running import PlaybookGone, UnknownOperation, running
    from coordinator.store.archive import ArchiveUnreadable
    from coordinator.store.errors import StoreError
    from coordinator.store.log import ChainBroken, LogUnavailable

    try:
        return running(asyncio.run(read_record(data, log)), operation)
    except UnknownOperation as unknown:
        known = ", ".join(unknown.known) or "—"
        fail(
            f"没有响应 {operation}，有：{known}\nno operation {operation}; there are: {known}",
            Exit.VALIDATION,
        )
    except PlaybookGone as gone:
        fail(f"预案 {gone} 不在此处，用 --playbook 指定。\nthe playbook {gone} is not here.", Exit.VALIDATION)
    except (NoRecord, ArchiveUnreadable, StoreError, ChainBroken) as wrong:
        fail(str(wrong), Exit.VALIDATION)
    except LogUnavailable as away:
        fail(
            f"日志服务器不可达：{away}。不带 --operation 仍可打印全部预案。"
            "\nThe log's server is not to be reached: without --operation all playbooks can be printed.",
            Exit.DEPENDENCY,
        )


def _write(
    ground: Ground, area: str, playbooks: list[Playbook], found: Running | None, lang: Language
) -> Paper:
    from coordinator.admin.paper.contacts import contact_sheets, head, people_of
    from coordinator.admin.paper.names import NoNames, names_for
    from coordinator.admin.paper.playbook import playbook_sheets
    from coordinator.paper.sheets import Paper
    from coordinator.wire.marks import mark
    from coordinator.wire.times import full_time
    from coordinator.wire.words import said

    zh = lang == "zh"
    registers = ground.registers
    unread = ""
    try:
        names = names_for(ground, people_of(registers, area))
    except NoNames as wrong:
        names, unread = {}, str(wrong)
    sheets = contact_sheets(registers, area, lang, names)
    for each in playbooks:
        sheets += playbook_sheets(registers, area, each, lang)
    now = datetime.now(UTC)
    facts = [
        f"{'打印于' if zh else 'Printed'} {full_time(now)}",
        f"{'名册' if zh else 'Registers'} {' '.join(digest[:12] for digest in registers.digests)}（{ground.source}）",
        *(f"{said(each.name, lang)} {each.id} v{each.version} {each.digest[:12]}" for each in playbooks),
    ]
    if found is not None:
        level = found.level(area, registers.areas)
        stands = (
            (f"{level.zh}响应" if zh else f"level {level.value}") if level else ("已终止" if zh else "ended")
        )
        facts.insert(0, f"{'响应' if zh else 'Operation'} {found.operation}: {stands}")
    if ground.sampled:
        facts.insert(
            0,
            "人员由种子生成，不是真人；姓名、电话均为虚构，000 开头的号码不能拨通。"
            if zh
            else "The people are generated, not real; names are invented, and 000 numbers reach nobody.",
        )
    if unread:
        say(unread)
        facts.insert(
            0,
            "花名册读不到，只印编号；姓名、电话请手填。"
            if zh
            else "The roster could not be read: there are ids only, names and phones are to be written in.",
        )
    title = f"{head(registers, area, lang)} {'通讯录和预案' if zh else 'contact list and playbook'}"
    return Paper(lang, mark(ground.world), title, facts, sheets)
