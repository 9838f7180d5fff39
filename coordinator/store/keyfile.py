"""Keys of 32 bytes in files that only their owner can read, made at the first start. Redis never holds one.

Does not rotate: who loses the chain key can still read the log, but no longer prove it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from coordinator.store.errors import StoreError

KEY_BYTES: Final = 32


def open_key(path: Path) -> bytes:
    """The key in that file, made where there is none. Two processes that start at once get the same key."""
    if not path.exists():
        _create(path)
    if path.stat().st_mode & 0o077:
        raise StoreError("key_unusable", path=path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise StoreError("key_unusable", path=path)
    return key


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_private(draft, secrets.token_bytes(KEY_BYTES))
    try:
        # link() fails where the name is taken: the first one in wins, and nobody sees half a key.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_directory(path.parent)


def write_private(path: Path, data: bytes) -> None:
    """A new file with mode 0600 from its first byte on, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_private(path: Path, data: bytes) -> None:
    """The same for a file that may be there already: a reader sees the old bytes or the new, never half."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_private(draft, data)
    draft.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """A new name survives a power loss only when its directory was synced too."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
