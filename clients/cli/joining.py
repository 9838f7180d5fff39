"""`pingji drill join`: who was invited to a drill takes their seat, by a link that is good once."""

from __future__ import annotations

from typing import Annotated

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


def join(
    drill: Annotated[str, typer.Argument(help="演练的世界名，见看板上的邀请 as the invitation names it")],
    codes: Annotated[bool, typer.Option("--codes", help="另印二维码 QR codes as well")] = False,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """【演练】入席：给出自己席位的登录链接，五分钟内、一次有效。Links to one's own seats, each good once."""
    from clients.cli import http
    from clients.cli.talk import fail, write_json
    from clients.sdk import Unreachable
    from coordinator.wire.exits import Exit
    from coordinator.wire.marks import MARK_DRILL

    entry = door(url, token, token_file, lang, json)
    try:
        answer = http.get(entry.urls, f"/api/v1/drills/{drill.upper()}/seats", entry.token, post=True)
    except Unreachable as away:
        fail(entry, entry.say(f"连不上（{away.last}）", f"not to be reached ({away.last})"), Exit.DEPENDENCY)
    if answer.status != 201:
        detail = answer.body if isinstance(answer.body, dict) else {}
        fail(entry, entry.say(detail.get("detail", ""), detail.get("detail_en", "")), Exit.REFUSED)
    for one in answer.body["seats"] if not entry.quiet else ():
        if codes:
            import segno

            segno.make(one["link"], error="m").terminal(compact=True)
        typer.echo(f"{MARK_DRILL}{one['seat']:24} {one['link']}")
    write_json(entry.json, answer.body)
