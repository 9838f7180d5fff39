"""A drill's world as files: a directory of its own below the live one's, whole before any process of it starts.

What is laid here is all that a drill knows of the real world: registers by digest, without anybody's contacts, and a
playbook. It starts nothing, and reads no key, token or log of the live world.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from coordinator.admin.outlines.laid import OUTLINES_FILE
from coordinator.admin.run.founding import WorldPlan, read_plan, write_plan
from coordinator.admin.sample.world import SampledRegisters
from coordinator.domain.text import Text
from coordinator.drills import script as scripts
from coordinator.drills.script import Script
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook
from coordinator.store.keyfile import replace_private
from coordinator.store.registers import RegisterCache, RegisterSet

FOLDER: Final = "drills"
PLAN_FILE: Final = "drill.json"
SCRIPT_FILE: Final = "script.json"
PLAYBOOK_FILE: Final = "playbook.json"
RUNNING_FILE: Final = "running.json"
"""There as long as its processes are; says where."""
CLOSED_FILE: Final = "closed"
"""Its processes are not wanted any more; what it has written stays."""
FAILED_FILE: Final = "failed"
"""Why its processes ended by themselves."""
BEGAN_FILE: Final = "began"
"""It has been started: who takes part in a raid may know of it."""
OVER_FILE: Final = "over"
"""It has ended or was aborted: its processes may go on for who looks at it, but are not started again."""
MOST_OF_A_DAY: Final = 999


class DrillPlan(msgspec.Struct, frozen=True):
    """How one drill is held. What happened in it stands in its log alone."""

    world: str
    name: Text
    opened: datetime
    real: tuple[str, ...]
    """Kinds of seats that people take."""
    simulated: tuple[str, ...]
    rate: float
    """World seconds per second; 0: in lock-step with simulated teams."""
    seed: int
    call_real_people: bool = False
    host: str = "127.0.0.1"
    port: int = 0
    public: str = ""
    """Address at which players reach it; empty: where it listens."""
    due: datetime | None = None
    """When it is to be started, for one of the calendar."""


class Running(msgspec.Struct, frozen=True):
    """Where the coordinator of an open drill answers."""

    url: str


class NoDrill(Exception):
    """No drill of that name, or none to choose; says in both languages what to do."""


def folder_of(data: Path) -> Path:
    return data / FOLDER


def lay(
    data: Path,
    script: Script,
    playbook: Playbook | None,
    registers: SampledRegisters,
    plan: DrillPlan,
    world: WorldPlan,
    outlines: bytes = b"",
) -> Path:
    """Write a new drill and give its directory. What it is called is chosen here: by the day and a number.

    It takes its name in one step: whoever looks for open drills sees it whole or not at all.
    """
    parent = folder_of(data)
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        replace_private(draft / SCRIPT_FILE, script.json)
        if playbook is not None:
            replace_private(draft / PLAYBOOK_FILE, library.to_json(playbook))
        if outlines:
            replace_private(draft / OUTLINES_FILE, outlines)
        for number in range(1, MOST_OF_A_DAY):
            name = f"DRILL-{plan.opened:%Y%m%d}-{number}"
            write_plan(draft, registers, replace(world, world=name))
            replace_private(
                draft / PLAN_FILE, msgspec.json.format(msgspec.json.encode(replace(plan, world=name)))
            )
            if _named(draft, parent / name):
                return parent / name
        raise NoDrill("今天的演练太多了。\nToo many drills in one day.")
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _named(draft: Path, wanted: Path) -> bool:
    """Renaming onto a directory that holds something fails: the first one in wins."""
    try:
        draft.rename(wanted)
    except OSError:
        return False
    return True


def read_drill(directory: Path) -> DrillPlan | None:
    path = directory / PLAN_FILE
    return msgspec.json.decode(path.read_bytes(), type=DrillPlan) if path.exists() else None


def read_script(directory: Path) -> Script:
    """The one that is played. Raises `ScriptRefused`, `OSError`."""
    return scripts.from_json((directory / SCRIPT_FILE).read_bytes())


def read_playbook(directory: Path) -> Playbook | None:
    path = directory / PLAYBOOK_FILE
    return library.from_json(path.read_bytes()) if path.exists() else None


async def registers_of(directory: Path) -> RegisterSet:
    """Those it was laid with. Raises `OSError`, `BrokenRegister`."""

    async def nowhere(digest: str) -> bytes | None:
        return None

    plan = read_plan(directory)
    assert plan is not None  # laid together with the drill
    return await RegisterCache(directory / "registers", nowhere).open(plan.digests)


def read_running(directory: Path) -> Running | None:
    path = directory / RUNNING_FILE
    return msgspec.json.decode(path.read_bytes(), type=Running) if path.exists() else None


def all_drills(data: Path) -> Iterator[Path]:
    """Directories of drills, the oldest first."""
    found = [path.parent for path in folder_of(data).glob(f"*/{PLAN_FILE}") if path.parent.name[0] != "."]
    yield from sorted(found, key=_by_day_and_number)


def open_drills(data: Path) -> list[Path]:
    return [path for path in all_drills(data) if not (path / CLOSED_FILE).exists()]


def wanted_drills(data: Path) -> list[Path]:
    """Whose processes run or should: neither closed nor failed, nor over and stopped."""
    return [
        path
        for path in open_drills(data)
        if not (path / FAILED_FILE).exists()
        and ((path / RUNNING_FILE).exists() or not (path / OVER_FILE).exists())
    ]


def find_drill(data: Path, name: str = "") -> Path:
    """By its world's name; left out, the only one that is open. Raises `NoDrill`."""
    if name:
        found = folder_of(data) / name.upper()
        if found.parent != folder_of(data) or read_drill(found) is None:
            raise NoDrill(f"{data} 里没有演练 {name}。\n{data} has no drill {name}.")
        return found
    known = open_drills(data)
    if len(known) != 1:
        names = "、".join(path.name for path in known) or "—"
        raise NoDrill(
            f"请用 --drill 指明演练，进行中的有：{names}。\nName the drill with --drill; open are: {names}."
        )
    return known[0]


def seat_kinds(script: Script, real: Sequence[str], simulated: Sequence[str]) -> tuple[list[str], list[str]]:
    """Who plays: as the script says, but for what was asked for. No seat is both."""
    players = script.document.players
    people = [one.value for one in players.real if one.value not in simulated] + list(real)
    teams = [one.value for one in players.simulated if one.value not in real] + list(simulated)
    return sorted(set(people)), sorted(set(teams) - set(people))


def _by_day_and_number(directory: Path) -> tuple[str, int]:
    day, _, number = directory.name.rpartition("-")
    return day, int(number) if number.isdigit() else 0
