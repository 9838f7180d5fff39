"""Opens the three registers of a world by digest and keeps their files on this machine. It hands out what the
rules ask for (`domain/register.py`); it changes no register and knows no rule.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple, TypeVar
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from coordinator.store.columns import BrokenRegister, Buffer, Digest, digest_of, map_file
from coordinator.store.register_areas import AreaColumns, build_areas
from coordinator.store.register_organisation import OrganisationTable, build_organisation
from coordinator.store.register_people import PeopleColumns, PeopleRows, build_people, build_people_columns

__all__ = [
    "AreaColumns",
    "BrokenRegister",
    "Digest",
    "GetBlob",
    "OrganisationTable",
    "PeopleColumns",
    "PeopleRows",
    "RegisterCache",
    "RegisterDigests",
    "RegisterMissing",
    "RegisterSet",
    "build_areas",
    "build_organisation",
    "build_people",
    "build_people_columns",
    "digest_of",
    "open_registers",
]

GetBlob = Callable[[str], Awaitable[bytes | None]]
"""Fetches the bytes of a digest from the log server; None if it does not have them."""

DIGEST: Final = re.compile(r"[0-9a-f]{64}")
Register = TypeVar("Register", AreaColumns, PeopleColumns, OrganisationTable)


class RegisterMissing(LookupError):
    """Neither this machine nor the log server has the register of that digest."""


class RegisterDigests(NamedTuple):
    """The names of the three registers that one world uses."""

    areas: str
    people: str
    organisation: str


@dataclass(frozen=True)
class RegisterSet:
    """The three registers of one world, opened. It is what rules and boards get as `Registers`."""

    areas: AreaColumns
    people: PeopleColumns
    organisation: OrganisationTable

    @property
    def digests(self) -> RegisterDigests:
        return RegisterDigests(self.areas.digest, self.people.digest, self.organisation.digest)

    @cached_property
    def home_area(self) -> NDArray[np.int32]:
        """Per person, the index of the home in `areas`; -1 for a home that this tree does not have."""
        known = [self.areas.index_of(home) if home in self.areas else -1 for home in self.people.homes]
        of_person = np.array(known, dtype=np.int32)[self.people.home]
        of_person.flags.writeable = False
        return of_person


def open_registers(areas: Buffer, people: Buffer, organisation: Buffer) -> RegisterSet:
    """The registers in these bytes. Raises `BrokenRegister`."""
    return RegisterSet(AreaColumns(areas), PeopleColumns(people), OrganisationTable(organisation))


class RegisterCache:
    """The files of registers on this machine, by digest. What is damaged or missing is fetched again,
    once; what is open in this process is opened once, however many scopes use it."""

    def __init__(self, directory: Path, get_blob: GetBlob) -> None:
        self._directory = directory
        self._get_blob = get_blob
        self._opened: WeakValueDictionary[str, AreaColumns | PeopleColumns | OrganisationTable] = (
            WeakValueDictionary()
        )
        self._opening = asyncio.Lock()

    async def open(self, digests: RegisterDigests) -> RegisterSet:
        async with self._opening:
            return RegisterSet(
                await self._open(digests.areas, AreaColumns),
                await self._open(digests.people, PeopleColumns),
                await self._open(digests.organisation, OrganisationTable),
            )

    async def keep(self, data: bytes) -> Digest:
        """Puts a register's bytes where the next `open` finds them; the log server is not told."""
        digest = digest_of(data)
        await asyncio.to_thread(self._write, digest, data)
        return digest

    async def _open(self, digest: str, register: type[Register]) -> Register:
        opened = self._opened.get(digest)
        if opened is None:
            opened = await self._open_file(digest, register)
            self._opened[digest] = opened
        if not isinstance(opened, register):
            raise BrokenRegister(f"{digest} is not the register that was asked for")
        return opened

    async def _open_file(self, digest: str, register: type[Register]) -> Register:
        if not DIGEST.fullmatch(digest):  # it becomes a file's name
            raise BrokenRegister(f"{digest!r} is no digest")
        try:
            return await asyncio.to_thread(self._read, digest, register)
        except (FileNotFoundError, BrokenRegister):
            data = await self._get_blob(digest)
        if data is None:
            raise RegisterMissing(digest)
        if digest_of(data) != digest:
            raise BrokenRegister(f"the bytes fetched for {digest} have another digest")
        await asyncio.to_thread(self._write, digest, data)
        return await asyncio.to_thread(self._read, digest, register)

    def _read(self, digest: str, register: type[Register]) -> Register:
        return register(map_file(self._path(digest)), expected=digest)

    def _write(self, digest: str, data: bytes) -> None:
        """Whole or not at all: other processes of this machine map the same file."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._directory, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(self._path(digest))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _path(self, digest: str) -> Path:
        return self._directory / f"{digest}.register"
