"""`pingji report`: which operations there are; of one, or of all, the report from the log alone, to read or print."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from coordinator.admin.record.looking_back import areas_of, record_of
from coordinator.admin.say import fail, say
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.admin.record.reading import Record
    from coordinator.domain.register import AreaRegister
    from coordinator.wire.words import Language


class ReportFormat(StrEnum):
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


def report_operation(
    operation: Annotated[str, typer.Argument(help="响应编号 id of the operation")] = "",
    everything: Annotated[bool, typer.Option("--all", help="所有响应 every operation on record")] = False,
    log: Annotated[
        Path | None,
        typer.Option("--log", help="导出的文件；缺省为数据目录的日志 an export; default: the log"),
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="markdown、html 或 json")
    ] = ReportFormat.MARKDOWN,
    out: Annotated[str, typer.Option(help="写入的文件，- 为标准输出 file; - is stdout")] = "-",
    data: Annotated[
        Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
    ] = Path("pingji-data"),
    lang: Lang = "zh",
) -> None:
    """一次响应的报告：时间轴、签收、到位和到岗用时、人员、任务、统计、险情，以及复盘提示；只凭日志。不给编号则列出全部响应。

    Timeline, times to sign, to be ready and to arrive, people, tasks, tallies, hazards and hints, from the log alone.
    Without an id: the operations there are.
    """
    from coordinator.admin.run.running import operations_in
    from coordinator.review.hints import hints
    from coordinator.review.page import report_paper
    from coordinator.review.report import report

    if operation and everything:
        fail("给出一个响应编号，或 --all，不能两样都给。\nGive one operation or --all, not both.", Exit.USAGE)
    record = record_of(data, log)
    areas = areas_of(data)
    if not operation and not everything:
        return _list(record, areas, form, lang)
    known = operations_in(record)
    if operation and operation not in known:
        listed = ", ".join(known) or "—"
        fail(
            f"没有响应 {operation}，有：{listed}\nno operation {operation}; there are: {listed}",
            Exit.VALIDATION,
        )
    found = [
        one for each in known if operation in ("", each) and (one := report(record.events, each)) is not None
    ]
    for one in found:
        one.hints = hints(one, areas)
    if form is ReportFormat.JSON:
        text = msgspec.json.format(msgspec.json.encode(found)).decode() + "\n"
    else:
        paper = report_paper(found, areas, lang)
        if form is ReportFormat.HTML:
            from coordinator.paper.html import to_html as write
        else:
            from coordinator.paper.markdown import to_markdown as write
        text = write(paper)
    if out == "-":
        print(text, end="")
    else:
        Path(out).write_text(text, encoding="utf-8")
        say(f"{len(found)} → {out}")


def _list(record: Record, areas: AreaRegister | None, form: ReportFormat, lang: Language) -> None:
    from coordinator.admin.terminal import console, table
    from coordinator.review.on_record import on_record
    from coordinator.wire.marks import mark
    from coordinator.wire.times import full_time
    from coordinator.wire.words import word

    found = on_record(record.events)
    if form is ReportFormat.JSON:
        print(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    zh = lang == "zh"
    marked = mark(found[0].world) if found else ""
    columns = "编号 灾种 区域 启动 全部恢复平时" if zh else "id hazard area declared normal-again"
    listing = table(f"{marked}{'响应' if zh else 'Operations'}", *columns.split())
    for one in found:
        area = areas.get(one.area) if areas is not None else None
        closed = full_time(one.closed) if one.closed else ("尚未" if zh else "not yet")
        hazard, place = word("hazard", one.hazard, lang), area.name if area else one.area
        listing.add_row(one.id, hazard, place, full_time(one.declared), closed)
    console().print(listing)
    say(
        "pingji report 编号：看一次的报告\npingji report ID: the report of one"
        if found
        else "没有响应。No operations."
    )
