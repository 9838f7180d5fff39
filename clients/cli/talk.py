"""Signing in for one command, and how it ends: results to standard output, words to standard error, an exit code."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import typer

from clients.cli.exits import exit_of
from clients.cli.options import Door
from clients.sdk import (
    BoardRefused,
    Client,
    ClientProblem,
    CommandRefused,
    ConnectionClosedForGood,
    Unanswered,
    Unreachable,
)
from coordinator.wire.exits import Exit
from coordinator.wire.messages import ErrorBody

T = TypeVar("T")

PATIENCE = 10.0


def talk(door: Door, work: Callable[[Client], Awaitable[T]]) -> T:
    """Sign in, do the work, sign out. A problem is said in words and ends the command with its exit code."""

    try:
        client = Client(door.urls, door.token, patience=PATIENCE)
    except ValueError as wrong:
        fail(door, door.say(f"地址或令牌不对：{wrong}", f"{wrong}"), Exit.USAGE)

    async def signed_in() -> T:
        async with client:
            return await work(client)

    try:
        return asyncio.run(signed_in())
    except ClientProblem as problem:
        _end(door, problem)
    except TimeoutError:
        fail(
            door,
            door.say("等太久没有答复，请稍后再试", "No answer in time: try again later"),
            Exit.DEPENDENCY,
        )


def tell(text: str) -> None:
    typer.echo(text, err=True)


def fail(door: Door, text: str, code: Exit, error: ErrorBody | None = None) -> NoReturn:
    """Say it, write it as JSON where that was asked for, and end."""
    tell(text)
    body = (
        error.model_dump(mode="json") if error is not None else {"code": code.name.lower(), "message": text}
    )
    write_json(door.json, {"error": body})
    raise typer.Exit(code)


def write_json(path: str, value: object, *, more: bool = False) -> None:
    """To a file, or to standard output for `-`; nothing where no path was given. `more`: one line after another."""
    if not path:
        return
    text = json.dumps(value, ensure_ascii=False, indent=None if more else 2) + "\n"
    if path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
    elif more:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    else:
        Path(path).write_text(text, encoding="utf-8")


def words_of(door: Door, error: ErrorBody) -> str:
    return f"{door.say(error.zh, error.en)} [{error.code}]"


def _end(door: Door, problem: ClientProblem) -> NoReturn:
    say = door.say
    error: ErrorBody | None = None
    match problem:
        case CommandRefused(error=error) | BoardRefused(error=error):
            text = words_of(door, error)
        case ConnectionClosedForGood(error=error):
            text = (
                words_of(door, error)
                if error
                else say(f"连接已关闭：{problem}", f"The connection was {problem}")
            )
        case Unreachable(urls=urls, last=last):
            where = "、".join(urls)
            text = say(
                f"连不上 {where}（{last}）：请核对地址，或先运行 pingji up",
                f"{where} is not to be reached ({last}): check the address, or run `pingji up` first",
            )
        case Unanswered(key=key):
            text = say(
                f"没有等到答复，可能已执行；用 --key {key} 再发一次即知",
                f"No answer in time; it may have been carried out: send it again with --key {key} to know",
            )
        case _:
            text = say(f"出错：{problem}", f"Failed: {problem}")
    fail(door, text, exit_of(problem), error)
