"""What a rule is handed beside the state: the time, who asks, and what stands outside of the log by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from coordinator.domain.access import Actor
from coordinator.domain.area import AreaCode
from coordinator.domain.measures import Measures
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import Registers

MeasuresFor = Callable[[str, ResponseLevel, AreaCode], Measures]
"""(playbook digest, level, area) -> what that level asks of that area. Raises `Refused("unknown_playbook")`."""
GrantedTo = Callable[[str], Iterable[AreaCode]]
"""Person -> areas on which they hold a role now. Grants stand in the log of the root, and a rule is of one scope."""


def nobody(person: str) -> Iterable[AreaCode]:
    """Where no grants are known: nobody holds a role anywhere."""
    return ()


@dataclass(frozen=True, slots=True)
class Context:
    now: datetime
    """The world's time."""
    recorded: datetime
    """The log server's time."""
    actor: Actor
    key: str
    registers: Registers
    measures: MeasuresFor
    granted: GrantedTo = nobody

    def new_id(self, kind: str) -> str:
        """An id that the same command always gets: made from its key."""
        return f"{kind}-{hashlib.blake2b(f'{self.key}/{kind}'.encode(), digest_size=6).hexdigest()}"
