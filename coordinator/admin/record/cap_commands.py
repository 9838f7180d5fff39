"""`pingji cap`: orders on record as CAP 1.2 alerts, the same bytes as over HTTP; listed, one, or all into a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coordinator.admin.record.looking_back import areas_of, record_of
from coordinator.admin.say import fail, say
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.cap.orders import Alert
    from coordinator.domain.register import AreaRegister
    from coordinator.domain.rules import Recorded
    from coordinator.wire.words import Language


def cap(
    identifier: Annotated[
        str, typer.Argument(help="编号；缺省则列出 identifier of one; default: a list")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="一份写入的文件，或全部写入的目录 file of one; folder of all"),
    ] = None,
    standing: Annotated[
        bool, typer.Option("--standing", help="只要现行有效的 only what is in force")
    ] = False,
    area: Annotated[
        str, typer.Option(help="只取与它有关的 only what concerns this area; default: all of it")
    ] = "",
    log: Annotated[
        Path | None,
        typer.Option("--log", help="导出的文件；缺省为数据目录的日志 an export; default: the log"),
    ] = None,
    data: Annotated[
        Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
    ] = Path("pingji-data"),
    lang: Lang = "zh",
) -> None:
    """把指令写成 CAP 1.2 警报，供别的系统使用，与 /api/v1/cap 逐字节相同；只凭日志。

    Orders as CAP 1.2 alerts for other people's systems, from the log alone.
    """
    from coordinator.cap.alert import cap_alert
    from coordinator.wire.marks import mark

    record, areas = record_of(data, log), areas_of(data)
    if areas is None:
        fail(
            f"{data} 没有区划，写不出地点；请用 --data 指明这个世界的数据目录。"
            f"\n{data} has no areas to name the places by: name the world's data directory with --data.",
            Exit.VALIDATION,
        )
    if area and area not in areas:
        fail(f"没有区域 {area}。\nThere is no area {area}.", Exit.VALIDATION)
    if foreign := _foreign(record.events, areas):
        fail(
            f"{data} 没有日志中的区域 {foreign}：这是别的世界的日志；请用 --data 指明它的数据目录。"
            f"\n{data} has no area {foreign}, which is in the log: it is of another world; name that one's data "
            "directory with --data.",
            Exit.VALIDATION,
        )
    found = _alerts(record.events, areas, area)
    if identifier:
        one = next((alert for alert, _ in found if alert.identifier == identifier), None)
        if one is None:
            fail(f"没有 {identifier}。\nThere is no alert {identifier}.", Exit.VALIDATION)
        if out is None:
            sys.stdout.buffer.write(cap_alert(one, areas))
            sys.stdout.buffer.flush()
        else:
            out.write_bytes(cap_alert(one, areas))
        return
    chosen = [(alert, stands) for alert, stands in found if stands or not standing]
    if out is None:
        return _list(chosen, areas, lang)
    out.mkdir(parents=True, exist_ok=True)
    for alert, _ in chosen:
        (out / f"{mark(alert.world)}{alert.identifier}.cap.xml").write_bytes(cap_alert(alert, areas))
    say(f"{len(chosen)} → {out}")


def _foreign(events: list[Recorded], areas: AreaRegister) -> str:
    """An area that something was ordered for and that is not among these; empty: there is none."""
    from coordinator.cap.orders import EVENTS

    ordered = (one.event for one in events if isinstance(one.event, EVENTS))
    named = (code for event in ordered for code in (event.area, *getattr(event, "targets", ())))
    return next((code for code in named if code not in areas), "")


def _alerts(events: list[Recorded], areas: AreaRegister, part: str) -> list[tuple[Alert, bool]]:
    """Each with whether it stands; as they were sent."""
    from coordinator.cap.orders import Orders

    scopes: dict[str, Orders] = {}
    for recorded in events:
        scopes.setdefault(recorded.scope, Orders(areas, part)).hear(recorded)
    found = [(alert, orders.stands(alert)) for orders in scopes.values() for alert in orders.alerts.values()]
    return sorted(found, key=lambda one: (one[0].sent, one[0].scope, one[0].position))


def _list(chosen: list[tuple[Alert, bool]], areas: AreaRegister, lang: Language) -> None:
    from coordinator.admin.terminal import console, table
    from coordinator.cap.feed import headline
    from coordinator.cap.meaning import message_type, status
    from coordinator.wire.marks import mark
    from coordinator.wire.times import full_time

    zh = lang == "zh"
    marked = mark(chosen[0][0].world) if chosen else ""
    columns = "编号 时间 状态 类型 现行 内容" if zh else "identifier sent status type stands headline"
    listing = table(f"{marked}{'指令' if zh else 'Orders'}", *columns.split())
    for one, stands in chosen:
        now = ("是" if zh else "yes") if stands else ""
        cells = (one.identifier, full_time(one.sent), status(one.world), message_type(one), now)
        listing.add_row(*cells, headline(one, areas, lang))
    console().print(listing)
    say(
        "pingji cap 编号：一份的全文；--out 目录：全部写成文件\npingji cap ID: one of them; --out FOLDER: all as files"
        if chosen
        else "没有指令。No orders."
    )
