"""The vault 保密库: what identifies a person (names, contacts, free text, photos), which the log must not know.

Everything is encrypted under a data key per operation or roster; destroying that key erases all of it for good. The
vault decides nothing about who may read, and stores no plaintext and no unwrapped key anywhere.

Cells: `item:REF` holds the data key's name, a nonce and AES-256-GCM of the plaintext; `key:KEY_ID` the data key,
wrapped by the master key from a file that Redis never sees, or the mark that it was destroyed. A data key is unwrapped
anew for each call: none is cached, so an erasure holds in every process at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coordinator.store.cells import Cells

_NONCE_BYTES: Final = 12
_KEY_BITS: Final = 256
_WRAPPED: Final = b"k"
_DESTROYED: Final = b"x"
_NAME_LENGTH: Final = 200


class Secret(NamedTuple):
    """One thing to keep: under an opaque reference, encrypted by the data key of that name."""

    ref: str
    plaintext: bytes
    key_id: str


class Erased(NamedTuple):
    """What is left of a secret whose data key was destroyed."""

    ref: str
    key_id: str


class DataKeyDestroyed(Exception):
    """Nothing can be put under this key any more."""

    def __init__(self, key_id: str) -> None:
        super().__init__(key_id)
        self.key_id = key_id


class VaultDamaged(Exception):
    """A cell does not fit the master key, or was changed or moved."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Vault:
    """One world's vault. `master` has 32 bytes, from `keyfile.open_key`. Calls raise `LogUnavailable`."""

    def __init__(self, cells: Cells, world: str, master: bytes) -> None:
        self._cells = cells
        self._world = world
        self._master = AESGCM(master)

    async def put(self, ref: str, plaintext: bytes, key_id: str) -> None:
        """Keeps it, in place of what that reference held. Raises `DataKeyDestroyed`."""
        await self.put_many([Secret(ref, plaintext, key_id)])

    async def put_many(self, secrets: Sequence[Secret]) -> None:
        """The same for many, all or none; a roster is best put some thousand at a time."""
        keys = await self._keys_to_write({secret.key_id for secret in secrets})
        await self._cells.put(
            {f"item:{_named(secret.ref)}": self._seal(secret, keys[secret.key_id]) for secret in secrets}
        )

    async def get(self, ref: str) -> bytes | Erased | None:
        """The plaintext, `Erased`, or None for a reference that never was. Raises `VaultDamaged`."""
        return (await self.get_many([ref]))[ref]

    async def get_many(self, refs: Iterable[str]) -> dict[str, bytes | Erased | None]:
        """The same for many, as a contact list needs it, in two calls to the server."""
        wanted = list(dict.fromkeys(refs))
        items = dict(
            zip(wanted, await self._cells.get([f"item:{_named(ref)}" for ref in wanted]), strict=True)
        )
        key_ids = {ref: _key_id(ref, item) for ref, item in items.items() if item is not None}
        keys = await self._keys(sorted(set(key_ids.values())))
        found: dict[str, bytes | Erased | None] = {}
        for ref, item in items.items():
            if item is None:
                found[ref] = None
                continue
            key = keys[key_ids[ref]]
            found[ref] = (
                Erased(ref, key_ids[ref]) if key is None else self._open(ref, key_ids[ref], item, key)
            )
        return found

    async def destroy(self, key_ids: Iterable[str]) -> None:
        """Makes everything under these keys unreadable for good, also what is put there by a racing writer.

        Returns when the server's file was rewritten without the wrapped keys; if that cannot be had now, raises
        `LogUnavailable`: they are unreadable already, say it again. A backup made before still holds them, and is
        erased by ageing out or by destroying the master key it was made under.
        """
        await self._cells.put_for_good({f"key:{_named(key_id)}": _DESTROYED for key_id in key_ids})

    async def close(self) -> None:
        await self._cells.close()

    async def _keys(self, key_ids: Sequence[str]) -> dict[str, AESGCM | None]:
        """Data keys by name; None for one that was destroyed."""
        cells = await self._cells.get([f"key:{key_id}" for key_id in key_ids])
        keys: dict[str, AESGCM | None] = {}
        for key_id, cell in zip(key_ids, cells, strict=True):
            if cell is None:
                raise VaultDamaged(f"key:{key_id}")
            keys[key_id] = self._unwrap(key_id, cell)
        return keys

    async def _keys_to_write(self, key_ids: Iterable[str]) -> dict[str, AESGCM]:
        names = sorted(map(_named, key_ids))
        cells = dict(zip(names, await self._cells.get([f"key:{key_id}" for key_id in names]), strict=True))
        fresh = [key_id for key_id, cell in cells.items() if cell is None]
        # Of two who come first at once one wins, and both use the winner's key.
        won = await self._cells.put_new({f"key:{key_id}": self._new_key(key_id) for key_id in fresh})
        cells.update(zip(fresh, won, strict=True))
        keys: dict[str, AESGCM] = {}
        for key_id, cell in cells.items():
            key = self._unwrap(key_id, cell) if cell is not None else None
            if key is None:
                raise DataKeyDestroyed(key_id)
            keys[key_id] = key
        return keys

    def _new_key(self, key_id: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        key = AESGCM.generate_key(_KEY_BITS)
        return _WRAPPED + nonce + self._master.encrypt(nonce, key, self._bound_to("key", key_id))

    def _unwrap(self, key_id: str, cell: bytes) -> AESGCM | None:
        if cell == _DESTROYED:
            return None
        nonce, wrapped = cell[1 : 1 + _NONCE_BYTES], cell[1 + _NONCE_BYTES :]
        try:
            return AESGCM(self._master.decrypt(nonce, wrapped, self._bound_to("key", key_id)))
        except (InvalidTag, ValueError):
            raise VaultDamaged(f"key:{key_id}") from None

    def _seal(self, secret: Secret, key: AESGCM) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        name = secret.key_id.encode()
        bound = self._bound_to("item", secret.key_id, secret.ref)
        return len(name).to_bytes(2, "big") + name + nonce + key.encrypt(nonce, secret.plaintext, bound)

    def _open(self, ref: str, key_id: str, item: bytes, key: AESGCM) -> bytes:
        sealed = item[2 + len(key_id.encode()) :]
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return key.decrypt(nonce, ciphertext, self._bound_to("item", key_id, ref))
        except (InvalidTag, ValueError):
            raise VaultDamaged(f"item:{ref}") from None

    def _bound_to(self, *names: str) -> bytes:
        """What a ciphertext is bound to, so that it opens in no other place or world."""
        parts = [name.encode() for name in (self._world, *names)]
        return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def _key_id(ref: str, item: bytes) -> str:
    length = int.from_bytes(item[:2], "big")
    try:
        return item[2 : 2 + length].decode()
    except UnicodeDecodeError:
        raise VaultDamaged(f"item:{ref}") from None


def _named(name: str) -> str:
    if not 0 < len(name) <= _NAME_LENGTH:
        raise ValueError(f"a reference or key id has 1 to {_NAME_LENGTH} characters")
    return name
