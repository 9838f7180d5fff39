"""`pingji drill run --simulate`: play a script with simulated teams in memory, score it, write what came of it.

Touches no server and no data directory but to read its registers; everything it writes is marked as a drill.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from coordinator.admin.drill.after import PRACTISED_FILE, after
from coordinator.admin.drill.paper import drill_paper
from coordinator.admin.run.ground import Ground
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.drills.after_action import AfterAction, after_action
from coordinator.drills.lockstep import LockStep
from coordinator.drills.players import Cast
from coordinator.drills.propose import diff_of, proposals
from coordinator.drills.same_log import log_digest
from coordinator.drills.score import Score, score
from coordinator.drills.script import Script
from coordinator.drills.seats import control_seat, seats
from coordinator.paper.file import write_paper
from coordinator.paper.sheets import Paper
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook
from coordinator.wire.marks import mark
from coordinator.wire.words import Language


class Played(NamedTuple):
    script: Script
    score: Score
    log: list[Recorded]
    digest: str
    """Of the log: the same for the same script, registers and seed."""
    refused: dict[str, int]
    playbook: Playbook | None = None
    """The version that was practised."""
    people: bool = False
    """Whether people took seats in it; in memory nobody can, whatever the script says."""


class Result(msgspec.Struct, kw_only=True):
    """What `--json` gives, and what two runs are compared by."""

    world: str = ""
    """The drill's; files of earlier versions do not say it."""
    seed: int
    log_digest: str
    events: int
    score: Score
    playbook: str = ""
    """Digest of the version that was practised."""


def simulate(
    script: Script,
    registers: Registers,
    cast: Cast,
    seed: int,
    *,
    speed: float = 0,
    playbook: Playbook | None = None,
    told: Callable[[datetime], None] = lambda at: None,
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Played:
    """Play it to its end. Raises `Stuck`.

    `speed`: world seconds per second at most; 0: as fast as the machine can. `playbook`: another version than the one
    that comes with the project.
    """
    document = script.document
    playbook = playbook or script.playbook()
    kinds = [seat.value for seat in document.players.simulated]
    everyone = [control_seat(registers), *seats(registers, document.places, kinds)]
    digest = playbook.digest if playbook is not None else ""
    players = cast(everyone, seed, digest, document.lasts)
    drill = LockStep(script, playbook, registers, players, seed)
    began = time.monotonic()

    async def tick(at: datetime) -> None:
        told(at)
        if speed:
            ahead = (at - document.start).total_seconds() / speed - (time.monotonic() - began)
            if ahead > 0:
                await wait(ahead)

    asyncio.run(drill.play(tick))
    found = score(document, script.digest, drill.recorded, registers)
    return Played(script, found, drill.recorded, log_digest(drill.recorded), drill.refused, playbook)


def result_of(played: Played, seed: int) -> Result:
    digest = played.playbook.digest if played.playbook is not None else ""
    return Result(
        world=_world(played),
        seed=seed,
        log_digest=played.digest,
        events=len(played.log),
        score=played.score,
        playbook=digest,
    )


def _world(played: Played) -> str:
    return played.log[0].world if played.log else ""


def write_report(path: Path, played: Played, ground: Ground, lang: Language) -> None:
    """Markdown, or HTML or PDF where the name ends in it."""
    write_paper(path, _paper(played, _review(played, ground), ground, lang))


def _review(played: Played, ground: Ground) -> AfterAction:
    return after_action(played.script.document, played.score, played.log, ground.registers)


def _paper(played: Played, review: AfterAction, ground: Ground, lang: Language) -> Paper:
    areas, document = ground.registers.areas, played.script.document
    return drill_paper(document, review, areas, lang, sampled=ground.sampled, playbook=played.playbook)


def write_all(folder: Path, played: Played, seed: int, ground: Ground, lang: Language) -> list[Path]:
    """Score, report in its forms and the log, each to a file. Gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("score.json", "log.jsonl", PRACTISED_FILE, "report.md", "report.html", "report.pdf")
    files = [folder / name for name in names]
    result = msgspec.json.format(msgspec.json.encode(result_of(played, seed)))
    files[0].write_bytes(result + b"\n")
    files[1].write_bytes(b"".join(_line(one) for one in played.log))
    registers, review = ground.registers, _review(played, ground)
    began = min((one.stamp.recorded for one in played.log), default=None)
    practised = after(played.script, review, registers.areas, began, people=played.people)
    files[2].write_bytes(msgspec.json.format(msgspec.json.encode(practised)) + b"\n")
    paper = _paper(played, review, ground, lang)
    for path in files[3:]:
        write_paper(path, paper)
    proposed = propose(played, registers)
    if proposed:
        files.append(folder / "playbook.diff")
        # `git apply` and `patch` pass over what stands before the first file's name.
        files[-1].write_text(f"{mark(_world(played))}{_world(played)}\n{proposed}", encoding="utf-8")
    return files


def propose(played: Played, registers: Registers) -> str:
    """What the drill speaks for changing in the playbook it practised, as a diff of its file; empty: nothing.

    Of a version that the city has published there is no file here, and so no diff of it.
    """
    document, playbook = played.script.document, played.playbook
    if playbook is None or playbook.id not in library.bundled_ids():
        return ""
    if playbook.digest != library.bundled(playbook.id).digest:
        return ""
    name = playbook.id.replace("-", "_")
    drill = f"drill {document.id} {document.start:%Y-%m-%d}"
    found = proposals(playbook.document, played.log, registers)
    return diff_of(library.text_of(playbook.id), f"playbooks/{name}.yaml", drill, found)


def _line(one: Recorded) -> bytes:
    said = {
        "world": one.world,
        "scope": one.scope,
        "position": one.position,
        "stamp": one.stamp,
        "event": one.event,
    }
    return msgspec.json.encode(said) + b"\n"
