"""What a drill's directory says of how far it is: that it has begun, and that it is over; for who only sees files."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from coordinator.admin.drill.conducting import mark_as_it_goes
from coordinator.admin.drill.plan import BEGAN_FILE, OVER_FILE
from coordinator.domain.command import Command
from coordinator.domain.drill import AbortDrill, EndDrill, PauseDrill, StartDrill
from tests.drills.night import SCRIPT, Night


def marks(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


@pytest.mark.parametrize("over", [EndDrill, AbortDrill])
async def test_it_is_marked_as_it_goes(tmp_path: Path, over: type[Command]) -> None:
    night = Night()
    async with night.served():
        root = night.coordinator.root
        mark_as_it_goes(night.coordinator, tmp_path)
        assert marks(tmp_path) == set()
        await night.order(StartDrill(area=root))
        assert marks(tmp_path) == {BEGAN_FILE}
        await night.order(PauseDrill(area=root))
        assert marks(tmp_path) == {BEGAN_FILE}
        word = {"word": SCRIPT.document.stop_word} if over is AbortDrill else {}
        await night.order(over(area=root, **word))
        assert marks(tmp_path) == {BEGAN_FILE, OVER_FILE}


async def test_whoever_serves_it_next_marks_what_was_over_before(tmp_path: Path) -> None:
    night = Night()
    async with night.served():
        await night.order(StartDrill(area=night.coordinator.root))
        await night.order(EndDrill(area=night.coordinator.root))
        assert marks(tmp_path) == set(), "killed before it could note that"
    async with night.served():
        mark_as_it_goes(night.coordinator, tmp_path)
        assert marks(tmp_path) == {BEGAN_FILE, OVER_FILE}


async def test_a_full_disk_is_said_and_tried_again(tmp_path: Path) -> None:
    night = Night()
    async with night.served():
        root = night.coordinator.root
        await night.order(StartDrill(area=root))
        mark_as_it_goes(night.coordinator, tmp_path / "none")
        with capture_logs() as told:
            await night.order(PauseDrill(area=root))
        assert {one["what"] for one in told if one["log_level"] == "warning"} == {BEGAN_FILE}
        (tmp_path / "none").mkdir()
        await night.order(EndDrill(area=root))
        assert marks(tmp_path / "none") == {BEGAN_FILE, OVER_FILE}
