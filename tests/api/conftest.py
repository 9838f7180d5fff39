"""The web application around a fake engine, and requests to it with a token."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.live.serving import Served, serving


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as served:
        yield served
