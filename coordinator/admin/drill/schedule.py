"""A city's own drills by the calendar: which scripts are in it, and opening each when it falls due.

A drill is opened and never started: that is for a person. What was missed is named and not held late, and a date that
has been dealt with is never dealt with again, whatever is restarted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

import msgspec
import structlog
from msgspec.structs import replace

from coordinator.admin.drill.open import Version, bundled_alone, open_drill
from coordinator.admin.drill.plan import folder_of
from coordinator.admin.run.ground import find_ground
from coordinator.drills.schedule import CronError, Schedule, zone
from coordinator.drills.schema import Calendar, Document
from coordinator.drills.script import Script, bundled, bundled_ids, read, source_of
from coordinator.drills.sentences import ScriptRefused
from coordinator.store.keyfile import replace_private

LEAD: Final = timedelta(minutes=30)
"""So long before its time a drill is opened, for the roll-call; and so long after it, if nothing ran before."""
LOOKED_AT: Final = 60
"""How many dates of a schedule are looked at, for whether it leaves room to hold one before the next."""
FOLDER: Final = "calendar"
ENDING: Final = ".when.json"

log = structlog.get_logger()


class Entry(msgspec.Struct, frozen=True):
    """One script in the city's calendar; a copy of it as it was written lies beside."""

    script: str
    cron: str
    zone: str
    until: datetime
    """Every date up to this one is dealt with: opened, missed, or before it was put in."""
    host: str = "127.0.0.1"
    port: int = 0
    public: str = ""


class NotScheduled(Exception):
    """It cannot be in the calendar, or is not in it; says in both languages why."""


def put(
    data: Path,
    name: str,
    now: datetime,
    *,
    cron: str = "",
    where: str = "",
    host: str = "127.0.0.1",
    port: int = 0,
    public: str = "",
) -> Entry:
    """A bundled script or a file, held by its own schedule or by another, in place of one of the same id.

    Raises `ScriptRefused`, `NoGround`, `NotScheduled`.
    """
    text = source_of(name)
    place = read(text, name).document.places[0]
    document = read(text, name, find_ground(data, place).registers.areas).document
    own = document.calendar
    cron, where = cron or (own.cron if own else ""), where or (own.zone if own else "Asia/Shanghai")
    if not cron:
        raise NotScheduled(
            f"{document.id} 没有周期：在脚本里写 calendar，或用 --cron（突击演练只能用 --cron）。"
            f"\n{document.id} has no schedule: give it a calendar, or --cron (for a raid only --cron)."
        )
    _check(cron, where, now, timedelta(minutes=document.lasts / document.speed))
    before = _read(_path(data, document.id))
    until = max(now, before.until) if before else now
    entry = Entry(document.id, cron, where, until.astimezone(UTC), host, port, public)
    _folder(data).mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_private(_copy(data, document.id), text)
    _keep(data, entry)
    return entry


def remove(data: Path, name: str) -> None:
    """Drills that are open already stay. Raises `NotScheduled`."""
    known = [one.script for one in entries(data)]
    if name not in known:
        names = "、".join(known) or "—"
        raise NotScheduled(
            f"日历里没有 {name}，只有：{names}。\n{name} is not in the calendar, which has: {names}."
        )
    _path(data, name).unlink()
    _copy(data, name).unlink(missing_ok=True)


def entries(data: Path) -> Iterator[Entry]:
    for path in sorted(_folder(data).glob(f"*{ENDING}")):
        entry = _read(path)
        if entry is not None:
            yield entry


def documents(data: Path) -> list[Document]:
    """The city's own scripts, each with the schedule it is held by; raids are among them."""
    return [
        script.document.model_copy(update={"calendar": Calendar(cron=one.cron, zone=one.zone)})
        for one, script in _scripts(data)
    ]


def written(data: Path) -> list[Script]:
    """The same as they were written: what is opened goes on record by this digest."""
    return [script for _, script in _scripts(data)]


def _scripts(data: Path) -> Iterator[tuple[Entry, Script]]:
    for one in entries(data):
        try:
            yield one, _script(_copy(data, one.script).read_bytes())
        except (OSError, ScriptRefused) as wrong:
            _tell_once("a script of the calendar cannot be read", one.script, repr(wrong))


def with_bundled(own: Iterable[Document]) -> list[Document]:
    """A city's script stands in place of the bundled one of the same id."""
    known = {one.id: one for one in own}
    return [*known.values(), *(bundled(name).document for name in bundled_ids() if name not in known)]


