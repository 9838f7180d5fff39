"""The record of a world for a command that looks back: from an export file, or from the log on the data directory.

Reads and never writes: a data directory without a log stays as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from coordinator.admin.record.open_log import open_log
from coordinator.admin.record.whole_log import read_all
from coordinator.domain.follow_on import OperationTaken
from coordinator.domain.operation import OperationDeclared
from coordinator.domain.rules import Recorded, decode
from coordinator.playbook import library
from coordinator.settings import Settings
from coordinator.store.archive import ArchiveUnreadable, Blob, read_file
from coordinator.store.embedded import Role


class Record(NamedTuple):
    """All events, scope after scope, each in order; and the playbooks that are not bundled, by digest."""

    events: list[Recorded]
    blobs: dict[str, bytes]


class NoRecord(Exception):
    """There is no log to read; says what to do in both languages."""


class _World(msgspec.Struct):
    world: str


async def read_record(data: Path, file: Path | None) -> Record:
    """Of an export, or of the log. Raises `NoRecord`, `ArchiveUnreadable`, `StoreError`, `LogUnavailable`."""
    if file is not None:
        return _read_export(file)
    if not Settings().redis_url and not (data / Role.LOG.value).exists():
        raise NoRecord(
            f"{data} 没有日志；请用 --data 指明数据目录，或用 --log 给出导出的文件。"
            f"\n{data} has no log: name a data directory with --data, or an export with --log."
        )
    async with open_log(data) as (log, _):
        events = await read_all(log)
        blobs = {}
        for digest in _named_playbooks(events):
            found = await log.get_blob(digest)
            if found is not None:
                blobs[digest] = found
    return Record(events, blobs)


def _read_export(file: Path) -> Record:
    if not file.exists():
        raise NoRecord(f"{file} 不存在。\n{file} does not exist.")
    with file.open("rb") as lines:
        first = lines.readline()
    try:
        world = msgspec.json.decode(first, type=_World).world
    except msgspec.DecodeError as wrong:
        raise ArchiveUnreadable(1, str(wrong)) from wrong
    events, blobs = [], {}
    for number, item in enumerate(read_file(file, world), start=1):
        if isinstance(item, Blob):
            blobs[item.digest] = item.data
            continue
        try:
            events.append(decode(item.entry.body))
        except msgspec.DecodeError as wrong:
            raise ArchiveUnreadable(number, str(wrong)) from wrong
    return Record(events, blobs)


def _named_playbooks(events: list[Recorded]) -> set[str]:
    """Digests of playbooks that operations were pinned to and that do not come with this version."""
    bundled = {library.bundled(each).digest for each in library.bundled_ids()}
    kinds = (OperationDeclared, OperationTaken)
    named = {one.event.playbook for one in events if isinstance(one.event, kinds)}
    return named - bundled
