"""Words and pictures of persons: kept in the vault under their operation's key, read by those who may watch the place.

The log carries only the reference; it says which operation and which area, so that rights can be judged by it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from coordinator.domain.access import WATCH, WATCHES_ALL, Actor, may
from coordinator.domain.operation import Operation
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister
from coordinator.store.vault import DataKeyDestroyed, Erased, Vault

MAX_BYTES: Final = 16 * 1024


class Texts:
    """References are `OPERATION.AREA.CHANCE`."""

    def __init__(self, vault: Vault, areas: AreaRegister, operation: Callable[[str], Operation]) -> None:
        self._vault = vault
        self._areas = areas
        self._operation = operation

    async def keep(self, actor: Actor, area: str, operation: str, text: str) -> str:
        may(actor, "KeepText", area, self._areas)
        known = self._operation(operation)
        if known.erased:
            raise Refused("erased", operation=operation)
        data = text.encode()
        if not data or len(data) > MAX_BYTES:
            raise Refused("bad_text", bytes=len(data), most=MAX_BYTES)
        ref = f"{operation}.{area}.{secrets.token_hex(8)}"
        try:
            await self._vault.put(ref, data, operation)
        except DataKeyDestroyed:
            raise Refused("erased", operation=operation) from None
        return ref

    async def read(self, actor: Actor, ref: str) -> str:
        operation, _, rest = ref.partition(".")
        area = rest.partition(".")[0]
        if actor.role not in WATCHES_ALL:
            may(actor, WATCH, area, self._areas)
        found = await self._vault.get(ref)
        if found is None:
            raise Refused("unknown_ref", ref=ref)
        if isinstance(found, Erased):
            raise Refused("erased", operation=operation)
        return found.decode()

    async def erase(self, operation: str) -> None:
        """Destroy the operation's key: nothing kept under it can ever be read again."""
        await self._vault.destroy([operation])
