"""Opening a drill: pins what it needs of the world that practises, and lays its directory. It starts no process.

Reads files only: the live world's log, keys and tokens are never opened, so that none can end up in a drill.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from coordinator.admin.drill.plan import DrillPlan, lay, seat_kinds
from coordinator.admin.outlines.laid import OUTLINES_FILE
from coordinator.admin.run.founding import WorldPlan, read_plan
from coordinator.admin.run.ground import NoGround, bundled_for, sampled_registers, unknown
from coordinator.admin.sample.world import SampledRegisters
from coordinator.domain.area import DIGITS, AreaCode, AreaLevel
from coordinator.drills.script import find, playbook_named
from coordinator.playbook.loader import Playbook
from coordinator.store.registers import BrokenRegister

Version = Callable[[str], Playbook | None]
"""Of a playbook by its id, the version that would be run; None: the one that comes with the project."""


def bundled_alone(name: str) -> Playbook | None:
    return None


def pin(
    data: Path, place: AreaCode, *, areas: str = "", under: AreaCode = "", seed: int = 7
) -> tuple[SampledRegisters, bool]:
    """The registers of the world that practises, and whether its people are generated; without a world of its own, or
    with `areas`, a bundled sample. Raises `NoGround`."""
    plan = None if areas else read_plan(data)
    if plan is None:
        name = bundled_for(place, areas)
        return sampled_registers(name, under or place[: DIGITS[AreaLevel.DISTRICT]], seed), True
    try:
        found = SampledRegisters(
            *((data / "registers" / f"{digest}.register").read_bytes() for digest in plan.digests)
        )
        known = found.digests == plan.digests and place in found.open().areas
    except (OSError, BrokenRegister) as wrong:
        raise NoGround(
            f"{data} 的名册缺失或损坏（{wrong}）。\nA register of {data} is missing or damaged ({wrong})."
        ) from wrong
    if not known:
        raise unknown(str(data), place)
    return found, plan.sampled


def open_drill(
    data: Path,
    name: str,
    *,
    at: datetime | None = None,
    speed: float | None = None,
    in_step: bool = False,
    real: Sequence[str] = (),
    simulated: Sequence[str] = (),
    seed: int = 7,
    host: str = "127.0.0.1",
    port: int = 0,
    public: str = "",
    areas: str = "",
    under: AreaCode = "",
    due: datetime | None = None,
    version: Version = bundled_alone,
) -> Path:
    """Lay the drill's directory and give it.

    `at`: the world's time at the beginning, instead of the script's. `due`: when it is to be started, for one of the
    calendar. `version`: of the playbook it practises, the one that would be run.

    Raises `ScriptRefused`, `NoGround`, `NotInStep`.
    """
    named = playbook_named(name)
    playbook = version(named) if named else None
    place = find(name, playbook=playbook).document.places[0]
    registers, sampled = pin(data, place, areas=areas, under=under, seed=seed)
    script = find(name, registers.open().areas, playbook)  # once more, with the areas it is to be played on
    document = script.document
    people, teams = seat_kinds(script, real, simulated)
    if in_step and people:
        raise NotInStep(people)
    plan = DrillPlan(
        world="",
        name=document.name.text,
        opened=datetime.now(UTC),
        real=tuple(people),
        simulated=tuple(teams),
        rate=0 if in_step else (speed or document.speed),
        seed=seed,
        call_real_people=document.players.call_real_people,
        host=host,
        port=port,
        public=public,
        due=due,
    )
    world = WorldPlan(
        world="", rate=0, origin=at or document.start, sampled=sampled, **registers.digests._asdict()
    )
    map_file = data / OUTLINES_FILE
    outlines = map_file.read_bytes() if map_file.exists() and not areas else b""
    return lay(data, script, playbook or script.playbook(), registers, plan, world, outlines)


class NotInStep(Exception):
    """In lock-step the clock waits for the players, and people wait for the clock."""

    def __init__(self, people: Sequence[str]) -> None:
        super().__init__(
            f"有真人参加（{'、'.join(people)}）的演练不能锁步运行。"
            f"\nA drill with people in it ({', '.join(people)}) cannot run in lock-step."
        )
