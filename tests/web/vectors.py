"""Recorded vectors of the client's logic: what is done to a session, and what the Python SDK made of it.

`python -m tests.web.vectors` records them anew from the SDK; a test holds the SDK to the file, and the TypeScript tests
hold `clients/web/board` to the same one. So both languages answer alike, or one of the suites fails.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from clients.sdk.outbox import Outbox
from clients.sdk.problems import ConnectionClosedForGood
from clients.sdk.reconnect import Closed, Reconnect
from clients.sdk.session import (
    Answered,
    Changed,
    Effect,
    LogTold,
    Refused,
    Send,
    Session,
    Told,
    Welcomed,
)
from coordinator.wire.board import Board, Cursor, OutOfStep, level_of, mode_of, total
from coordinator.wire.errors import error_body

FILE: Final = Path(__file__).parents[1] / "vectors" / "client.json"
AT: Final = "2026-07-01T00:00:00Z"
Step = dict[str, Any]


# --- the session ----------------------------------------------------------------------------------------------


def told(effect: Effect) -> dict[str, Any]:
    match effect:
        case Send(message):
            return {"send": message.model_dump(mode="json")}
        case Welcomed(message):
            return {"welcomed": message.person}
        case Told(message):
            return {"told": message.model_dump(mode="json")["world_time"]}
        case Changed(board, changed, gone):
            return {"changed": board, "keys": sorted(changed), "gone": sorted(gone)}
        case Refused(board, error):
            return {"refused": board, "code": error.code}
        case Answered(command):
            return {"answered": command.key, "status": command.result.status if command.result else ""}
        case LogTold(message):
            return {"log": message.log}


def play(in_flight: int, steps: list[Step]) -> list[dict[str, Any]]:
    """After every step: its effects, the boards and the outbox, as they stand in both languages."""
    session = Session("pj_token-of-a-test", Outbox(), in_flight)
    seen = []
    for step in steps:
        effects = _do(session, step)
        seen.append(
            {
                "effects": [told(effect) for effect in effects],
                "boards": {
                    name: {
                        "whole": watched.whole,
                        "cursor": {part: list(at) for part, at in watched.board.cursor.items()},
                        "entries": dict(sorted(watched.board.entries.items())),
                    }
                    for name, watched in session.watched.items()
                },
                "waiting": len(session.outbox),
                "outbox": [[one.key, one.state.value, one.tries] for one in list(session.outbox)[:3]],
                "wake_at": session.wake_at(step["now"]) if session.signed_in else None,
            }
        )
    return seen


def _do(session: Session, step: Step) -> list[Effect]:
    match step["do"]:
        case "opened":
            return session.opened()
        case "lost":
            session.lost()
        case "received":
            return session.received(json.dumps(step["message"]), step["now"])
        case "due":
            return session.due(step["now"])
        case "watch":
            return session.watch(step["board"])
        case "unwatch":
            return session.unwatch(step["board"])
        case "submit":
            session.submit(step["key"], step["name"], step["body"])
        case "anew":
            session.outbox.issue_anew(step["key"], step["under"])
    return []


WELCOME: Final = {
    "type": "signed_in",
    "person": "duty-1",
    "role": "commander",
    "area": "420107",
    "office": "office:420107",
    "world": "DEMO",
    "server_time": AT,
    "world_time": AT,
    "rate": 1.0,
    "boards": ["area:420107"],
}


def snapshot(part: str, position: int, entries: dict[str, Any], parts: list[str], epoch: int = 1) -> Step:
    return {
        "type": "snapshot",
        "board": "area:42",
        "part": part,
        "parts": parts,
        "cursor": [epoch, position],
        "at": AT,
        "entries": entries,
    }


def delta(part: str, since: int, to: int, changed: Any = None, gone: Any = None, epoch: int = 1) -> Step:
    return {
        "type": "delta",
        "board": "area:42",
        "part": part,
        "since": [epoch, since],
        "cursor": [epoch, to],
        "at": AT,
        "set": changed or {},
        "gone": gone or [],
    }


def result(key: str, status: str, code: str = "") -> Step:
    error = error_body(code).model_dump(mode="json") if code else None
    found = {"type": "result", "key": key, "status": status, "scope": "42", "position": 7, "ids": []}
    return {**found, "replayed": False, "error": error}


def error(about: str, code: str) -> Step:
    return {"type": "error", "about": about, "error": error_body(code).model_dump(mode="json")}


def _steps(*said: Any) -> list[Step]:
    """Each a second after the other: a message from the server, or what is done."""
    steps = []
    for second, one in enumerate(said):
        step = {"do": "received", "message": one} if "do" not in one else dict(one)
        steps.append({"now": float(second), **step})
    return steps


def do(what: str, **with_: Any) -> Step:
    return {"do": what, **with_}


SUBMIT: Final = do("submit", key="k1", name="SignSwitch", body={"area": "42", "operation": "op-1"})
BOTH: Final = ["42", "4201"]
SCENES: Final[dict[str, tuple[int, list[Step]]]] = {
    "a board of two parts becomes whole, is changed, and is resumed by its cursor": (
        1,
        _steps(
            do("watch", board="area:42"),
            do("opened"),
            WELCOME,
            snapshot("42", 5, {"row/42": {"counts": {}}}, BOTH),
            snapshot("4201", 3, {"rows/4201": {"counts": {"open": 1}}}, BOTH),
            delta("42", 5, 8, {"tasks/t1": {"id": "t1"}}),
            delta("4201", 2, 4, {"rows/4201": {"counts": {"open": 2}}}),
            delta("42", 4, 6, {"tasks/t1": {"id": "older"}}),
            delta("42", 8, 9, {}, ["tasks/t1"]),
            do("lost"),
            do("opened"),
            WELCOME,
            delta("42", 9, 9),
            do("unwatch", board="area:42"),
            delta("42", 9, 12, {"tasks/t2": {"id": "t2"}}),
        ),
    ),
    "a gap asks for everything anew, and deltas wait until it is here": (
        1,
        _steps(
            do("opened"),
            WELCOME,
            do("watch", board="area:42"),
            snapshot("42", 5, {"row/42": {}}, BOTH),
            snapshot("4201", 5, {"rows/4201": {}}, BOTH),
            delta("42", 7, 9, {"tasks/t1": {}}),
            delta("42", 9, 10, {"tasks/t2": {}}),
            snapshot("42", 11, {"row/42": {"a": 1}, "tasks/t2": {}}, BOTH),
            snapshot("4201", 5, {"rows/4201": {}}, BOTH),
            delta("42", 11, 12, {}, ["tasks/t2"]),
        ),
    ),
    "a new epoch and a part that is no more": (
        1,
        _steps(
            do("opened"),
            WELCOME,
            do("watch", board="area:42"),
            snapshot("42", 50, {"row/42": {"n": 1}, "tasks/t1": {}}, BOTH),
            snapshot("4201", 9, {"rows/4201": {}}, BOTH),
            snapshot("42", 40, {"row/42": {"n": 0}}, BOTH),
            snapshot("42", 3, {"row/42": {"n": 2}}, ["42"], epoch=2),
            delta("42", 50, 51, {"row/42": {"n": 9}}),
        ),
    ),
    "a board is refused for now, then for good": (
        1,
        _steps(
            do("opened"),
            WELCOME,
            do("watch", board="area:42"),
            error("area:42", "catching_up"),
            do("due"),
            do("due"),
            error("area:42", "not_your_part"),
            error("area:42", "not_your_part"),
        ),
    ),
    "a command is repeated with its key until it has its answer": (
        1,
        _steps(
            SUBMIT,
            do("submit", key="k2", name="DeclareReady", body={"area": "42"}),
            do("due"),
            do("opened"),
            WELCOME,
            result("k1", "unknown", "outcome_unknown"),
            do("due"),
            result("k1", "refused", "log_unavailable"),
            do("due"),
            do("due"),
            do("lost"),
            do("opened"),
            WELCOME,
            result("k1", "accepted"),
            result("k2", "refused", "area_is_normal"),
            result("k2", "refused", "area_is_normal"),
        ),
    ),
    "an expired command stays and is issued anew": (
        1,
        _steps(
            SUBMIT,
            do("opened"),
            WELCOME,
            result("k1", "refused", "key_expired"),
            do("due"),
            do("anew", key="k1", under="k9"),
            do("due"),
            result("k9", "accepted"),
        ),
    ),
    "no answer on a living connection: sent again after fifteen seconds": (
        2,
        _steps(SUBMIT, do("opened"), WELCOME, *([do("due")] * 40), result("k1", "accepted")),
    ),
    "the time and the log": (
        1,
        _steps(
            do("opened"),
            WELCOME,
            {"type": "status", "log": "down", "since": AT},
            {"type": "pong", "server_time": AT, "world_time": AT, "rate": 1.0},
        ),
    ),
    "more commands than may be sent at once": (
        200,
        _steps(
            *(do("submit", key=f"k{n}", name="SignSwitch", body={"n": n}) for n in range(104)),
            do("opened"),
            WELCOME,
            do("due"),
        ),
    ),
}


# --- boards by chance -----------------------------------------------------------------------------------------


def chance_board(seed: int) -> dict[str, Any]:
    """Snapshots and deltas in any order, and what the board is after each, or that it is out of step."""
    draw = random.Random(seed)
    board = Board("area:42")
    steps = []
    for _ in range(40):
        part, epoch, since = draw.choice(BOTH), draw.choice([1, 1, 1, 1, 2]), draw.randrange(12)
        keys = draw.sample(["a/1", "a/2", "b/1", "b/2"], draw.randrange(4))
        entries = {f"{part}-{key}": {"n": draw.randrange(9)} for key in keys}
        gone = [f"{part}-{key}" for key in draw.sample(["a/1", "b/2"], draw.randrange(3))]
        whole = draw.random() < 0.15
        to = since + draw.randrange(4)
        step: dict[str, Any] = {"part": part, "cursor": [epoch, to], "set": entries}
        if not whole:
            step |= {"since": [epoch, since], "gone": gone}
        try:
            if whole:
                board.snapshot(part, Cursor(epoch, to), entries)
            else:
                board.delta(part, Cursor(epoch, since), Cursor(epoch, to), entries, gone)
            step["out_of_step"] = False
        except OutOfStep:
            step["out_of_step"] = True
        step["entries"] = dict(sorted(board.entries.items()))
        steps.append(step)
    return {"seed": seed, "steps": steps}


def chance_counts(seed: int) -> dict[str, Any]:
    draw = random.Random(seed)
    names = ["mode.emergency", "mode.activating", "mode.standing_down", "level.I", "level.III", "open"]
    rows = {
        str(n): {"counts": {name: draw.randrange(3) for name in draw.sample(names, draw.randrange(4))}}
        for n in range(draw.randrange(4))
    }
    sums = total(rows)
    return {"rows": rows, "total": sums, "mode": mode_of(sums).value, "level": level_of(sums)}


# --- coming back ----------------------------------------------------------------------------------------------

CLOSES: Final = (
    (1006, "", 0.1),
    (1006, "", 0.1),
    (1006, "", 0.1),
    (4000, "wait=3.25", 9.0),
    (4001, "wait=99999", 0.1),
    (1001, "wait=soon", 0.1),
    (1006, "", 6.0),
    *((1006, "", 0.1) for _ in range(8)),
    (4500, "", 1.0),
    (4505, "wait=1.0", 1.0),
)


def waits(spread: Callable[[float], float]) -> list[dict[str, Any]]:
    """Every wait with the longest that chance allows; none where the server said not to come back."""
    reconnect = Reconnect(1, spread)
    seen = []
    for code, reason, lasted in CLOSES:
        try:
            wait: float | None = reconnect.wait(Closed(code, reason), lasted)
        except ConnectionClosedForGood:
            wait = None
        seen.append({"code": code, "reason": reason, "lasted": lasted, "wait": wait})
    return seen


def vectors() -> dict[str, Any]:
    return {
        "sessions": [
            {"name": name, "in_flight": in_flight, "steps": steps, "seen": play(in_flight, steps)}
            for name, (in_flight, steps) in SCENES.items()
        ],
        "boards": [chance_board(seed) for seed in range(6)],
        "counts": [chance_counts(seed) for seed in range(20)],
        "waits": waits(lambda longest: longest),
    }


def encoded() -> str:
    """One line for each scene: a difference can be read."""
    found = vectors()
    parts = [
        f'"{name}": [\n' + ",\n".join(json.dumps(one, ensure_ascii=False) for one in many) + "\n]"
        for name, many in found.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(encoded(), encoding="utf-8")
