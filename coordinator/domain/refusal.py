"""How a rule says no: a stable code and the facts for the sentence, which `wire/errors.py` says in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coordinator.domain.event import Event


class Refused(Exception):
    """A command is not carried out and nothing has changed. `code` is part of the interface and never reused.

    A refusal that has to be on record (somebody tried to lower while a person was missing) brings the event that
    says so; everything else leaves no trace in the log.
    """

    def __init__(self, code: str, *, record: Event | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.record = record
        self.facts = {name: str(value) for name, value in facts.items()}

    @classmethod
    def of(cls, code: str, facts: Mapping[str, str]) -> Refused:
        """With facts that stand in a mapping already, e.g. what is kept of a refusal given before."""
        refusal = cls(code)
        refusal.facts = dict(facts)
        return refusal

    def __str__(self) -> str:
        return self.code + "".join(f" {name}={value}" for name, value in self.facts.items())
