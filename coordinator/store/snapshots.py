"""Snapshots of a scope's state: opaque bytes that spare a replay, kept as files on the machine that made them.

As files and not on the log's server: a snapshot can always be computed again, and megabytes of it under
`appendfsync always` would hold up the orders. Never trusted blindly: a MAC covers name and bytes, so that whoever
can write the file cannot plant a state. Methods block; call them from a thread.
"""

from __future__ import annotations

import hmac
import re
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from coordinator.store.keyfile import replace_private
from coordinator.store.log import Head
from coordinator.store.names import check_scope, check_world

KEPT: Final = 2
"""Of each scope and fingerprint: the newest, and one before it in case the newest is damaged."""

_MAC_BYTES: Final = 32
_NAME: Final = re.compile(r"(\d{1,19})\.(\d{1,19})\.([0-9a-z]+)\.snapshot")
_FINGERPRINT: Final = re.compile(r"[0-9a-z]+")

_log = structlog.get_logger(__name__)


class Snapshot(NamedTuple):
    """The state of a scope after the entry at `head`, in an epoch, as written by code of that fingerprint."""

    scope: str
    head: Head
    epoch: int
    fingerprint: str
    """Of state code and schema, in lower-case letters and digits: another one means replay."""
    state: bytes


class Snapshots:
    """One world's snapshots under a directory."""

    def __init__(self, directory: Path, world: str, key: bytes) -> None:
        self._directory = directory / check_world(world)
        self._world = world
        self._key = key

    def save(self, snapshot: Snapshot) -> None:
        """On the disk when this returns; older ones beyond the last two are removed."""
        if not _FINGERPRINT.fullmatch(snapshot.fingerprint):
            raise ValueError(f"a fingerprint is lower-case letters and digits, not {snapshot.fingerprint!r}")
        folder = self._folder(snapshot.scope)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{snapshot.head.position}.{snapshot.epoch}.{snapshot.fingerprint}.snapshot"
        payload = snapshot.head.mac.rjust(_MAC_BYTES, b"\0") + snapshot.state
        replace_private(folder / name, self._mac(snapshot.scope, name, payload) + payload)
        for old in self._found(snapshot.scope, snapshot.fingerprint)[KEPT:]:
            old.unlink(missing_ok=True)

    def newest(self, scope: str, fingerprint: str) -> Snapshot | None:
        """The newest sound one of that fingerprint; None means: replay."""
        for path in self._found(scope, fingerprint):
            snapshot = self._read(scope, path)
            if snapshot is not None:
                return snapshot
        return None

    def forget(self, scope: str) -> None:
        """Removes all of a scope, for example when its log was reopened at another place."""
        for path in self._folder(scope).glob("*.snapshot"):
            path.unlink(missing_ok=True)

    def _read(self, scope: str, path: Path) -> Snapshot | None:
        named = _NAME.fullmatch(path.name)
        assert named is not None
        try:
            data = path.read_bytes()
        except FileNotFoundError:  # another process has just removed it
            return None
        mac, payload = data[:_MAC_BYTES], data[_MAC_BYTES:]
        if len(payload) < _MAC_BYTES or not hmac.compare_digest(mac, self._mac(scope, path.name, payload)):
            _log.warning("snapshot_damaged", scope=scope, file=path.name)
            return None
        position, epoch, fingerprint = int(named[1]), int(named[2]), named[3]
        head = Head(position, payload[:_MAC_BYTES] if position else b"")
        return Snapshot(scope, head, epoch, fingerprint, payload[_MAC_BYTES:])

    def _found(self, scope: str, fingerprint: str) -> list[Path]:
        """The newest first: the later epoch, then the later position."""
        found: list[tuple[int, int, Path]] = []
        for path in self._folder(scope).glob("*.snapshot"):
            named = _NAME.fullmatch(path.name)
            if named and named[3] == fingerprint:
                found.append((int(named[2]), int(named[1]), path))
        return [path for _, _, path in sorted(found, reverse=True)]

    def _folder(self, scope: str) -> Path:
        return self._directory / check_scope(scope)

    def _mac(self, scope: str, name: str, payload: bytes) -> bytes:
        # "snapshot" sets these apart from the chain's MACs, which are made with the same key.
        label = f"snapshot:{self._world}/{scope}/{name}".encode()
        return hmac.digest(self._key, len(label).to_bytes(2, "big") + label + payload, "sha256")