def coming(entry: Entry, now: datetime) -> datetime | None:
    """When it is held next, of what is not dealt with yet."""
    return _after(entry.cron, entry.zone, max(entry.until, now - LEAD))


def due(data: Path, now: datetime, lead: timedelta = LEAD) -> list[tuple[str, datetime]]:
    """What is to be opened now: scripts by their ids, and the dates they are held at."""
    return [(one.script, at) for one in entries(data) for at in _waiting(one, now + lead) if at >= now - lead]


def open_due(
    data: Path, now: datetime, lead: timedelta = LEAD, version: Version = bundled_alone
) -> list[Path]:
    """Open each drill that is due, and give their directories. Raises nothing: one that fails is named in the log, and
    neither ends the others nor is tried again."""
    opened = []
    for one in entries(data):
        try:
            waiting = list(_waiting(one, now + lead))
            if waiting:
                _keep(data, replace(one, until=waiting[-1].astimezone(UTC)))  # first: none is opened twice
        except (OSError, CronError) as wrong:
            _tell_once("the calendar of drills cannot be kept", one.script, repr(wrong))
            continue
        for at in waiting:
            if at < now - lead:
                log.warning("a drill was missed, nothing ran when it was due", script=one.script, at=str(at))
            else:
                opened += _open(data, one, at, version)
    return opened


def _open(data: Path, entry: Entry, at: datetime, version: Version) -> list[Path]:
    try:
        script, public = str(_copy(data, entry.script)), entry.public
        directory = open_drill(
            data, script, host=entry.host, port=entry.port, public=public, due=at, version=version
        )
    except Exception as wrong:  # whatever it is: the drills that are open go on
        why = str(wrong) or repr(wrong)
        log.error("a drill that is due cannot be opened", script=entry.script, at=str(at), why=why)
        return []
    log.info("a drill is due: opened, to be started", world=directory.name, script=entry.script, at=str(at))
    return [directory]


def _waiting(entry: Entry, end: datetime) -> Iterator[datetime]:
    """Its dates that are not dealt with, up to that time, the oldest first."""
    at = _after(entry.cron, entry.zone, entry.until)
    while at is not None and at <= end:
        yield at
        at = _after(entry.cron, entry.zone, at)


@lru_cache(maxsize=1024)
def _after(cron: str, where: str, instant: datetime) -> datetime | None:
    """Kept, since a host that looks several times a second asks the same. Raises `CronError`."""
    return next(Schedule.parse(cron).after(instant, zone(where)), None)


def _check(cron: str, where: str, now: datetime, lasts: timedelta) -> None:
    """One must be over before the next is opened, or worlds pile up. Raises `NotScheduled`."""
    try:
        held = list(islice(Schedule.parse(cron).after(now, zone(where)), LOOKED_AT))
    except CronError as wrong:
        raise NotScheduled(
            f"“{cron}”（{where}）不是周期：{wrong.field}；例如 0 15 1 * *，Asia/Shanghai。"
            f'\n"{cron}" ({where}) is no schedule: {wrong.field}; such as 0 15 1 * *, Asia/Shanghai.'
        ) from None
    if not held:
        raise NotScheduled(f"“{cron}”没有任何一天。\n{cron} never comes.")
    room = lasts + 2 * LEAD
    if any(later - earlier < room for earlier, later in pairwise(held)):
        minutes = round(room.total_seconds() / 60)
        raise NotScheduled(
            f"“{cron}”太密：两次之间至少 {minutes} 分钟。"
            f'\n"{cron}" is too often: at least {minutes} minutes must lie between two.'
        )


@lru_cache(maxsize=64)
def _script(text: bytes) -> Script:
    return read(text)


def _read(path: Path) -> Entry | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Entry)
    except FileNotFoundError:
        return None  # not in the calendar, or taken out just now
    except (OSError, msgspec.MsgspecError) as wrong:
        _tell_once("an entry of the calendar cannot be read", path.name, repr(wrong))
        return None


@cache
def _tell_once(what: str, which: str, why: str) -> None:
    """By each process: its host looks several times a second."""
    log.error(what, script=which, why=why)


def _keep(data: Path, entry: Entry) -> None:
    replace_private(_path(data, entry.script), msgspec.json.format(msgspec.json.encode(entry)))


def _folder(data: Path) -> Path:
    return folder_of(data) / FOLDER


def _path(data: Path, script: str) -> Path:
    return _folder(data) / f"{script}{ENDING}"


def _copy(data: Path, script: str) -> Path:
    return _folder(data) / f"{script}.yaml"
