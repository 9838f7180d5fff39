"""What the simulated teams did, counted as they did it. The record is the log; this is only what they remember."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from clients.simulator.behaviour.desk import Order
from coordinator.domain.call_out import Answer


class Step(msgspec.Struct):
    """One line of the story as it was told."""

    at: str
    zh: str
    en: str


class Offline(msgspec.Struct):
    """A span without a network."""

    who: str
    minutes: int
    piled_up: int
    """Commands that waited."""


class Notes:
    def __init__(self) -> None:
        self.commands: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        """`Command code`: how often."""
        self.coming = 0
        self.declined = 0
        self.offline: list[Offline] = []
        self.story: list[Step] = []

    def accepted(self, order: Order) -> None:
        self.commands[type(order.command).__name__] += 1
        if isinstance(order.command, Answer):
            self.coming += sum(answer.coming for answer in order.command.answers)
            self.declined += sum(not answer.coming for answer in order.command.answers)

    def refused(self, order: Order, code: str) -> None:
        self.refusals[f"{type(order.command).__name__} {code}"] += 1

    def write(self, path: Path) -> None:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(vars(self), order="sorted")))
