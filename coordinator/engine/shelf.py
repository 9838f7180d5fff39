"""Playbooks by digest, and what they ask of an area. A published version is stored beside the log and never changes."""

from __future__ import annotations

from functools import lru_cache

from coordinator.domain.area import AreaCode
from coordinator.domain.measures import Measures
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister
from coordinator.domain.state import ScopeState
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import resolve
from coordinator.store.log import EventLog


class Shelf:
    """The playbooks this coordinator can resolve. `measures` is what rules are handed."""

    def __init__(self, log: EventLog, areas: AreaRegister) -> None:
        self._log = log
        self._areas = areas
        self._playbooks: dict[str, Playbook] = {}
        self._resolve = lru_cache(maxsize=50_000)(self._resolved)

    async def publish(self, playbook: Playbook) -> str:
        """Store it by digest, durable before any event names it. Gives the digest."""
        await self._log.put_blob(playbook.digest, library.to_json(playbook))
        self._playbooks[playbook.digest] = playbook
        return playbook.digest

    async def publish_bundled(self) -> None:
        for playbook_id in library.bundled_ids():
            await self.publish(library.bundled(playbook_id))

    async def fetch(self, digest: str) -> None:
        """Have a version at hand that another coordinator published. Raises `Refused("unknown_playbook")`."""
        if digest in self._playbooks:
            return
        data = await self._log.get_blob(digest)
        if data is None:
            raise Refused("unknown_playbook", playbook=digest)
        self._playbooks[digest] = library.from_json(data)

    async def fetch_running(self, state: ScopeState) -> None:
        """Have at hand whatever an operation of this scope runs by, also one that another coordinator declared."""
        for operation in state.operations.values():
            if not operation.closed and operation.playbook not in self._playbooks:
                await self.fetch(operation.playbook)

    def measures(self, digest: str, level: ResponseLevel, area: AreaCode) -> Measures:
        """Raises `Refused`: `unknown_playbook`, `unknown_area`."""
        return self._resolve(digest, level, area)

    def _resolved(self, digest: str, level: ResponseLevel, area: AreaCode) -> Measures:
        playbook = self._playbooks.get(digest)
        if playbook is None:
            raise Refused("unknown_playbook", playbook=digest)
        known = self._areas.get(area)
        if known is None:
            raise Refused("unknown_area", area=area)
        return resolve(playbook, level, area, known.level, self._areas.attributes(area))

    def published(self) -> list[Playbook]:
        return sorted(self._playbooks.values(), key=lambda one: (one.id, one.version))
