"""`pingji do`: any command by its name, checked by its own form before it is sent."""

from __future__ import annotations

import sys
from pathlib import Path
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


def do(
    command: Annotated[
        str, typer.Argument(help="命令名，如 SignSwitch；list 列出全部 a command's name, or list")
    ],
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE", help="内容 its body")] = None,
    area: Annotated[
        str, typer.Option("--area", help="区域代码，默认为登录区域 area code; default: your own")
    ] = "",
    body: Annotated[
        str, typer.Option("--body", metavar="JSON", help="内容，@文件 或 - the body, @FILE or -")
    ] = "",
    key: Annotated[str, typer.Option("--key", help="命令编号，重发同一命令用 key, to repeat a command")] = "",
    deadline: Annotated[
        float, typer.Option("--deadline", help="最多等多少秒 seconds to wait", min=0.1)
    ] = 30.0,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """执行任一命令：字段写成 名称=值，可重复。Carry out any command; FIELD=VALUE, repeated for a list.

    pingji do ReportHazard --area 42010700100101 kind=water depth_cm=27 trend=rising
    """
    from clients.cli.fields import BadField, body_of, faults_of
    from clients.cli.results import not_right, told
    from clients.cli.talk import fail, talk
    from clients.sdk import Client
    from coordinator.domain.rules import COMMANDS
    from coordinator.wire.errors import error_body
    from coordinator.wire.exits import Exit
    from coordinator.wire.messages import Result

    entry = door(url, token, token_file, lang, json, anonymous=command == "list")
    if command == "list":
        typer.echo("\n".join(_list()))
        return
    model = COMMANDS.get(command)
    if model is None:
        error = error_body("unknown_command", {"command": command})
        near = _near(command, COMMANDS)
        fail(
            entry,
            entry.say(error.zh, error.en) + entry.say(f"（{near}？）", f" ({near}?)"),
            Exit.VALIDATION,
            error,
        )
    try:
        content = body_of(model, fields or [], _read(body))
    except (BadField, OSError) as wrong:
        fail(entry, entry.say(f"看不懂 {wrong}，请写成 名称=值", f"{wrong} is no FIELD=VALUE"), Exit.USAGE)
    if area:
        content["area"] = area
    faults = faults_of(model, content, without_area="area" not in content)
    if faults:
        not_right(entry, faults)

    async def send(client: Client) -> Result:
        if client.me is not None:
            content.setdefault("area", client.me.area)
        return await client.command(command, content, key or None, deadline=deadline, refusals=True)

    told(entry, [talk(entry, send)])


def _read(body: str) -> str:
    if body == "-":
        return sys.stdin.read()
    return Path(body[1:]).read_text(encoding="utf-8") if body.startswith("@") else body


def _list() -> list[str]:
    """Every command with its fields, those that may be left out in brackets."""
    from coordinator.domain.rules import COMMANDS

    lines = []
    for name, model in sorted(COMMANDS.items()):
        fields = [
            field if info.is_required() else f"[{field}]"
            for field, info in model.model_fields.items()
            if field != "area"
        ]
        lines.append(f"{name:<22} {' '.join(fields)}".rstrip())
    return lines


def _near(name: str, known: object) -> str:
    from difflib import get_close_matches

    assert isinstance(known, dict)
    return "、".join(get_close_matches(name, known, 3, 0.4)) or "pingji do list"
