"""The ground a command computes on when no coordinator is asked: a data directory's registers, or a bundled sample.

Reads files only, so it works with every server down; founds nothing and writes nothing.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final, NamedTuple

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.data import FILES
from coordinator.admin.run.founding import read_plan
from coordinator.admin.sample.world import SampledRegisters, sample, subtree
from coordinator.domain.area import DIGITS, Area, AreaCode, AreaLevel
from coordinator.domain.world import LIVE
from coordinator.store.registers import BrokenRegister, RegisterCache, RegisterMissing, RegisterSet

BUNDLED: Final = {"320113": "xianlin", "3201": "xianlin", "4201": "wuhan", "42": "hubei"}
"""Which bundled file a code is in, by its beginning; the longest beginning that fits counts."""


class Ground(NamedTuple):
    """Registers, the world they belong to, and whether the people in them are generated."""

    registers: RegisterSet
    world: str
    sampled: bool
    source: str
    """Where they were found: a directory, or `sample:NAME`."""
    data: Path | None = None
    """The directory, if it is one."""


class NoGround(Exception):
    """There are no registers to compute on, or they do not have the area; says why in both languages."""


def find_ground(
    data: Path, area: AreaCode, *, areas: str = "", under: AreaCode = "", seed: int = 7
) -> Ground:
    """The data directory's registers; with `areas`, or where there is no data directory, a bundled sample.

    Raises `NoGround`.
    """
    plan = None if areas else read_plan(data)
    if plan is not None:
        try:
            registers = asyncio.run(RegisterCache(data / "registers", _nowhere).open(plan.digests))
        except (RegisterMissing, BrokenRegister) as wrong:
            raise NoGround(
                f"{data} 的名册缺失或损坏（{wrong}）；请从备份恢复 {data / 'registers'}。"
                f"\nA register of {data} is missing or damaged ({wrong}): bring it back from the backup."
            ) from wrong
        ground = Ground(registers, plan.world, plan.sampled, str(data), data)
    else:
        ground = _sample(area, areas, under, seed)
    if area not in ground.registers.areas:
        raise unknown(ground.source, area)
    return ground


def unknown(source: str, area: AreaCode) -> NoGround:
    """That the registers at hand do not have this area; and what comes with the project that has."""
    name = next((name for begins, name in BUNDLED.items() if area.startswith(begins)), "")
    zh, en = (
        (f"；加 --areas {name} 用内置区划", f"; `--areas {name}` takes the bundled ones")
        if name
        else ("", "")
    )
    return NoGround(f"{source} 没有区域 {area}{zh}。\n{source} has no area {area}{en}.")


def bundled_for(area: AreaCode, areas: str = "") -> str:
    """Which bundled file has this area; `areas`: that one. Raises `NoGround`."""
    name = areas or next((BUNDLED[area[:size]] for size in (6, 4, 2) if area[:size] in BUNDLED), "")
    if not name:
        raise NoGround(
            f"没有 {area} 的区划：请用 --data 指明数据目录，或用 --areas 选择内置区划。"
            f"\nNo areas for {area}: name a data directory with --data, or bundled areas with --areas."
        )
    return name


def _sample(area: AreaCode, areas: str, under: AreaCode, seed: int) -> Ground:
    name = bundled_for(area, areas)
    registers = sampled_registers(name, under or area[: DIGITS[AreaLevel.DISTRICT]], seed)
    return Ground(registers.open(), LIVE, True, f"sample:{name}")


def sampled_registers(name: str, under: AreaCode, seed: int) -> SampledRegisters:
    """Registers of one of the bundled files, cut to a subtree, with generated people. Raises `NoGround`."""
    if name not in FILES:
        known = " ".join(sorted(FILES))
        raise NoGround(f"没有内置区划 {name}，可选 {known}。\nNo bundled areas {name}; there are {known}.")
    areas: list[Area] = bundled_areas(name)
    try:
        return sample(subtree(areas, under) if under else areas, seed)
    except KeyError:
        raise NoGround(
            f"内置区划 {name} 没有 {under}；换一个代码，或用 --areas 选择另一份。"
            f"\nThe bundled areas {name} have no {under}: take another code, or other areas with --areas."
        ) from None


async def _nowhere(digest: str) -> bytes | None:
    """No server is asked: what is not on this machine is missing."""
    return None
