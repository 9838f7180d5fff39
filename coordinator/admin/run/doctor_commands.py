"""`pingji doctor`: what may be wrong on this machine, with the fix in one line each."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from coordinator.admin.say import Json, say, write_json
from coordinator.admin.terminal import Lang
from coordinator.wire.exits import Exit
from coordinator.wire.words import said

SIGNS = {"ok": "✓", "note": "·", "bad": "✗", "away": "?"}


def doctor(
    data: Annotated[
        Path, typer.Option("--data", envvar="PINGJI_DATA", help="数据目录 data directory")
    ] = Path("pingji-data"),
    port: Annotated[int | None, typer.Option(help="要用的端口 the port you mean to use")] = None,
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """体检：逐项检查并给出一行改法；有毛病退出码 1，仅服务器不可达为 5。

    Looks at everything a start needs and changes nothing. Exit code 1 for a fault, 5 if only a server is away.
    """
    from coordinator.admin.run.doctor import Health, examine
    from coordinator.settings import Settings

    settings = Settings() if port is None else Settings(port=port)
    checks = asyncio.run(examine(data, settings))
    write_json(json, {"checks": checks})
    if json != "-":
        for check in checks:
            fix = said(check.fix, lang)
            line = f"{SIGNS[check.health]} {check.name:<10} {said(check.found, lang)}"
            print(f"{line}  → {fix}" if fix else line)
    found = {check.health for check in checks}
    if Health.BAD in found:
        say("需要处理，见 ✗ 各行" if lang == "zh" else "to be mended: the lines with ✗")
        raise typer.Exit(Exit.FAILED)
    if Health.AWAY in found:
        raise typer.Exit(Exit.DEPENDENCY)
