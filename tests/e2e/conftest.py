"""One city for tests that only add to it; a fresh one for those that break it; and drills without a city."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coordinator.store.tether import tethered
from tests.e2e.city import City
from tests.e2e.drill_world import PATIENCE

MakeCity = Callable[..., City]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A quiet city that the tests of one module share."""
    shared = City(tmp_path_factory.mktemp("city") / "data")
    shared.start()
    yield shared
    shared.stop()


@pytest.fixture
def make_city(tmp_path: Path) -> Iterator[MakeCity]:
    cities: list[City] = []

    def make(**settings: object) -> City:
        city = City(tmp_path / f"city-{len(cities)}", **settings)  # type: ignore[arg-type]
        cities.append(city)
        city.start()
        return city

    yield make
    for city in cities:
        city.stop()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Path]:
    """`pingji drill host` on a directory: a drill without a city."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    with (tmp_path / "host.log").open("ab") as output:
        process = subprocess.Popen(
            tethered([sys.executable, "-m", "coordinator.main", "drill", "host", "--data", str(data)]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    while not (data / "drills" / "host.lock").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)  # another process is on its way
    yield data
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0, (tmp_path / "host.log").read_text()
