"""Real servers for whoever needs one: started once, each on a directory of its own, ended by pid."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from coordinator.store.embedded import EmbeddedServer, Role

_worlds = count(1)


@pytest.fixture(scope="session")
def log_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The log's server. Shared: a test that stops or kills one starts its own."""
    yield from _server(tmp_path_factory, Role.LOG)


@pytest.fixture(scope="session")
def queue_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The queue's server, for RQ."""
    yield from _server(tmp_path_factory, Role.QUEUE)


@pytest.fixture
def world() -> str:
    """A world that no other test has written to."""
    return f"TEST-{next(_worlds)}"


def _server(tmp_path_factory: pytest.TempPathFactory, role: Role) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("server") / role.value, role)
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())
