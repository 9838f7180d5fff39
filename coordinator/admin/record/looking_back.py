"""What commands that look back open first: the record, and the names of its areas. Reads and never writes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from coordinator.admin.say import fail, say
from coordinator.wire.exits import Exit

if TYPE_CHECKING:
    from coordinator.admin.record.reading import Record
    from coordinator.domain.register import AreaRegister


def record_of(data: Path, log: Path | None) -> Record:
    """Of an export, or of the data directory's log; what is wrong with it ends the command."""
    from coordinator.admin.record.reading import NoRecord, read_record
    from coordinator.store.archive import ArchiveUnreadable
    from coordinator.store.errors import StoreError
    from coordinator.store.log import ChainBroken, LogUnavailable

    try:
        return asyncio.run(read_record(data, log))
    except (NoRecord, ArchiveUnreadable, StoreError) as wrong:
        fail(str(wrong), Exit.VALIDATION)
    except ChainBroken as broken:
        fail(
            f"断链，不据此回看：{broken}\nThe chain is broken, nothing is told from it: {broken}", Exit.FAILED
        )
    except LogUnavailable as away:
        fail(f"日志服务器不可达 the log's server is not to be reached: {away}", Exit.DEPENDENCY)


def areas_of(data: Path) -> AreaRegister | None:
    """For names; None where the data directory has none."""
    from coordinator.admin.run.founding import read_plan
    from coordinator.store.columns import BrokenRegister, map_file
    from coordinator.store.registers import AreaColumns

    plan = read_plan(data)
    if plan is None:
        return None
    try:
        return AreaColumns(map_file(data / "registers" / f"{plan.areas}.register"), expected=plan.areas)
    except (OSError, BrokenRegister) as wrong:
        say(f"没有区划名称：{wrong}\nno register of areas: {wrong}")
        return None
