"""`pingji drill list | seats | status | console | report`: looking at drills, running or over. Thin shells."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from coordinator.admin.drill.world_commands import DATA, Data, Which, carry_out, found
from coordinator.admin.say import Json, say, write_json
from coordinator.admin.terminal import Lang


def add_look_commands(app: typer.Typer) -> None:
    app.command("list")(list_drills)
    app.command("seats")(hand_out_seats)
    app.command("status")(show_status)
    app.command("console")(open_console)
    app.command("report")(write_report)


def list_drills(data: Data = DATA, lang: Lang = "zh", json: Json = "") -> None:
    """列出演练。All drills of this directory, the oldest first."""
    from coordinator.admin.drill.plan import (
        CLOSED_FILE,
        FAILED_FILE,
        OVER_FILE,
        all_drills,
        read_drill,
        read_running,
    )
    from coordinator.wire.words import said

    rows: list[dict[str, Any]] = []
    for directory in all_drills(data):
        plan, running = read_drill(directory), read_running(directory)
        assert plan is not None  # it was found by it
        state = next(
            (name for name in (CLOSED_FILE, FAILED_FILE) if (directory / name).exists()),
            "over" if (directory / OVER_FILE).exists() else "running" if running else "waiting",
        )
        rows.append(
            {"drill": plan.world, "name": plan.name, "state": state, "url": running.url if running else ""}
        )
        if json != "-":
            print(f"{plan.world:22} {state:8} {said(plan.name, lang)}  {rows[-1]['url']}")
    write_json(json, rows)


def hand_out_seats(
    seat: Annotated[str, typer.Argument(help="席位名的开头，缺省为全部 the beginning of a seat's name")] = "",
    public: Annotated[str, typer.Option(help="手机能打开的地址 the address phones reach")] = "",
    codes: Annotated[
        bool,
        typer.Option("--codes", help="印二维码（五分钟内、一次有效）QR codes, good once, for five minutes"),
    ] = False,
    drill: Which = "",
    data: Data = DATA,
    json: Json = "",
) -> None:
    """真人席位的登录链接或令牌：发给参演者。Sign-in for the seats that people take: links with codes, or tokens."""
    from coordinator.admin.drill.control import control_of
    from coordinator.admin.drill.plan import read_drill
    from coordinator.admin.drill.seats import CONTROL, SUPERVISOR, read_seats
    from coordinator.admin.run.grants import sign_in_path

    directory = found(data, drill)
    plan = read_drill(directory)
    assert plan is not None  # it was found by it
    people = [
        one
        for one in read_seats(directory)
        if not one.simulated and one.name not in (CONTROL, SUPERVISOR) and one.name.startswith(seat)
    ]

    async def work() -> list[dict[str, str]]:
        url = control_of(directory).url
        rows = []
        for one in people:
            row = {"seat": one.name, "role": one.role.value, "area": one.area, "person": one.person}
            if codes:
                row["link"] = (public or plan.public or url).rstrip("/") + await sign_in_path(url, one.token)
            else:
                row["token"] = one.token
            rows.append(row)
        return rows

    rows = carry_out(work)
    write_json(json, rows)
    if json == "-":
        return
    for row in rows:
        if codes:
            import segno

            segno.make(row["link"], error="m").terminal(compact=True)
        print(f"【演练】{row['seat']:24} {row.get('link') or row['token']}")
    if not rows:
        say(
            "没有真人席位：开演练时写 --real street,community。\nNo seat is taken by people: open it with --real."
        )
    elif not codes:
        url = control_of(directory).url
        say(
            f"参演者打开 {url}，或在终端 seats for people, in a browser or a terminal:"
            f"\n  export PINGJI_URL={url} PINGJI_TOKEN=…"
            "\n  pingji do AnswerRollCall; pingji board --watch; pingji drill tick"
        )


def show_status(drill: Which = "", data: Data = DATA, lang: Lang = "zh", json: Json = "") -> None:
    """【演练】现在的样子：时钟、点名、情况、预期。How the drill stands: clock, roll-call, injects, expectations."""
    from coordinator.admin.drill.desk import Desk, desk, draw
    from coordinator.admin.drill.plan import read_running
    from coordinator.admin.drill.record import open_record
    from coordinator.admin.drill.seats import desks_of
    from coordinator.admin.drill.unwatched import read_unwatched
    from coordinator.admin.terminal import console

    directory = found(data, drill)

    async def work() -> Desk:
        async with open_record(directory) as record:
            seen = desk(record, await record.now(), desks_of(directory), lang)
            if read_running(directory) is not None:
                seen = seen._replace(unwatched=read_unwatched(directory))
            if json != "-":
                console().print(draw(seen, record.script.document.start, lang))
            return seen

    seen = carry_out(work)
    write_json(
        json,
        {
            **seen._asdict(),
            "injects": [{"key": one.inject.key, "state": one.state, "at": one.at} for one in seen.injects],
            "expected": [
                {
                    "key": one.expectation.key,
                    "state": one.state,
                    "met": one.met,
                    "places": one.places,
                    "due": one.due,
                }
                for one in seen.expected
            ],
        },
    )


def open_console(drill: Which = "", data: Data = DATA, lang: Lang = "zh") -> None:
    """【演练】导调台：实时，按键操作。Exercise control's console: live, with keys for pause, inject, skip, abort."""
    from coordinator.admin.drill.console import run_console

    directory = found(data, drill)
    try:
        carry_out(lambda: run_console(directory, lang))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def write_report(
    out: Annotated[Path, typer.Argument(help="写入的目录 directory for score, report and log")],
    drill: Which = "",
    data: Data = DATA,
    lang: Lang = "zh",
    json: Json = "",
) -> None:
    """【演练】评分和报告：按记录算出，结束前也可看。Score and after-action report, from the record alone."""
    from coordinator.admin.drill.held import as_played
    from coordinator.admin.drill.run import result_of, write_all
    from coordinator.admin.drill.tell import tell_score
    from coordinator.admin.terminal import console

    directory = found(data, drill)
    played, ground, seed = carry_out(lambda: as_played(directory))
    for path in write_all(out, played, seed, ground, lang):
        say(f"→ {path}")
    write_json(json, result_of(played, seed))
    if json != "-":
        tell_score(console(), played.script.document, played.score, ground.registers.areas, lang)
        print(f"{len(played.log)} events, {played.digest}")
