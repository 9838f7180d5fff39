"""How the answer to a command is told, and what it means for the exit code."""

from __future__ import annotations

from typing import NoReturn

import typer

from clients.cli.exits import exit_of_error
from clients.cli.options import Door
from clients.cli.talk import fail, tell, words_of, write_json
from coordinator.wire.exits import Exit
from coordinator.wire.faults import Fault
from coordinator.wire.messages import Result

WAITS_FOR_SECOND = "change-"
"""Ids of changes that were asked for and not carried out begin so."""


def told(door: Door, results: list[Result]) -> None:
    """Say each answer, write them all as JSON, and end with the worst exit code."""
    worst = Exit.OK
    for result in results:
        code, text = _reading(door, result)
        worst = max(worst, code)
        if code is Exit.OK and not door.quiet:
            typer.echo(text)
        else:
            tell(text)
    dumped = [result.model_dump(mode="json") for result in results]
    write_json(door.json, dumped[0] if len(dumped) == 1 else dumped)
    if worst is not Exit.OK:
        raise typer.Exit(worst)


def not_right(door: Door, faults: list[Fault]) -> NoReturn:
    """A body that the command would refuse: every place with what would be right."""
    for fault in faults:
        tell(
            f"{fault.pointer}：{fault.why}"
            if door.say.language == "zh"
            else f"{fault.pointer}: {fault.why_en}"
        )
    write_json(door.json, {"error": {"code": "bad_body", "errors": [fault._asdict() for fault in faults]}})
    raise typer.Exit(Exit.VALIDATION)


def refuse(door: Door, zh: str, en: str) -> NoReturn:
    """What this side can see already."""
    fail(door, door.say(zh, en), Exit.REFUSED)


def _reading(door: Door, result: Result) -> tuple[Exit, str]:
    say = door.say
    if result.error is not None:
        return exit_of_error(result.error), words_of(door, result.error)
    waiting = [one for one in result.ids if one.startswith(WAITS_FOR_SECOND)]
    if waiting:
        change = waiting[0]
        return Exit.REFUSED, say(
            f"已提出，十分钟内须由另一人批准：pingji approve {change}",
            f"Asked for; another person has to approve it within ten minutes: pingji approve {change}",
        )
    where = f"{result.scope}#{result.position}"
    made = f" {' '.join(result.ids)}" if result.ids else ""
    if result.position == 0:
        return Exit.OK, say("已是这样，没有变化", "That is how it stands: nothing changed") + made
    if result.replayed:
        return Exit.OK, say(f"先前已执行（{where}）", f"Was carried out before ({where})") + made
    return Exit.OK, say(f"已执行（{where}）", f"Carried out ({where})") + made
