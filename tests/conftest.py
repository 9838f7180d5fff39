"""Real servers for whoever needs one, started once and ended by pid; and the order in which all tests are begun."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from itertools import count

import pytest

from coordinator.store.embedded import EmbeddedServer, Role

LATER = {"e2e": 2, "web": 3}
_worlds = count(1)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: much of a test of pages and processes is waiting for them."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The whole demo first, for it is longest and mostly waits; what starts processes last, small files at the end."""
    items.sort(
        key=lambda item: 0 if item.path.name == "test_demo.py" else LATER.get(item.path.parent.name, 1)
    )


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
