"""`pingji sign` and `pingji approve`: the two answers a person gives to somebody else's order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final

import typer

from clients.cli.options import (
    URL,
    Door,
    JsonOption,
    Lang,
    LangOption,
    TokenFileOption,
    TokenOption,
    UrlOption,
    door,
)

if TYPE_CHECKING:
    from clients.sdk import Client
    from coordinator.domain.operation import PendingChange
    from coordinator.wire.messages import Result

ENDED = ("end", "END", "终止", "")


def sign(
    area: Annotated[str, typer.Argument(help="社区或街道代码 community or street")],
    operation: Annotated[str, typer.Option("--operation", help="只签这一个响应 only this operation")] = "",
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """签收：本区域所有未签的响应。Sign for whatever the area has not signed for yet."""
    from clients.cli.results import refuse, told
    from clients.cli.talk import talk

    entry = door(url, token, token_file, lang, json)

    async def work(client: Client) -> list[Result]:
        from clients.cli.places import home

        board = await home(client, area)
        waiting = [
            one["operation"]
            for one in board.section("switches").values()
            if one["area"] == area
            and one.get("mode") != "normal"
            and one.get("sign_by")
            and not one.get("signed_at")
            and operation in ("", one["operation"])
        ]
        if not waiting:
            refuse(entry, f"{area} 没有待签收的响应", f"{area} has nothing to sign for")
        return [
            await client.command("SignSwitch", {"area": area, "operation": one}, refusals=True)
            for one in waiting
        ]

    told(entry, talk(entry, work))


def approve(
    change: Annotated[str, typer.Argument(help="待批事项编号 the change's id")],
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="AREA=LEVEL", help="重打的区域和级别，终止写 end retyped; end where ended"),
    ] = None,
    area: Annotated[str, typer.Option("--area", help="在哪个区域的看板上找 whose board shows it")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="不再询问，须写明区域和级别 needs the targets")
    ] = False,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """第二人批准：看清原命令，重打每个区域和级别。Approve as the second person: retype each area and level."""
    from clients.cli.results import refuse, told
    from clients.cli.talk import talk

    entry = door(url, token, token_file, lang, json)
    if yes and not targets:
        raise typer.BadParameter(
            entry.say("--yes 须同时写明 区域=级别", "--yes needs AREA=LEVEL written out")
        )

    async def work(client: Client) -> Result:
        import asyncio

        import msgspec

        from clients.cli.places import agreed, home
        from clients.cli.talk import fail, words_of
        from coordinator.domain.operation import PendingChange
        from coordinator.wire.errors import error_body
        from coordinator.wire.exits import Exit
        from coordinator.wire.marks import mark

        board = await home(client, area)
        found = board.section("pending").get(change)
        if found is None:
            waiting = "、".join(board.section("pending"))
            refuse(
                entry,
                f"看板 {board.key} 上没有待批事项 {change}"
                + (
                    f"；待批：{waiting}"
                    if waiting
                    else "；上级提出的由上级的第二人批准，别处的加 --area 区域"
                ),
                f"The board {board.key} shows no change {change}"
                + (
                    f"; waiting: {waiting}"
                    if waiting
                    else "; what a higher office asked for, a second person there approves; "
                    "name another place with --area"
                ),
            )
        pending = msgspec.convert(found, PendingChange)
        assert client.me is not None
        if pending.person == client.me.person:
            error = error_body("self_approval", {"person": pending.person})
            fail(entry, words_of(entry, error), Exit.REFUSED, error)
        shown = mark(client.me.world) + _order(entry, pending)
        retyped = _retyped(entry, targets) if targets else None
        if retyped is None:
            typer.echo(shown, err=True)
            retyped = await asyncio.to_thread(_ask, entry, pending)
        else:
            await agreed(shown, entry.say("确定批准？", "Approve it?"), yes)
        body = {"area": pending.area, "change": pending.id, "hash": pending.hash, "targets": retyped}
        return await client.command("ApproveChange", body, refusals=True)

    told(entry, [talk(entry, work)])


def _order(entry: Door, pending: PendingChange) -> str:
    """The order as it was given, with everything that the second person vouches for."""
    say = entry.say
    lines = [
        f"{say.word('change', pending.kind)} {pending.operation or say('新的响应', 'a new operation')}",
        say(
            f"提出人 {pending.person}，{_clock(pending)} 前有效",
            f"by {pending.person}, valid until {_clock(pending)}",
        ),
    ]
    lines += [
        f"  {area}  {say.word('level', level.value) if level else say('终止', 'end')}"
        for area, level in pending.targets.items()
    ]
    order: dict[str, object] = json.loads(pending.order)
    for field, label in _FIELDS.items():
        if order.get(field):
            lines.append(f"  {say(*label)}  {order[field]}")
    return "\n".join(lines)


_FIELDS: Final = {
    "playbook": ("预案", "Playbook"),
    "effective_at": ("开始", "From"),
    "expected_minutes": ("预计时长（分钟）", "Expected minutes"),
    "conditions": ("降级条件", "Conditions"),
    "superior": ("上级指令", "Superior's order"),
}
"""What an order says beside areas and levels."""


def _clock(pending: PendingChange) -> str:
    from clients.cli.show.instants import clock

    return clock(pending.expires)


def _retyped(entry: Door, given: list[str]) -> dict[str, str | None]:
    from clients.cli.places import read_targets

    targets = read_targets(given)
    if targets.wrong:
        shown = "、".join(targets.wrong)
        raise typer.BadParameter(entry.say(f"{shown} 须写成 区域=级别", f"{shown}: give AREA=LEVEL"))
    return {area: None if level in ENDED else level for area, level in targets.levels.items()}


def _ask(entry: Door, pending: PendingChange) -> dict[str, str | None]:
    """Line by line, until every area of the order was retyped; a slip is said at once."""
    say = entry.say
    wanted = {area: level.value if level else None for area, level in pending.targets.items()}
    retyped: dict[str, str | None] = {}
    while len(retyped) < len(wanted):
        question = say(f"重打第 {len(retyped) + 1} 个 区域=级别", f"Retype {len(retyped) + 1}: AREA=LEVEL")
        line = typer.prompt(question, err=True)
        try:
            one = _retyped(entry, [line])
        except typer.BadParameter as wrong:
            typer.echo(str(wrong), err=True)
            continue
        if one.items() <= wanted.items():
            retyped |= one
        else:
            typer.echo(say("与原命令不符，请看清后重打", "That is not in the order: look again"), err=True)
    return retyped
