"""`pingji drill schedule | unschedule | calendar`: which drill is held when, and a calendar file for others; raids are
not in it. Thin shells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from coordinator.admin.drill.world_commands import Public
from coordinator.admin.say import Json, fail, say, write_json
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

Data = Annotated[Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")]
DATA = Path("pingji-data")


def add_calendar_commands(app: typer.Typer) -> None:
    app.command("calendar")(calendar)
    app.command("schedule")(schedule)
    app.command("unschedule")(unschedule)


def schedule(
    script: Annotated[str, typer.Argument(help="脚本编号或文件 id (communication-test) or file")],
    cron: Annotated[str, typer.Option(help="周期，缺省按脚本 when, if not the script's: 0 15 1 * *")] = "",
    zone: Annotated[str, typer.Option(help="周期的时区 its time zone: Asia/Shanghai")] = "",
    host: Annotated[
        str, typer.Option("--host", help="演练的监听地址 what its drills listen on")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="演练的端口，0 为任选 their port; 0: any free one")] = 0,
    public: Public = "",
    data: Data = DATA,
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """排进本市演练日历：到时前半小时自动打开并点名，由人 start。突击演练用 --cron，不在公开的日历内。

    Into the city's calendar: opened half an hour before its time, with the roll-call; a person starts it.
    """
    from coordinator.admin.drill.schedule import NotScheduled, coming, put
    from coordinator.admin.run.ground import NoGround
    from coordinator.drills.sentences import ScriptRefused
    from coordinator.wire.times import full_time

    now = datetime.now(UTC)
    try:
        entry = put(data, script, now, cron=cron, where=zone, host=host, port=port, public=public)
    except ScriptRefused as refused:
        for finding in refused.findings:
            say(finding.en() if lang == "en" else str(finding))
        raise typer.Exit(Exit.VALIDATION) from None
    except (NoGround, NotScheduled) as wrong:
        fail(str(wrong), Exit.VALIDATION)
    at = coming(entry, now)
    write_json(json, {"script": entry.script, "next": at})
    if at is not None:
        say(f"【演练】{entry.script} 已排进日历 scheduled，下一次 next {full_time(at)}")


def unschedule(
    script: Annotated[str, typer.Argument(help="脚本编号 its id")],
    data: Data = DATA,
) -> None:
    """从本市演练日历里去掉；已打开的演练不受影响。Out of the city's calendar; drills that are open stay."""
    from coordinator.admin.drill.schedule import NotScheduled, remove

    try:
        remove(data, script)
    except NotScheduled as missing:
        fail(str(missing), Exit.USAGE)
    say(f"【演练】{script} 已从日历去掉 is out of the calendar")


def calendar(
    scripts: Annotated[
        list[str] | None,
        typer.Argument(
            help="脚本编号或文件，缺省为本市的和自带的 ids or files; default: the city's and bundled"
        ),
    ] = None,
    under: Annotated[str, typer.Option("--under", help="只列此区域之下 only at or below this area")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=1830, help="看多少天 how far ahead")] = 365,
    ics: Annotated[Path | None, typer.Option("--ics", help="写成日历文件 an iCalendar file")] = None,
    raids: Annotated[
        bool, typer.Option("--raids", help="另列本市突击演练的下一次 the city's next raids as well")
    ] = False,
    data: Data = DATA,
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """演练日历：按周期列出以后各次，◆ 为本市所排、到时自动打开；突击演练不在内。--ics 写成日历软件能读的文件。

    Every time a drill is held; ◆ is opened by itself, being in the city's calendar. A raid is not among them. --ics
    writes a file for calendars.
    """
    from coordinator.admin.drill.schedule import coming, documents, entries, with_bundled
    from coordinator.admin.run.ground import NoGround, find_ground
    from coordinator.drills.calendar import dates, icalendar
    from coordinator.drills.script import find
    from coordinator.drills.sentences import ScriptRefused
    from coordinator.drills.vocabulary import DrillKind
    from coordinator.wire.times import full_time
    from coordinator.wire.words import said

    try:
        own = [] if scripts else documents(data)
        known = [find(name).document for name in scripts] if scripts else with_bundled(own)
    except ScriptRefused as refused:
        for finding in refused.findings:
            say(finding.en() if lang == "en" else str(finding))
        raise typer.Exit(Exit.VALIDATION) from None
    chosen = [one for one in known if any(place.startswith(under) for place in one.places)]
    now = datetime.now(UTC)
    found = dates(chosen, now, timedelta(days=days))
    write_json(json, msgspec.to_builtins(found))
    if json != "-":
        for date in found:
            mark = "  ◆" if any(one.id == date.script for one in own) else ""
            print(f"【演练】{full_time(date.at)}  {said(date.name, lang)}  {', '.join(date.places)}{mark}")
    if raids:
        secret = {one.id: one for one in own if one.kind is DrillKind.RAID}
        for entry in entries(data):
            if entry.script in secret and (at := coming(entry, now)) is not None:
                say(f"【演练】{full_time(at)}  {said(secret[entry.script].name.text, lang)}  ◆ 突击 raid")
    if ics is None:
        return
    names: dict[str, str] = {}
    for place in dict.fromkeys(place for date in found for place in date.places):
        try:
            names[place] = find_ground(data, place).registers.areas[place].name
        except NoGround:
            names[place] = place
    try:
        ics.write_bytes(icalendar(found, names, now, lang).encode())
    except OSError as wrong:
        fail(str(wrong), Exit.USAGE)
    say(f"{len(found)} → {ics}")
