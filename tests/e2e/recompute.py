"""A second telling of a night: the figures of a world, counted again from the lines of `pingji log export` alone.

Written beside `coordinator/review/summary.py` so that neither can be wrong unseen: it must import nothing of the
project, and nothing outside the standard library.

    python tests/e2e/recompute.py NIGHT.jsonl [SUMMARY.json]

Prints the figures as JSON. With a summary, as `pingji demo --json` writes it: the differences, and exit code 1 if
there are any.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

ON_SITE: Final = ("community", "street", "grid")
"""Roles that carry an outbox about; processes, command posts and team leaders sit at a network."""
OFFLINE: Final = timedelta(seconds=5)
COUNTED: Final = (
    "called",
    "declined",
    "no_show",
    "webhook_failed",
    "offline_and_back",
    "overdue",
    "unfillable_posts",
    "silent",
    "lowering_refused",
)
OF_THE_CALLED: Final = ("declined", "no_show")
PERCENTILES: Final = (50, 95, 99)


class Broken(Exception):
    """The export has a hole or tells of more than one world: no figure from it can be trusted."""


def entries(lines: Iterable[str]) -> Iterator[Json]:
    """The entries of an export, checked for holes: positions of a scope follow each other from 1."""
    heads: dict[str, int] = {}
    worlds: set[str] = set()
    for number, line in enumerate(lines, 1):
        entry: Json = json.loads(line)["event"]
        scope, position = entry["scope"], entry["position"]
        worlds.add(entry["world"])
        if position != heads.get(scope, 0) + 1 or len(worlds) > 1:
            raise Broken(f"line {number}: {scope}/{position} after {heads.get(scope, 0)}, worlds {worlds}")
        heads[scope] = position
        yield entry


def evidence(entry: Json) -> Iterator[tuple[str, int | Iterable[str]]]:
    """What one entry adds to which figure: a number, or names of which each counts once."""
    event, stamp = entry["event"], entry["stamp"]
    match event["type"]:
        case "CrewCalled":
            yield "called", sum(map(len, event["picks"].values()))
            yield "unfillable_posts", event.get("gaps", ())  # each post once, however often nobody is found
        case "CrewAnswered":
            yield "declined", len(event["declined"])
        case "CrewMoved" if event["to"] == "no_show":
            yield "no_show", len(event["call_outs"])
        case "NoticesDelivered":
            yield "webhook_failed", event.get("failed", {}).get("webhook", 0)
        case "TasksFellOverdue":
            yield "overdue", event["to"]  # each task once, however far up it is reported
        case "CallStarted":
            yield "silent", 1
        case "LoweringRefused":
            yield "lowering_refused", 1
    if stamp["role"] in ON_SITE and moment(stamp["recorded"]) - made(stamp["key"]) > OFFLINE:
        yield "offline_and_back", 1


def fresh(known: set[str], names: Iterable[str]) -> int:
    """How many of the names are new; they are known from now on."""
    before = len(known)
    known.update(names)
    return len(known) - before


def figures(log: Iterable[Json]) -> dict[str, Json]:
    """Figure -> its number, the share of the called where it is one, the entry where it is first seen."""
    found: dict[str, Json] = {
        name: {"number": 0, "share": None, "scope": "", "position": 0} for name in COUNTED
    }
    counted: dict[str, set[str]] = {}
    for entry in log:
        for name, told in evidence(entry):
            figure = found[name]
            number = told if isinstance(told, int) else fresh(counted.setdefault(name, set()), told)
            if number and not figure["position"]:
                figure |= {"scope": entry["scope"], "position": entry["position"]}
            figure["number"] += number
    called = found["called"]["number"]
    for name in OF_THE_CALLED if called else ():
        found[name]["share"] = round(found[name]["number"] / called, 4)
    return found


def times(log: Iterable[Json], event_type: str) -> Json | None:
    """From the order on record in a community to the first such event there, in seconds of the world's time.

    An order that raises the level starts the clock anew; one that asks for no signature (lowering) does not.
    """
    since: dict[tuple[str, str], datetime] = {}
    taken: list[tuple[float, str]] = []
    for entry in log:
        event, at = entry["event"], moment(entry["stamp"]["at"])
        place = (event.get("operation", ""), event["area"])
        if event["type"] == "PlaceSwitched" and event["community"] and event.get("sign_by"):
            since[place] = at
        elif event["type"] == event_type and place in since:
            taken.append(((at - since.pop(place)).total_seconds(), event["area"]))
    if not taken:
        return None
    seconds = sorted(value for value, _ in taken)
    slowest = next(area for value, area in taken if value == seconds[-1])
    ranks = {f"p{share}": seconds[-(-share * len(seconds) // 100) - 1] for share in PERCENTILES}
    return {"count": len(seconds), **ranks, "slowest": slowest}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def made(key: str) -> datetime:
    """When a command's key was made: the first 48 bits of a UUID of version 7 are milliseconds."""
    return datetime.fromisoformat("1970-01-01T00:00:00+00:00") + timedelta(
        milliseconds=int(key.replace("-", "")[:12], 16)
    )


def recompute(path: Path) -> Json:
    with path.open(encoding="utf-8") as file:
        log = list(entries(file))
    return {
        "figures": figures(log),
        "time_to_sign": times(log, "SwitchSigned"),
        "time_to_ready": times(log, "PlaceReady"),
    }


def differences(mine: Json, summary: Json) -> list[str]:
    """What the summary says otherwise; a figure it has besides is its own affair."""
    return [
        f"{name}: counted {told}, the summary says {said}"
        for name, told, said in (
            *((name, told, summary["figures"].get(name)) for name, told in mine["figures"].items()),
            *((name, mine[name], summary[name]) for name in ("time_to_sign", "time_to_ready")),
        )
        if told != said
    ]


def main(export: str, summary: str = "") -> int:
    mine = recompute(Path(export))
    print(json.dumps(mine, indent=2))
    found = differences(mine, json.loads(Path(summary).read_bytes())) if summary else []
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
