"""Words and pictures of persons: kept in the vault under their operation's key, read by those who may watch the place.

The log carries only the reference; it says which operation and which area, so that rights can be judged by it, and of
a picture which kind. It says nothing of the content: not even whether two are the same.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Final

from coordinator.domain.access import WATCH, Actor, may
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister
from coordinator.store.vault import DataKeyDestroyed, Erased, Vault

MAX_BYTES: Final = 16 * 1024
MAX_PICTURE: Final = 512 * 1024
"""A phone makes its photos small before it sends them."""

PICTURES: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "webp": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
}
"""Kinds of picture, by how their bytes begin: what somebody says it is counts for nothing."""


class Texts:
    """References are `OPERATION.AREA.CHANCE`; those of pictures end in their kind."""

    def __init__(self, vault: Vault, areas: AreaRegister, erased: Callable[[str], bool]) -> None:
        """`erased`: whether what was kept for an operation or a drill is destroyed; refuses where there is none."""
        self._vault = vault
        self._areas = areas
        self._erased = erased

    async def keep(self, actor: Actor, area: str, operation: str, text: str, once: str = "") -> str:
        """`once`: a key that only the sender knows; who sends the same with it again gets the same reference."""
        data = text.encode()
        if not data or len(data) > MAX_BYTES:
            raise Refused("bad_text", bytes=len(data), most=MAX_BYTES)
        return await self._keep(actor, area, operation, data, once, "")

    async def keep_picture(
        self, actor: Actor, area: str, operation: str, kind: str, data: bytes, once: str = ""
    ) -> str:
        begins_right = PICTURES.get(kind)
        if begins_right is None or len(data) > MAX_PICTURE or not begins_right(data):
            raise Refused("bad_picture", bytes=len(data), most=MAX_PICTURE)
        return await self._keep(actor, area, operation, data, once, f".{kind}")

    async def _keep(
        self, actor: Actor, area: str, operation: str, data: bytes, once: str, ending: str
    ) -> str:
        may(actor, "KeepText", area, self._areas)
        if self._erased(operation):
            raise Refused("erased", operation=operation)
        ref = f"{operation}.{area}.{_chance(actor, once, data)}{ending}"
        try:
            await self._vault.put(ref, data, operation)
        except DataKeyDestroyed:
            raise Refused("erased", operation=operation) from None
        return ref

    async def read(self, actor: Actor, ref: str) -> str:
        if kind_of(ref):
            raise Refused("unknown_ref", ref=ref)
        return (await self._read(actor, ref)).decode()

    async def read_picture(self, actor: Actor, ref: str) -> bytes:
        """For a reference that `kind_of` says is a picture's."""
        return await self._read(actor, ref)

    async def _read(self, actor: Actor, ref: str) -> bytes:
        operation, _, rest = ref.partition(".")
        area = rest.partition(".")[0]
        # Other things stand in the same vault, whose names are no references: who is behind an id, for one.
        if area not in self._areas:
            raise Refused("unknown_ref", ref=ref)
        may(actor, WATCH, area, self._areas)
        try:
            erased = self._erased(operation)
        except Refused:
            raise Refused("unknown_ref", ref=ref) from None
        found = None if erased else await self._vault.get(ref)
        if erased or isinstance(found, Erased):
            raise Refused("erased", operation=operation)
        if found is None:
            raise Refused("unknown_ref", ref=ref)
        return found

    async def erase(self, operation: str) -> None:
        """Destroy the operation's key: nothing kept under it can ever be read again."""
        await self._vault.destroy([operation])


def kind_of(ref: str) -> str:
    """`jpeg`, `png` or `webp` for a picture's reference; empty for words."""
    ending = ref.rpartition(".")[2]
    return ending if ending in PICTURES else ""


def _chance(actor: Actor, once: str, data: bytes) -> str:
    """Not to be guessed from the content: the sender's key is in it, and that key stands in no log.

    The content is in it as well, so that nobody can put something else where a reference points to already.
    """
    if not once:
        return secrets.token_hex(8)
    digest = hashlib.blake2b(actor.person.encode(), key=once.encode()[:64], digest_size=8)
    digest.update(b"\0" + data)
    return digest.hexdigest()
