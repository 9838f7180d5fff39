"""The roster 花名册 of a world: who is behind an id, and the phone. It stands in the vault, under a key per person.

It decides nothing about who may read (`domain/acquaintance.py` does), and erasing a person is destroying their key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Final

import msgspec

from coordinator.store.vault import DataKeyDestroyed, Erased, Secret, Vault

AT_ONCE: Final = 1000
"""Entries of one call to the server."""

PersonId = str
"""A responder's, or that of anybody else who is on a duty roster or holds a grant."""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What identifies a person. It stands in no event, no register, no board and no queue."""

    name: str
    phone: str = ""


Invent = Callable[[PersonId], Entry]
_entries: Final = msgspec.json.Decoder(Entry)


class Roster:
    """One world's. `invent` gives the entry of whoever has none: only for a world whose people are not real.

    Calls raise `LogUnavailable`.
    """

    def __init__(self, vault: Vault, invent: Invent | None = None) -> None:
        self._vault = vault
        self._invent = invent

    async def get_many(self, people: Iterable[PersonId]) -> dict[PersonId, Entry | None]:
        """Of whom there is an entry; None for whom was erased. Who never was in it is missing."""
        wanted = list(dict.fromkeys(people))
        found: dict[PersonId, Entry | None] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            kept = await self._vault.get_many(map(_name, some))
            for person in some:
                match kept[_name(person)]:
                    case Erased():
                        found[person] = None
                    case bytes(text):
                        found[person] = _entries.decode(text)
                    case None if self._invent is not None:
                        found[person] = self._invent(person)
        return found

    async def keep(self, entries: Mapping[PersonId, Entry]) -> None:
        """In place of what they had. Raises `DataKeyDestroyed` for whom was erased."""
        listed = list(entries.items())
        for start in range(0, len(listed), AT_ONCE):
            await self._vault.put_many(
                [
                    Secret(_name(person), msgspec.json.encode(entry), _name(person))
                    for person, entry in listed[start : start + AT_ONCE]
                ]
            )

    async def erase(self, person: PersonId) -> None:
        """For good, also of whom there is no entry: nobody can be put under this id again."""
        with suppress(DataKeyDestroyed):
            await self.keep({person: Entry("")})  # what never was cannot be told from what is gone
        await self._vault.destroy([_name(person)])


def _name(person: PersonId) -> str:
    """Of the entry, and of the key that it alone is under."""
    return f"person:{person}"


def masked(phone: str) -> str:
    """138****1234: enough to tell two phones apart, not enough to call. A short one shows its last two digits."""
    if len(phone) < 9:
        return "*" * max(0, len(phone) - 2) + phone[-2:]
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
