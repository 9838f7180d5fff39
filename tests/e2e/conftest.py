"""One city for tests that only add to it; a fresh one for those that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.city import City

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
