"""How a rule says no: a stable code and the facts for the sentence, which `wire/errors.py` says in two languages."""

from __future__ import annotations


class Refused(Exception):
    """A command is not carried out and nothing has changed. `code` is part of the interface and never reused."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = {name: str(value) for name, value in facts.items()}

    def __str__(self) -> str:
        return self.code + "".join(f" {name}={value}" for name, value in self.facts.items())
