"""`pingji drill calendar`: which drill is held when, and a calendar file for others; raids are not in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from coordinator.admin.say import Json, fail, say, write_json
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit


def calendar(
    scripts: Annotated[
        list[str] | None,
        typer.Argument(help="脚本编号或文件，缺省为自带的 ids or files; default: those bundled"),
    ] = None,
    under: Annotated[str, typer.Option("--under", help="只列此区域之下 only at or below this area")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=1830, help="看多少天 how far ahead")] = 365,
    ics: Annotated[Path | None, typer.Option("--ics", help="写成日历文件 an iCalendar file")] = None,
    data: Annotated[
        Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
    ] = Path("pingji-data"),
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """演练日历：按脚本里的周期列出以后各次；突击演练不在内。--ics 写成日历软件能读的文件。

    Every time a drill is held, by its script's schedule; a raid is not among them. --ics writes a file for calendars.
    """
    from coordinator.admin.ground import NoGround, find_ground
    from coordinator.drills.calendar import dates, icalendar
    from coordinator.drills.script import bundled_ids, find
    from coordinator.drills.sentences import ScriptRefused
    from coordinator.wire.times import full_time
    from coordinator.wire.words import said

    try:
        documents = [find(name).document for name in scripts or bundled_ids()]
    except ScriptRefused as refused:
        for finding in refused.findings:
            say(finding.en() if lang == "en" else str(finding))
        raise typer.Exit(Exit.VALIDATION) from None
    chosen = [one for one in documents if any(place.startswith(under) for place in one.places)]
    now = datetime.now(UTC)
    found = dates(chosen, now, timedelta(days=days))
    write_json(json, msgspec.to_builtins(found))
    if json != "-":
        for date in found:
            print(f"【演练】{full_time(date.at)}  {said(date.name, lang)}  {', '.join(date.places)}")
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
