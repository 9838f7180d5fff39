"""`pingji drill adapt`: a script for a place of one's own. A thin shell; writes one file and opens no drill."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from coordinator.admin.say import fail, say
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit

MOVE_IT: Final = (
    "要在本地演：pingji drill adapt 脚本 区域 --out 文件.yaml"
    "\nFor a place of your own: pingji drill adapt SCRIPT AREA --out FILE.yaml"
)


def adapt_script(
    script: Annotated[str, typer.Argument(help="脚本编号或文件 id (xianlin-night-raid) or file")],
    area: Annotated[str, typer.Argument(help="换到哪里，与脚本地点同级 where to, of the script's own level")],
    out: Annotated[Path, typer.Option("--out", help="写入的文件 file to write")],
    data: Annotated[
        Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
    ] = Path("pingji-data"),
    areas: Annotated[str, typer.Option(help="改用内置区划 bundled areas: hubei, wuhan, xianlin")] = "",
    lang: Lang = "zh",
) -> None:
    """把脚本换到本地：改区域代码和中文地名，写成文件，由人通读、修改后再用。

    A script moved to a place of your own: codes and Chinese names are changed, a person reads the file over.
    """
    from coordinator.admin.run.ground import NoGround, bundled_for, find_ground
    from coordinator.drills.elsewhere import NoCounterpart, elsewhere
    from coordinator.drills.script import examine, find, source_of
    from coordinator.drills.sentences import ScriptRefused

    if out.exists():
        fail(f"{out} 已存在，不覆盖。\n{out} exists and is not overwritten.", Exit.USAGE)
    try:
        place = find(script).document.places[0]
        there = find_ground(data, area, areas=areas).registers.areas
        try:
            home = find_ground(data, place).registers.areas
        except NoGround:
            home = find_ground(data, place, areas=bundled_for(place)).registers.areas
        text = elsewhere(source_of(script).decode(), place, home, area, there)
    except ScriptRefused as refused:
        for finding in refused.findings:
            say(finding.en() if lang == "en" else str(finding))
        raise typer.Exit(Exit.VALIDATION) from None
    except (NoGround, NoCounterpart) as missing:
        fail(str(missing), Exit.VALIDATION)
    out.write_text(text)
    say(
        f"→ {out}：请通读，地名和情节对不上的地方改掉（英文未改）；改后 pingji drill lint {out}"
        if lang == "zh"
        else f"→ {out}: read it over and change what does not fit (English texts are as they were); "
        f"then `pingji drill lint {out}`"
    )
    if findings := examine(text.encode(), str(out), there)[1]:
        for finding in findings:
            print(finding.en() if lang == "en" else str(finding))
        raise typer.Exit(Exit.VALIDATION)
