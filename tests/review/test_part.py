"""What an office below the one that declared may look back on: all of its own part, and nothing of another's."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from coordinator.domain.mode import Mode, ResponseLevel, Switch
from coordinator.domain.operation import LevelRaised, OperationDeclared
from coordinator.domain.rules import Recorded
from coordinator.domain.switch_over import NewPost, PlaceSwitched
from coordinator.domain.text import Text
from coordinator.review.course import Following
from coordinator.review.part import Part
from coordinator.review.report import OperationReport, Reviewing, report
from tests.live.fake_engine import registers
from tests.review.night import COMMUNITY, DISTRICT, FLOOD, OTHER, T0, record

AREAS = registers().areas
NIGHT = record("LIVE")
ELSEWHERE = [one for one in NIGHT if one.event.area == OTHER]
"""What happened in the community beside."""


def looked_at(log: list[Recorded], part: str) -> OperationReport:
    reviewing = Reviewing(FLOOD, Part(part, AREAS))
    for recorded in log:
        reviewing.hear(recorded)
    found = reviewing.report()
    assert found is not None
    return found


def test_ones_own_part_is_all_there() -> None:
    own, whole = looked_at(NIGHT, COMMUNITY), report(NIGHT, FLOOD)
    assert whole is not None
    assert (own.switched, whole.switched) == (1, 2)
    assert (own.tasks, own.tallies, own.hazards, own.arrived) == (
        whole.tasks,
        whole.tallies,
        whole.hazards,
        whole.arrived,
    )
    assert [line.what for line in own.summary.timeline if line.area == DISTRICT] == [
        "declared",
        "raised",
        "ended",
    ], "what was ordered for it from above, and not that the district was refused something"


def test_the_whole_is_its_own_part() -> None:
    assert looked_at(NIGHT, DISTRICT) == report(NIGHT, FLOOD)


@given(kept=st.lists(st.sampled_from(range(len(ELSEWHERE))), unique=True), twice=st.booleans())
def test_nothing_that_happened_beside_changes_it(kept: list[int], twice: bool) -> None:
    """The law of it: whatever the others did or did not do, one's own report is the same."""
    told = [ELSEWHERE[n] for n in kept] * (2 if twice else 1)
    other_night = [one for one in NIGHT if one.event.area != OTHER]
    assert looked_at(sorted([*other_night, *told], key=lambda one: one.position), COMMUNITY) == looked_at(
        NIGHT, COMMUNITY
    )


def test_an_order_for_others_is_not_named() -> None:
    raised = LevelRaised(
        area=DISTRICT,
        operation=FLOOD,
        revision=2,
        targets={OTHER: ResponseLevel.I, COMMUNITY: ResponseLevel.II},
        by="d1",
    )
    log = [one._replace(event=raised) if isinstance(one.event, LevelRaised) else one for one in NIGHT]
    assert OTHER.encode() not in msgspec.json.encode(looked_at(log, COMMUNITY))
    assert COMMUNITY.encode() not in msgspec.json.encode(looked_at(log, OTHER))


def test_an_order_that_changes_nothing_here_is_not_told() -> None:
    """The state that is wanted is carried whole; what of it is new is for the others."""
    first = LevelRaised(
        area=DISTRICT,
        operation=FLOOD,
        revision=2,
        targets={DISTRICT: ResponseLevel.III, OTHER: ResponseLevel.I},
        by="d1",
    )
    log = [one._replace(event=first) if isinstance(one.event, LevelRaised) else one for one in NIGHT]
    assert "raised" not in {line.what for line in looked_at(log, COMMUNITY).summary.timeline}
    assert "raised" in {line.what for line in looked_at(log, OTHER).summary.timeline}


def test_a_part_that_joins_later_has_its_report_from_then_on() -> None:
    """Declared for one community; the one beside joins when the level is raised."""
    first, another, *night = NIGHT
    assert isinstance(first.event, OperationDeclared)
    others = replace(first.event, targets={COMMUNITY: ResponseLevel.III})
    joining = LevelRaised(
        area=DISTRICT,
        operation=FLOOD,
        revision=2,
        targets={COMMUNITY: ResponseLevel.III, OTHER: ResponseLevel.II},
        by="d1",
    )
    changed = {OperationDeclared: others, LevelRaised: joining}
    log = [another, *(one._replace(event=changed.get(type(one.event), one.event)) for one in [first, *night])]
    found = looked_at(log, OTHER)
    assert (found.targets, found.declared, found.switched) == ({}, first.stamp.at, 1)
    assert [line.facts for line in found.summary.timeline if line.what == "raised"] == [{OTHER: "II"}]
    assert "raised" not in {line.what for line in looked_at(log, COMMUNITY).summary.timeline}
    assert COMMUNITY.encode() not in msgspec.json.encode(found)


# --- who is to be there by when ------------------------------------------------------------------------------


def asked(minute: int, heads: int, by: int, *, left: bool = False) -> Recorded:
    post = NewPost("p", COMMUNITY, "watch", Text("", ""), heads, 1, 480, 1, T0 + timedelta(minutes=by), True)
    event = PlaceSwitched(
        area=COMMUNITY,
        operation=FLOOD,
        revision=1,
        switch=Switch.RAISE,
        mode=Mode.ACTIVATING,
        community=True,
        posts=() if left else (post,),
        posts_left=("p",) if left else (),
    )
    at = T0 + timedelta(minutes=minute)
    return NIGHT[0]._replace(event=event, stamp=msgspec.structs.replace(NIGHT[0].stamp, at=at))


@pytest.mark.parametrize(
    ("told", "needed"),
    [
        ([asked(0, 3, 30)], [(30, 3)]),
        ([asked(0, 3, 30), asked(60, 5, 90)], [(30, 3), (90, 5)]),
        ([asked(0, 3, 30), asked(10, 5, 40)], [(40, 5)]),
        ([asked(0, 5, 30), asked(60, 2, 90)], [(30, 5), (60, 2)]),
        ([asked(0, 3, 30), asked(60, 0, 0, left=True)], [(30, 3), (60, 0)]),
        ([asked(0, 3, 30), asked(10, 0, 0, left=True)], []),
    ],
    ids=["by its time", "raised later", "raised before it was due", "lowered", "left", "left before due"],
)
def test_how_many_are_to_be_there_by_when(told: list[Recorded], needed: list[tuple[int, int]]) -> None:
    following = Following()
    for one in told:
        following.hear(one)
    found = following.course().curves["needed"]
    assert [(int((step.at - T0).total_seconds() // 60), step.value) for step in found] == needed
