"""Brings a people file into a data directory: all of it, or nothing.

Before a world is founded the file gives it its people; afterwards registers stand fast, and a file brings names and
phones of those it has, and people who are only on duty.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from coordinator.admin.faults import Fault
from coordinator.admin.list_cells import quoted
from coordinator.admin.people.faults import fault
from coordinator.admin.people.from_csv import COLUMNS, PersonRow, read_people
from coordinator.admin.people.registers import registers_of
from coordinator.admin.record.open_log import open_vault
from coordinator.admin.run.founding import OPERATOR_TOKEN, WorldPlan, read_plan, write_plan
from coordinator.admin.run.ground import sampled_registers
from coordinator.admin.sample.world import SampledRegisters
from coordinator.domain.area import AreaCode
from coordinator.domain.world import LIVE
from coordinator.store.registers import RegisterCache, RegisterSet
from coordinator.store.roster import Entry, PersonId, Roster


class Imported(NamedTuple):
    """What a file came to, or would. With a fault nothing was changed."""

    faults: Sequence[Fault]
    rows: Sequence[PersonRow] = ()
    ids: Sequence[PersonId] = ()
    founded: bool = False
    """Only names and phones, and people who are on duty: the world has its registers already."""
    teams: int = 0
    offices: int = 0
    """With somebody on duty."""
    all_offices: int = 0

    @property
    def responders(self) -> int:
        return sum(row.responds for row in self.rows)


class Ground(NamedTuple):
    """What a world is founded with if it is not founded yet."""

    areas: str
    under: AreaCode
    seed: int


def is_founded(data: Path) -> bool:
    return (data / OPERATOR_TOKEN).exists()


async def import_people(file: Path, data: Path, ground: Ground, *, check: bool) -> Imported:
    """Raises `StoreError`, `LogUnavailable`, `BrokenRegister`, `KeyError` for a ground that there is not."""
    plan = read_plan(data)
    base = await _registers(data, plan, ground)
    rows, faults = read_people(file, base.areas)
    if faults:
        return Imported(faults)
    if is_founded(data):
        return await _bring_names(rows, base, data, file.name, check=check)
    brought = registers_of(rows, base)
    if not check:
        fresh = SampledRegisters(_bytes_of(base, data, ground), brought.people, brought.organisation)
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        old = plan or WorldPlan(world=LIVE, **fresh.digests._asdict())
        async with open_vault(data) as vault:
            roster = Roster(vault)
            faults = await _erased(roster, rows, file.name)
            if faults:
                return Imported(faults)
            await roster.keep(brought.entries)
        write_plan(data, fresh, msgspec.structs.replace(old, sampled=False, **fresh.digests._asdict()))
    teams = {row.team for row in rows if row.team[1]}
    offices = {row.office for row in rows if row.office}
    whole = len(base.organisation.offices)
    return Imported((), rows, brought.ids, False, len(teams), len(offices), whole)


async def _bring_names(
    rows: Sequence[PersonRow], base: RegisterSet, data: Path, file: str, *, check: bool
) -> Imported:
    on_duty = {person for office in base.organisation.offices.values() for person in office.duty}
    faults = [
        fault(file, row.cells.row, row.cells.where("id"), "id_not_founded", found=row.id)
        for row in rows
        if not row.id
        or (row.responds and base.people.get(row.id) is None)
        or (not row.responds and row.id not in on_duty and base.people.get(row.id) is not None)
    ]
    if not faults:
        async with open_vault(data) as vault:
            roster = Roster(vault)
            faults = await _erased(roster, rows, file)
            if not faults and not check:
                await roster.keep({row.id: Entry(row.name, row.phone) for row in rows})
    return Imported(faults) if faults else Imported((), rows, [row.id for row in rows], True)


async def _erased(roster: Roster, rows: Sequence[PersonRow], file: str) -> list[Fault]:
    known = await roster.get_many(row.id for row in rows if row.id)
    return [
        fault(file, row.cells.row, row.cells.where("id"), "id_erased", found=row.id)
        for row in rows
        if row.id in known and known[row.id] is None
    ]


async def _registers(data: Path, plan: WorldPlan | None, ground: Ground) -> RegisterSet:
    if plan is None:
        return sampled_registers(ground.areas, ground.under, ground.seed).open()

    async def nowhere(digest: str) -> bytes | None:
        return None

    return await RegisterCache(data / "registers", nowhere).open(plan.digests)


def _bytes_of(base: RegisterSet, data: Path, ground: Ground) -> bytes:
    """The areas stay to the byte."""
    path = data / "registers" / f"{base.areas.digest}.register"
    if path.exists():
        return path.read_bytes()
    return sampled_registers(ground.areas, ground.under, ground.seed).areas


def write_back(file: Path, imported: Imported) -> None:
    """The same rows with the ids they got, to be kept for the next time. Cells that would be formulas are quoted."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        file.chmod(0o600)
        writer = csv.writer(opened)
        writer.writerow(COLUMNS.words.values())
        for row, id in zip(imported.rows, imported.ids, strict=True):
            texts = {**row.cells.texts, "id": id, "name": row.name, "phone": row.phone}
            writer.writerow([quoted(texts.get(column, "")) for column in COLUMNS.words])
