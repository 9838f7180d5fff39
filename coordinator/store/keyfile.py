"""Files that only their owner can read, whole or not there; above all the keys, which Redis never holds.

Keys have 32 bytes and are made at the first start. None is rotated: who loses the chain key can still read the log,
but no longer prove it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

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
    with _new_private(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_private(path: Path, data: bytes) -> None:
    """The same for a file that may be there already: a reader sees the old bytes or the new, never half."""
    with private_draft(path) as file:
        file.write(data)


@contextmanager
def private_draft(path: Path) -> Iterator[BinaryIO]:
    """A file to be written piece by piece, which takes its place when all is on the disk, or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with _new_private(draft) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def _new_private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def sync_directory(directory: Path) -> None:
    """A new name survives a power loss only when its directory was synced too."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
