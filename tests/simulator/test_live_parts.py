"""The parts around the story that touch the world: the network that can be cut, the webhook's receiver, the file."""

from __future__ import annotations

import ast
import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidMessage

import clients.simulator
from clients.simulator.__main__ import WRONG_CONFIG, main
from clients.simulator.network import BadNetwork
from clients.simulator.sink import WebhookSink

SOURCES = sorted(Path(clients.simulator.__file__).parent.rglob("*.py"))


async def echo(socket: ServerConnection) -> None:
    async for frame in socket:
        await socket.send(frame)


async def test_a_cut_network_breaks_connections_refuses_new_ones_and_is_mended() -> None:
    async with serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with BadNetwork(f"ws://127.0.0.1:{port}/ws") as network:
            async with connect(network.url) as socket:
                await socket.send("hello")
                assert await socket.recv() == "hello"
                network.cut()
                with pytest.raises(ConnectionClosed):
                    await socket.recv()
            with pytest.raises((OSError, InvalidMessage)):
                await connect(network.url)
            network.mend()
            async with connect(network.url) as socket:
                await socket.send("again")
                assert await socket.recv() == "again"


def test_only_a_plain_address_can_be_relayed() -> None:
    with pytest.raises(ValueError, match="wss://"):
        BadNetwork("wss://example.org/ws")


async def test_the_sink_turns_away_until_it_recovers(unused_port: int) -> None:
    url = f"http://127.0.0.1:{unused_port}/pingji"
    async with WebhookSink(unused_port) as sink, aiohttp.ClientSession() as session:
        async with session.post(url, json={}) as answer:
            assert answer.status == 500
        sink.failing = False
        async with session.post(url, json={}) as answer:
            assert answer.status == 204
        assert (sink.turned_away, sink.taken) == (1, 1)


@pytest.fixture
def unused_port() -> int:
    async def find() -> int:
        server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        return port

    return asyncio.run(find())


def test_a_wrong_file_is_named_and_nothing_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "simulator.json"
    path.write_text('{"urls": []}')
    monkeypatch.setattr(sys, "argv", ["simulator", "--config", str(path)])
    assert main() == WRONG_CONFIG
    assert "urls" in capsys.readouterr().err


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nothing_of_the_server_is_imported(path: Path) -> None:
    """The teams know the protocol and the words of the domain: what they can do, anyone can do."""
    tree = ast.parse(path.read_text())
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    ours = {name for name in named if name.split(".")[0] in ("coordinator", "workers", "clients", "redis")}
    allowed = ("coordinator.wire", "coordinator.domain", "clients.sdk", "clients.simulator")
    assert {name for name in ours if not name.startswith(allowed)} == set()
