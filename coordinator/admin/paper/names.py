"""Names and phones for paper: from the roster of a data directory, or invented where nobody is real.

Works with every server down, by starting the directory's own for a moment; where even that fails, paper has ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from coordinator.admin.record.open_log import open_vault
from coordinator.admin.run.ground import Ground
from coordinator.settings import Settings
from coordinator.store.embedded import Role
from coordinator.store.errors import StoreError
from coordinator.store.invented import invented
from coordinator.store.log import LogUnavailable
from coordinator.store.roster import Entry, PersonId, Roster
from coordinator.store.vault import VaultDamaged


class NoNames(Exception):
    """The roster cannot be read now; says why."""


def names_for(ground: Ground, people: Iterable[PersonId]) -> dict[PersonId, Entry | None]:
    """Raises `NoNames`."""
    data = ground.data
    if data is not None and (Settings().redis_url or (data / Role.LOG.value).exists()):
        try:
            return asyncio.run(_read(data, people, ground))
        except (StoreError, LogUnavailable, VaultDamaged) as wrong:
            if not ground.sampled:
                raise NoNames(str(wrong)) from wrong
    return {person: invented(person) for person in people} if ground.sampled else {}


async def _read(data: Path, people: Iterable[PersonId], ground: Ground) -> dict[PersonId, Entry | None]:
    async with open_vault(data) as vault:
        return await Roster(vault, invented if ground.sampled else None).get_many(people)
