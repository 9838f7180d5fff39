"""Levels add up, what replaces takes the place, and an area gets what is its own: as laws over the playbooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.area import ATTRIBUTES, AreaLevel
from coordinator.domain.measures import Measures
from coordinator.domain.mode import ResponseLevel
from coordinator.playbook.expression import ExpressionError, parse
from coordinator.playbook.heads import reference
from coordinator.playbook.layers import Layers
from coordinator.playbook.library import bundled, bundled_ids
from coordinator.playbook.loader import Playbook, read
from coordinator.playbook.measures import resolve, up_to

LEVELS = list(ResponseLevel)
SCOPES = [AreaLevel.GRID, AreaLevel.COMMUNITY, AreaLevel.STREET]

playbooks = st.sampled_from(bundled_ids()).map(bundled)
attributes = st.fixed_dictionaries(
    {name: st.integers(0, 100_000) for name in (*ATTRIBUTES, "grids", "communities")}
)


def at(
    playbook: Playbook, level: ResponseLevel, scope: AreaLevel = AreaLevel.GRID, **counts: int
) -> Measures:
    return resolve(playbook, level, "420102001001", scope, {**reference(scope), **counts})


@given(playbooks, st.sampled_from(LEVELS), st.sampled_from(SCOPES), attributes)
def test_a_playbook_that_lint_accepts_has_measures_for_every_area(
    playbook: Playbook, level: ResponseLevel, scope: AreaLevel, counts: Mapping[str, int]
) -> None:
    measures = resolve(playbook, level, "42010200100101", scope, counts)
    assert all(post.heads > 0 and post.scope is scope for post in measures.posts)
    assert all(task.scope is scope for task in measures.tasks)
    assert (measures.playbook, measures.level, measures.area) == (playbook.digest, level, "42010200100101")


@given(playbooks, st.sampled_from(LEVELS[1:]), st.sampled_from(SCOPES), attributes)
def test_a_level_is_the_lower_one_less_what_it_replaces_plus_its_own(
    playbook: Playbook, level: ResponseLevel, scope: AreaLevel, counts: Mapping[str, int]
) -> None:
    below = resolve(playbook, up_to(level)[-2], "x", scope, counts)
    here = resolve(playbook, level, "x", scope, counts)
    own = playbook.document.levels[level]

    lower = {post for post in below.posts if post.key not in {each.replaces for each in own.people}}
    added = {
        (each.key, parse(each.heads).evaluate(counts))
        for each in own.people
        if each.scope == scope and parse(each.heads).evaluate(counts)
    }
    assert lower <= set(here.posts)
    assert {(post.key, post.heads) for post in set(here.posts) - lower} == added

    kept = {task.key for task in below.tasks} - {each.replaces for each in own.work.tasks}
    assert {task.key for task in here.tasks} == kept | {t.key for t in own.work.tasks if t.scope == scope}
    assert set(below.suspensions) <= set(here.suspensions)
    assert {suspension.routine for suspension in here.suspensions} >= set(own.work.suspends)


@given(playbooks, st.sampled_from(LEVELS), st.sampled_from(SCOPES))
def test_what_is_of_the_level_alone_does_not_add_up(
    playbook: Playbook, level: ResponseLevel, scope: AreaLevel
) -> None:
    measures, own = at(playbook, level, scope), playbook.document.levels[level]
    assert measures.channels == own.information.channels
    assert [each.key for each in measures.stand_down] == [each.key for each in own.stand_down]
    assert measures.command.report_minutes == own.command.report_every
    assert measures.command.post.zh == own.command.post.zh


def test_a_replaced_post_is_gone_and_the_new_one_counts(small: str) -> None:
    playbook = read(small)
    assert [(p.key, p.heads, p.shifts) for p in at(playbook, ResponseLevel.IV, vuln=31).posts] == [
        ("patrol", 3, 1)
    ]
    assert [(p.key, p.heads, p.shifts) for p in at(playbook, ResponseLevel.III, vuln=31).posts] == [
        ("patrol", 4, 2)
    ]
    assert at(playbook, ResponseLevel.I).posts == at(playbook, ResponseLevel.III).posts


def test_a_post_of_nobody_is_left_out(broken: Callable[[str, str], str]) -> None:
    playbook = read(broken('"max(1, ceil(vuln/15))"', "ceil(vuln/15)"))
    assert at(playbook, ResponseLevel.IV, vuln=0).posts == ()
    assert at(playbook, ResponseLevel.IV, vuln=1).posts[0].heads == 1


def test_evidence_totals_are_counted_for_the_area(small: str) -> None:
    [move] = at(read(small), ResponseLevel.IV, evac=17).tasks
    assert (move.evidence.total, move.evidence.share, move.depends) == (17, 0.95, ("open",))


def test_a_facility_s_later_use_takes_the_place_of_the_earlier(small: str) -> None:
    playbook = read(small)
    goals = [
        [
            (each.kind, each.to, each.by_minutes)
            for each in at(playbook, level, AreaLevel.COMMUNITY).conversions
        ]
        for level in LEVELS
    ]
    assert goals == [[("shelter", "inspected", 240)], *[[("shelter", "open", 120)]] * 3]
    assert at(playbook, ResponseLevel.III).conversions == ()


def test_a_suspension_named_twice_stands_once(small: str) -> None:
    suspended = [each.routine for each in at(read(small), ResponseLevel.III).suspensions]
    assert suspended == ["community_event", "project_works"]


def test_those_who_waited_for_a_replaced_task_wait_for_its_successor(small: str) -> None:
    successor = (
        "{key: open2, replaces: open, scope: community, name: {zh: 开, en: Open}, by: 1h, "
        "evidence: {kind: photo}}"
    )
    text = small.replace(
        "work: {tasks: [], suspends: [project", f"work: {{tasks: [{successor}], suspends: [project"
    )
    [move] = at(read(text), ResponseLevel.III).tasks
    assert move.depends == ("open2",)
    [task] = at(read(text), ResponseLevel.III, AreaLevel.COMMUNITY).tasks
    assert task.key == "open2"


def test_a_key_may_come_back_after_it_was_replaced() -> None:
    layers = Layers[str]()
    layers.add([("a", "", "first")])
    layers.add([("b", "a", "second")])
    assert (layers.current("a"), layers.standing) == ("b", {"b": "second"})
    layers.add([("a", "b", "third")])
    assert (layers.current("a"), layers.current("b"), layers.standing) == ("a", "a", {"a": "third"})


def test_tallies_are_asked_of_grids_and_the_restore_list_of_its_scope() -> None:
    flood = bundled("flood-typhoon")
    tallies = at(flood, ResponseLevel.II, evac=23).tallies
    assert [each.key for each in tallies] == ["contacted", "to_move", "moved", "refused", "missing"]
    assert {each.total for each in tallies[1:]} == {23}
    assert at(flood, ResponseLevel.II, AreaLevel.COMMUNITY).tallies == ()
    assert [each.every_minutes for each in at(flood, ResponseLevel.I).tallies] == [360, 60, 60, 60, 60]
    restore = [(each.key, each.must) for each in at(flood, ResponseLevel.IV, AreaLevel.COMMUNITY).recovery]
    assert restore == [("clean", True), ("give_back", True)]


@pytest.mark.parametrize("scope", [AreaLevel.DISTRICT, AreaLevel.CITY])
def test_a_higher_area_has_command_but_no_posts(scope: AreaLevel) -> None:
    measures = resolve(bundled("flood-typhoon"), ResponseLevel.II, "420102", scope, {})
    assert (measures.posts, measures.tasks, measures.conversions) == ((), (), ())
    assert measures.command.authority is AreaLevel.DISTRICT


def test_missing_attributes_are_named() -> None:
    with pytest.raises(ExpressionError) as refused:
        resolve(
            bundled("flood-typhoon"), ResponseLevel.II, "x", AreaLevel.GRID, {"vuln": 1, "evac": 1, "bld": 1}
        )
    assert refused.value.facts == {"name": "lowpts"}
