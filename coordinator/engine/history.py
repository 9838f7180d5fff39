"""A scope's log read back: any page of it, and where in it an instant lies. Reads and decodes; knows no rights."""

from __future__ import annotations

from datetime import datetime

from coordinator.domain import rules
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.store.log import ChainBroken, EventLog, LogUnavailable


class History:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def page(self, scope: str, after: int, limit: int) -> list[Recorded]:
        """Entries behind `after`, which is not the last, in order: at least one.

        Raises `Refused`: `not_in_log`, `chain_broken`, `log_unavailable`.
        """
        try:
            head = await self._log.head_at(scope, after)
            if head is None:
                raise Refused("not_in_log", scope=scope, position=after)
            entries = await self._log.read(scope, head, limit)
        except LogUnavailable:
            raise Refused("log_unavailable") from None
        except ChainBroken as broken:
            raise Refused("chain_broken", scope=broken.scope, position=broken.position) from None
        if not entries:  # the log has lost its end since somebody looked where it ends
            raise Refused("not_in_log", scope=scope, position=after + 1)
        return [rules.decode(entry.body) for entry in entries]

    async def before(self, scope: str, instant: datetime, head: int) -> int:
        """Position of the last entry that happened before an instant of the world; 0: none. `head` is the last one.

        The world's time never runs backwards in a log, so halving finds it: twenty reads in a million entries.
        """
        low, high = 0, head
        while low < high:
            middle = (low + high + 1) // 2
            found = await self.page(scope, middle - 1, 1)
            if found[0].stamp.at < instant:
                low = middle
            else:
                high = middle - 1
        return low
