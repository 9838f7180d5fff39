"""`pingji drill coverage`: who has not practised what for how long, as the coordinator reckons it from the record."""

from __future__ import annotations

from typing import Annotated, Any

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


def coverage(
    under: Annotated[str, typer.Option("--under", help="只看此区域之下 only at or below this area")] = "",
    days: Annotated[int, typer.Option("--days", help="看多少天 the period", min=1, max=3660)] = 365,
    url: UrlOption = URL,
    token: TokenOption = "",
    token_file: TokenFileOption = None,
    lang: LangOption = Lang.ZH,
    json: JsonOption = "",
) -> None:
    """各街道练过什么、多久没练：只比单位，不比个人。Who has not practised what for how long, street by street."""
    from clients.cli import http
    from clients.cli.talk import fail, write_json
    from clients.sdk import Unreachable
    from coordinator.wire.exits import Exit

    entry = door(url, token, token_file, lang, json)
    query = {"days": str(days)} | ({"under": under} if under else {})
    try:
        answer = http.get(entry.urls, "/api/v1/drills/practised", entry.token, query)
    except Unreachable as away:
        fail(entry, entry.say(f"连不上（{away.last}）", f"not to be reached ({away.last})"), Exit.DEPENDENCY)
    if answer.status != 200:
        detail = answer.body if isinstance(answer.body, dict) else {}
        fail(entry, entry.say(detail.get("detail", ""), detail.get("detail_en", "")), Exit.REFUSED)
    if not entry.quiet:
        _show(entry, answer.body, days)
    write_json(entry.json, answer.body)


def _show(entry: Door, practised: dict[str, Any], days: int) -> None:
    from rich.console import Console

    from clients.cli.show.scene import table
    from coordinator.wire.marks import mark

    say = entry.say
    title = say(f"演练覆盖（{days} 天内）", f"Drills within {days} days")
    streets = practised["streets"]
    hazards = [one["hazard"] for one in streets[0]["covered"]] if streets else []
    listing = table(
        say("街道", "street"),
        *(say.word("practised", one) for one in hazards),
        title=f"{mark(practised['world'])}{title}",
    )
    listing.padding = (0, 1, 0, 0)
    for street in streets:
        listing.add_row(street["name"], *(_cell(entry, one) for one in street["covered"]))
    console = Console()
    console.print(listing)
    console.print(say(f"台账 {len(practised['held'])} 条", f"{len(practised['held'])} drills on record"))


def _cell(entry: Door, one: dict[str, Any]) -> str:
    """In words and a shape: a colour alone says nothing on paper."""
    say = entry.say
    if one["days"] is None:
        return say("■ 未练", "■ no")
    part = f" {one['communities']}/{one['of']}"
    if one["communities"] == 0:
        return say(f"■ {one['days']}天没练", f"■ not for {one['days']} days")
    sign = "●" if one["communities"] == one["of"] else "▲"
    return say(f"{sign} {one['days']}天前{part}", f"{sign} {one['days']} days ago{part}")
