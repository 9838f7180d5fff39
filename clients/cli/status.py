"""`pingji status`: whether a coordinator answers, follows its log, and who it says we are."""

from __future__ import annotations

import typer

from clients.cli.options import (
    URL,
    JsonOption,
    Lang,
    LangOption,
    TokenFileOption,
    TokenOption,
    UrlOption,
    door,
)


def status(
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """协调进程是否正常、日志是否在线、我是谁。Whether a coordinator is well, and who we are to it."""
    from clients.cli.http import get
    from clients.cli.show.instants import day_and_clock, instant
    from clients.cli.talk import fail, write_json
    from clients.sdk.problems import Unreachable
    from coordinator.wire.exits import Exit
    from coordinator.wire.marks import mark

    entry = door(url, token, token_file, lang, json, anonymous=True)
    say = entry.say
    try:
        version, ready = get(entry.urls, "/version"), get(entry.urls, "/readyz")
        me = get(entry.urls, "/api/v1/me", entry.token) if entry.token else None
    except Unreachable as away:
        text = say(
            f"连不上 {'、'.join(away.urls)}（{away.last}）：请核对地址，或先运行 pingji up",
            f"{', '.join(away.urls)} is not to be reached ({away.last}): check the address, or run `pingji up`",
        )
        fail(entry, text, Exit.DEPENDENCY)
    found = {"url": version.url, "version": version.body, "ready": ready.body, "me": me.body if me else None}
    write_json(entry.json, found)
    if not entry.quiet:
        about = version.body if isinstance(version.body, dict) else {}
        known = ready.body if isinstance(ready.body, dict) else {}
        well = ready.status == 200
        up, caught_up = known.get("log") == "up", bool(known.get("caught_up"))
        lines = [
            mark(str(about.get("world", "LIVE"))) + version.url,
            f"{say('版本', 'Version')}  {about.get('version', '?')}"
            f"  {say('协议', 'protocol')} {about.get('protocol', '?')}",
            f"{say('就绪', 'Ready')}  {say('是', 'yes') if well else say('否', 'no')}",
            f"{say('日志', 'Log')}  {say('在线', 'up') if up else say('断开', 'down')}"
            + ("" if caught_up else say("，正在追赶", ", catching up")),
            *(
                say(
                    f"停止  {scope} 的记录在第 {position} 条校验不符："
                    f"请管理员查明后 pingji do ReopenScope --area {scope}",
                    f"Stopped  the log of {scope} fails its check at {position}: "
                    f"the operator sees why, then `pingji do ReopenScope --area {scope}`",
                )
                for scope, position in known.get("stopped", {}).items()
            ),
        ]
        if me is not None and me.status == 200:
            who = me.body
            lines.append(
                f"{say('身份', 'You are')}  {who['person']}  {say.word('role', who['role'])}  {who['area']}"
                + (f"  {who['office']}" if who["office"] else "")
            )
            world_time = day_and_clock(instant(who["world_time"]))
            lines.append(f"{say('世界时间', 'World time')}  {world_time}  ×{who['rate']:g}")
            lines.append(f"{say('看板', 'Boards')}  {'  '.join(who['boards'])}")
        elif me is not None:
            lines.append(
                f"{say('身份', 'You are')}  {me.body.get('detail' if lang is Lang.ZH else 'detail_en', me.status)}"
            )
        typer.echo("\n".join(lines))
    if me is not None and me.status in (401, 403):
        raise typer.Exit(Exit.REFUSED)
    if ready.status != 200:
        raise typer.Exit(Exit.DEPENDENCY)
