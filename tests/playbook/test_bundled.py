"""The project's own playbooks: complete, and asking for as many people as they are known to."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import as_file, files
from itertools import chain

import pytest

from coordinator.domain.area import AreaLevel
from coordinator.domain.measures import EvidenceKind
from coordinator.domain.mode import ResponseLevel
from coordinator.playbook.expression import parse
from coordinator.playbook.heads import heads_per_reference_grid, reference
from coordinator.playbook.library import bundled, bundled_ids
from coordinator.playbook.lint import lint
from coordinator.playbook.loader import Playbook

TABLE = {
    "flood-typhoon": ("1.5", "11", "33", "55.5"),
    "epidemic": ("3.1", "17", "41", "83.5"),
    "gas-fire": ("3.8", "22", "92", "123"),
    "snow-cold": ("1.4", "11", "32", "48.5"),
    "earthquake": ("2", "17", "88", "92"),
    "utility-outage": ("3", "16", "18", "35"),
}
"""Heads in 24 hours per reference grid at IV, III, II, I, as published, to the figures given."""

EXACT = {
    "flood-typhoon": (1.5, 11, 32.9875, 55.4875),
    "epidemic": (3.125, 17, 41.25, 83.5),
    "gas-fire": (3.75, 21.75, 91.625, 123.125),
    "snow-cold": (1.375, 10.75, 32, 48.5),
    "earthquake": (2, 17, 88, 91.95),
    "utility-outage": (3, 16, 18.2875, 35.0375),
}

every = pytest.mark.parametrize("playbook", [bundled(name) for name in bundled_ids()], ids=bundled_ids())


def test_there_are_six() -> None:
    assert set(bundled_ids()) == set(TABLE)


@every
def test_heads_per_reference_grid_are_those_of_the_table(playbook: Playbook) -> None:
    heads = [heads_per_reference_grid(playbook, level) for level in ResponseLevel]
    assert heads == [Fraction(str(value)) for value in EXACT[playbook.id]]
    for exact, published in zip(heads, TABLE[playbook.id], strict=True):
        step = Fraction(1, 10) if "." in published else Fraction(1)
        assert abs(exact - Fraction(published)) <= step / 2


def test_nothing_of_the_contents_is_lost() -> None:
    levels = [bundled(name).document.levels[level] for name in bundled_ids() for level in ResponseLevel]
    assert sum(len(level.people) for level in levels) == 89
    assert sum(len(level.work.tasks) for level in levels) == 83
    assert sum(len(level.facilities) for level in levels) == 31
    expressions = [post.heads for level in levels for post in level.people if parse(post.heads).names]
    assert len(expressions) == 48


@every
def test_each_file_is_good(playbook: Playbook) -> None:
    with as_file(files("playbooks") / f"{playbook.id.replace('-', '_')}.yaml") as path:
        assert lint(path) == ()


@every
def test_each_level_says_what_must_be_ready_and_not_everything(playbook: Playbook) -> None:
    for level in ResponseLevel:
        own = playbook.document.levels[level]
        musts = [post.must for post in own.people]
        assert any(musts), level
        assert sum(musts) <= 4, level
        assert not any(task.must for task in own.work.tasks)
    assert any(task.must for task in playbook.document.recovery)
    assert not all(task.must for task in playbook.document.recovery)


@every
def test_something_is_suspended_by_level_three(playbook: Playbook) -> None:
    levels = (playbook.document.levels[level] for level in (ResponseLevel.IV, ResponseLevel.III))
    assert set(chain.from_iterable(level.work.suspends for level in levels)) >= {"community_event"}


@every
def test_reports_come_at_least_as_often_as_the_level_rises(playbook: Playbook) -> None:
    cadences = [playbook.document.levels[level].command.report_every for level in ResponseLevel]
    if playbook.id != "gas-fire":  # the first minutes are the hurry there
        assert cadences == sorted(cadences, reverse=True)
    firsts = [playbook.document.levels[level].information.reports.first for level in ResponseLevel]
    assert all(first <= cadence for first, cadence in zip(firsts, cadences, strict=True))


@every
def test_a_crew_can_be_as_large_as_its_minimum(playbook: Playbook) -> None:
    for level in ResponseLevel:
        for post in playbook.document.levels[level].people:
            heads = parse(post.heads).evaluate(reference(AreaLevel(post.scope)))
            assert heads >= post.crew_min, post.key


@every
def test_a_task_is_not_due_before_what_it_waits_for(playbook: Playbook) -> None:
    tasks = {task.key: task for level in ResponseLevel for task in playbook.document.levels[level].work.tasks}
    for task in tasks.values():
        assert all(tasks[wanted].by <= task.by for wanted in task.depends), task.key


@every
def test_who_may_be_missing_is_asked_before_standing_down(playbook: Playbook) -> None:
    """Where people are counted as missing, the level cannot be left without the state agreeing to none."""
    asked = False
    for level in ResponseLevel:
        own = playbook.document.levels[level]
        asked = asked or any(tally.key == "missing" for tally in own.information.tallies)
        checks = [condition.check for condition in own.stand_down]
        assert asked or "none_missing" not in checks


def test_where_people_are_moved_four_numbers_are_counted() -> None:
    for name in ("flood-typhoon", "gas-fire", "snow-cold", "utility-outage"):
        levels = bundled(name).document.levels
        keys = {tally.key for level in ResponseLevel for tally in levels[level].information.tallies}
        assert keys >= {"to_move", "moved", "refused", "missing"}, name


def test_hazards_share_crews_by_the_same_key_at_the_same_scope() -> None:
    scopes: dict[str, set[str]] = {}
    for name in bundled_ids():
        for level in ResponseLevel:
            for post in bundled(name).document.levels[level].people:
                if post.share:
                    scopes.setdefault(post.share, set()).add(post.scope)
    assert scopes == {
        "duty": {"community"},
        "patrol": {"grid"},
        "vuln_liaison": {"grid"},
        "shock": {"street"},
        "hotline": {"street", "community"},  # an epidemic's is the closed community's own
    }


def test_every_kind_of_evidence_is_used() -> None:
    levels = [bundled(name).document.levels[level] for name in bundled_ids() for level in ResponseLevel]
    assert {task.evidence.kind for level in levels for task in level.work.tasks} == set(EvidenceKind)
