"""A playbook is rehearsed many times: a spread of times and gaps, and deadlines proposed only where they would help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.domain.mode import ResponseLevel
from coordinator.domain.text import Text
from coordinator.drills.rehearse import Entry, Rehearsed, Spread, rehearsed, script_for
from coordinator.drills.score import gather
from coordinator.drills.vocabulary import Figure
from coordinator.main import make_app
from coordinator.playbook import library
from tests.builders import FIRST, xianlin
from tests.drills.plays import played

OUTAGE = library.bundled("utility-outage")


@pytest.fixture(scope="module")
def twice() -> Rehearsed:
    script = script_for(OUTAGE, ResponseLevel.IV, FIRST)
    runs = [gather(played(script, seed).recorded, xianlin()) for seed in (1, 2)]
    return rehearsed(OUTAGE, ResponseLevel.IV, FIRST, script.document.lasts, runs)


def test_each_run_counts_once_in_the_spread(twice: Rehearsed) -> None:
    assert twice.runs == 2 and Figure.ARRIVE in twice.times
    for spread in twice.times.values():
        assert spread.least <= spread.middle <= spread.most
    assert twice.ready is not None and 0 <= twice.ready.least <= twice.ready.most <= 1


def test_every_post_and_task_of_the_level_is_judged_by_its_deadline(twice: Rehearsed) -> None:
    level = OUTAGE.document.levels[ResponseLevel.IV]
    asked = {post.key for post in level.people} | {task.key for task in level.work.tasks}
    assert {one.key for one in twice.entries} == asked
    grids = len(xianlin().areas.children(FIRST))
    info = next(one for one in twice.entries if one.key == "info")
    assert info.count == 2 * grids and 0 <= info.in_time <= 1
    assert [one.in_time for one in twice.entries] == sorted(one.in_time for one in twice.entries)


def test_it_is_played_until_the_last_deadline_and_a_little_longer() -> None:
    document = script_for(OUTAGE, ResponseLevel.IV, FIRST).document
    assert document.lasts == 30 + 30
    assert [inject.order for inject in document.injects] == ["declare"]


@pytest.mark.parametrize(
    ("in_time", "p95", "proposed"),
    [
        (0.2, 40 * 60.0, 45),
        (0.2, 46 * 60.0, 60),
        (0.6, 40 * 60.0, None),
        (0.2, 20 * 60.0, None),
        (0.2, None, None),
    ],
)
def test_a_later_deadline_is_proposed_only_where_it_would_help(
    in_time: float, p95: float | None, proposed: int | None
) -> None:
    entry = Entry("post", "x", Text("x", "x"), 30, 10, in_time, p95, 0)
    assert entry.proposed == proposed


def test_a_spread_of_nothing_is_nothing() -> None:
    assert Spread.of([]) is None and Spread.of([3.0, 1.0, 2.0]) == Spread(1.0, 2.0, 3.0)


def test_the_command_says_how_often_and_gives_all_of_it_as_json(tmp_path: Path) -> None:
    words = [
        "playbook",
        "rehearse",
        "utility-outage",
        "IV",
        FIRST,
        "--runs",
        "2",
        "--data",
        str(tmp_path / "none"),
    ]
    ran = CliRunner().invoke(make_app(), [*words, "--json", "-"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert found["runs"] == 2 and "【演练】2/2" in ran.stderr
    shown = CliRunner().invoke(make_app(), [*words, "--lang", "en"])
    assert "【演练】" in shown.stdout and "Deadlines that are not kept" in shown.stdout
    assert CliRunner().invoke(make_app(), [*words[:3], "V", *words[4:]]).exit_code == 2
    assert CliRunner().invoke(make_app(), ["playbook", "rehearse", "nothing", *words[3:]]).exit_code == 3
