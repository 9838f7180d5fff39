"""What an observer 评估员 ticks in a drill: the items that a machine cannot see, as the script lists them.

Holds what an item takes; a tick is an event of `inject.py`, and what it is worth `drills/score.py` says.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.command import Reason
from coordinator.domain.text import Text


class ItemKind(StrEnum):
    """AQ/T 9009: yes or no, by a scale, or timed."""

    YES_NO = "yes_no"
    SCALE = "scale"
    TIMED = "timed"


VALUES: Final = {ItemKind.YES_NO: (0, 1), ItemKind.SCALE: (0, 1, 3, 5)}
"""What may be ticked. A timed item takes any number of seconds."""


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to look at, on the drill's own board, where observers find it."""

    key: str
    kind: ItemKind
    text: Text
    target: int = 0
    """Seconds, of a timed one."""

    def takes(self, value: int) -> bool:
        known = VALUES.get(self.kind)
        return known is None or value in known


class ItemGiven(BaseModel):
    """An item as the script has it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    key: Reason
    kind: ItemKind
    zh: str = Field(min_length=1, max_length=400)
    en: str = Field(min_length=1, max_length=800)
    target: int = Field(default=0, ge=0, le=1_000_000)
    """Seconds, of a timed one."""

    @property
    def item(self) -> Item:
        return Item(self.key, self.kind, Text(self.zh, self.en), self.target)


Items = Annotated[list[ItemGiven], Field(max_length=200)]
