"""`pingji declare`, `raise`, `lower`, `end`, `recall`: a command post's orders, with their effect in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

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
    YesOption,
    door,
)

if TYPE_CHECKING:
    from clients.sdk import Client
    from coordinator.wire.board import JsonObject
    from coordinator.wire.messages import Result

Operation = Annotated[str, typer.Argument(help="响应编号 operation id")]
Levels = Annotated[
    list[str], typer.Argument(metavar="AREA=LEVEL", help="如 420107001=II，也可写 二级 area and level")
]
Area = Annotated[
    str, typer.Option("--area", help="在哪个区域的看板上找 whose board shows it; default: your own")
]
Met = Annotated[
    list[str] | None,
    typer.Option("--met", metavar="CONDITION", help="已符合的降级条件 condition that is met"),
]
Override = Annotated[
    list[str] | None,
    typer.Option(
        "--override", metavar="CONDITION=REASON", help="越过的条件及理由代码 overridden, with a coded reason"
    ),
]
Phoned = Annotated[
    str, typer.Option("--phoned", help="单人紧急启动：已电话报告谁 break-glass: whom you phoned")
]


def declare(
    playbook: Annotated[
        str, typer.Argument(help="预案编号，如 flood-typhoon，或其摘要 a playbook's id or digest")
    ],
    targets: Levels,
    minutes: Annotated[int, typer.Option("--minutes", help="预计时长（分钟） expected duration", min=1)],
    area: Annotated[str, typer.Option("--area", help="发令范围，默认为登录区域 scope of the order")] = "",
    superior: Annotated[
        str, typer.Option("--superior", help="上级指令编号 number of the superior's order")
    ] = "",
    phoned: Phoned = "",
    yes: YesOption = False,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """启动响应。II、I 级须第二人批准（退出码 4）。Begin an operation; II and I wait for a second person (exit 4)."""
    entry = door(url, token, token_file, lang, json)
    levels = _levels(entry, targets)

    async def work(client: Client) -> Result:
        from clients.cli.http import playbook_digest
        from clients.cli.places import agreed

        assert client.me is not None
        try:
            digest = await asyncio.to_thread(playbook_digest, entry.urls, entry.token, playbook)
        except KeyError as known:
            raise typer.BadParameter(
                entry.say(
                    f"没有预案 {playbook}，可用：{known.args[0]}",
                    f"no playbook {playbook}; there are: {known.args[0]}",
                )
            ) from None
        body: dict[str, Any] = {"area": area or client.me.area, "playbook": digest, "targets": levels}
        body |= {"expected_minutes": minutes, "superior": superior} | ({"phoned": phoned} if phoned else {})
        _checked(entry, "DeclareOperation", body)
        effect = await _begins(entry, client, entry.say("启动", "Start"), levels)
        await agreed(effect, entry.say("确定启动？", "Start it?"), yes)
        return await client.command("DeclareOperation", body, refusals=True)

    _carry_out(entry, work)


def raise_(
    operation: Operation,
    targets: Levels,
    area: Area = "",
    phoned: Phoned = "",
    yes: YesOption = False,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """升级。Raise the level of the areas named."""
    entry = door(url, token, token_file, lang, json)
    levels = _levels(entry, targets)

    async def work(client: Client) -> Result:
        from clients.cli.places import agreed, find_operation

        found = await find_operation(client, entry, operation, area)
        body: dict[str, Any] = {"area": found["area"], "operation": operation, "targets": levels}
        body |= {"phoned": phoned} if phoned else {}
        _checked(entry, "RaiseLevel", body)
        effect = await _begins(entry, client, entry.say("升级", "Raise"), levels)
        await agreed(effect, entry.say("确定升级？", "Raise it?"), yes)
        return await client.command("RaiseLevel", body, refusals=True)

    _carry_out(entry, work)


def lower(
    operation: Operation,
    targets: Levels,
    met: Met = None,
    override: Override = None,
    area: Area = "",
    yes: YesOption = False,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """降级：每个条件都要勾选或越过。Lower the level; each condition is ticked or overridden."""
    entry = door(url, token, token_file, lang, json)
    levels = _levels(entry, targets)

    async def work(client: Client) -> Result:
        from clients.cli.places import agreed, find_operation

        found = await find_operation(client, entry, operation, area)
        body: dict[str, Any] = {"area": found["area"], "operation": operation, "targets": levels}
        body["conditions"] = _conditions(entry, met, override)
        _checked(entry, "LowerLevel", body)
        effect = await _leaves(entry, client, entry.say("降级", "Lower"), levels)
        await agreed(effect, entry.say("确定降级？", "Lower it?"), yes)
        return await client.command("LowerLevel", body, refusals=True)

    _carry_out(entry, work)


def end(
    operation: Operation,
    areas: Annotated[list[str], typer.Argument(help="区域代码 area codes")],
    met: Met = None,
    override: Override = None,
    area: Area = "",
    yes: YesOption = False,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """终止所列区域的响应：谁启动谁终止。End it in the areas named; the office that started ends."""
    entry = door(url, token, token_file, lang, json)

    async def work(client: Client) -> Result:
        from clients.cli.places import agreed, find_operation

        found = await find_operation(client, entry, operation, area)
        body: dict[str, Any] = {"area": found["area"], "operation": operation, "areas": areas}
        body["conditions"] = _conditions(entry, met, override)
        _checked(entry, "EndOperation", body)
        effect = await _leaves(entry, client, entry.say("终止", "End"), dict.fromkeys(areas, ""))
        await agreed(effect, entry.say("确定终止？", "End it?"), yes)
        return await client.command("EndOperation", body, refusals=True)

    _carry_out(entry, work)


def recall(
    operation: Operation,
    reason: Annotated[str, typer.Option("--reason", help="理由代码，如 sent_by_mistake a coded reason")],
    area: Area = "",
    yes: YesOption = False,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """误发撤销：一人一步，全部区域。Recall a mistaken operation, everywhere, by one person."""
    entry = door(url, token, token_file, lang, json)

    async def work(client: Client) -> Result:
        from clients.cli.places import agreed, find_operation

        found = await find_operation(client, entry, operation, area)
        body: dict[str, Any] = {"area": found["area"], "operation": operation, "reason": reason}
        _checked(entry, "RecallOperation", body)
        running = {one: level for one, level in found["targets"].items() if level is not None}
        effect = await _leaves(entry, client, entry.say("误发撤销", "Recall"), running)
        await agreed(effect, entry.say("确定撤销？", "Recall it?"), yes)
        return await client.command("RecallOperation", body, refusals=True)

    _carry_out(entry, work)


# --- what they share ------------------------------------------------------------------------------------------


def _carry_out(entry: Door, work: Callable[[Client], Awaitable[Result]]) -> None:
    from clients.cli.results import told
    from clients.cli.talk import talk

    told(entry, [talk(entry, work)])


def _levels(entry: Door, given: Iterable[str]) -> dict[str, str]:
    from clients.cli.places import read_targets

    targets = read_targets(given)
    if targets.wrong:
        shown = "、".join(targets.wrong)
        raise typer.BadParameter(
            entry.say(f"{shown} 须写成 区域=级别，如 420107001=II", f"{shown}: give AREA=LEVEL")
        )
    return targets.levels


def _conditions(entry: Door, met: list[str] | None, override: list[str] | None) -> dict[str, str]:
    found = dict.fromkeys(met or [], "met")
    for one in override or []:
        key, equals, reason = one.partition("=")
        if not equals:
            raise typer.BadParameter(entry.say(f"{one} 须写成 条件=理由", f"{one}: give CONDITION=REASON"))
        found[key] = reason
    return found


def _checked(entry: Door, name: str, body: JsonObject) -> None:
    """Refuse here what the server would: before anybody is asked whether they are sure."""
    from clients.cli.fields import faults_of
    from clients.cli.results import not_right
    from coordinator.domain.rules import COMMANDS

    wrong = faults_of(COMMANDS[name], body)
    if wrong:
        not_right(entry, wrong)


def _named(entry: Door, levels: JsonObject) -> str:
    return "、".join(
        f"{area} {entry.say.word('level', level or '')}" if level else area for area, level in levels.items()
    )


async def _begins(entry: Door, client: Client, verb: str, levels: JsonObject) -> str:
    """What a start or a raise comes to, by the register."""
    from clients.cli.places import attributes_of
    from coordinator.wire.marks import mark

    assert client.me is not None
    found = await attributes_of(entry, levels)
    size = (
        entry.say(
            f"：{found.get('communities', 0)} 个社区、{found.get('grids', 0)} 个网格、{found.get('pop', 0)} 人",
            f": {found.get('communities', 0)} communities, {found.get('grids', 0)} grids, {found.get('pop', 0)} people",
        )
        if found
        else ""
    )
    return f"{mark(client.me.world)}{verb} {_named(entry, levels)}{size}"


async def _leaves(entry: Door, client: Client, verb: str, levels: JsonObject) -> str:
    """What a lowering, an end or a recall touches, by the boards."""
    from clients.cli.places import counts_of
    from coordinator.wire.marks import mark

    assert client.me is not None
    found = await counts_of(client, levels)
    size = entry.say(
        f"：{found.get('communities', 0)} 个社区在应急中，{found.get('present', 0)} 人在岗，"
        f"{found.get('out', 0)} 人未到家，"
        f"{found.get('open', 0)} 项任务未结",
        f": {found.get('communities', 0)} communities switched, {found.get('present', 0)} on post, "
        f"{found.get('out', 0)} not home yet, {found.get('open', 0)} tasks open",
    )
    return f"{mark(client.me.world)}{verb} {_named(entry, levels)}{size}"
