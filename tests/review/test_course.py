"""How much by when: curves grow as the record does, have a bounded number of steps, and end at the report's figures."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from coordinator.domain.call_out import CrewCalled
from coordinator.review.course import SERIES, STEPS, Course, Following, Step
from coordinator.review.report import report
from tests.review.night import COMMUNITY, DISTRICT, FLOOD, T0, record


def flood() -> Course:
    found = report(record("LIVE"), FLOOD)
    assert found is not None
    return found.course


def last(course: Course, name: str) -> int:
    return course.curves[name][-1].value if course.curves[name] else 0


def test_the_curves_end_where_the_report_does() -> None:
    course = flood()
    assert set(course.curves) == set(SERIES)
    ends = {name: last(course, name) for name in SERIES if last(course, name)}
    assert ends == {
        "told": 2,
        "signed": 1,
        "ready": 1,
        "called": 2,
        "answered": 2,
        "arrived": 1,
        "tasks_opened": 1,
        "tasks_done": 1,
    }
    assert course.curves["signed"][0].at == T0 + timedelta(minutes=6)


def test_a_street_is_told_by_its_communities() -> None:
    (branch,) = flood().branches
    assert (branch.area, branch.places) == ("420107001", 2)
    assert branch.signed is not None and (branch.signed.count, branch.signed.p95) == (1, 4 * 60)


def test_a_long_night_has_no_more_steps_and_a_gap_closes() -> None:
    following = Following()
    example = next(one for one in record("LIVE") if isinstance(one.event, CrewCalled))
    for minute in range(5 * STEPS):
        gaps = {"post": 3} if minute < 5 * STEPS - 1 else {}
        picks = {} if gaps else {"post": {"p": COMMUNITY}}
        event = CrewCalled(area=DISTRICT, operation=FLOOD, picks=picks, answer_by=T0, gaps=gaps)
        at = T0 + timedelta(minutes=minute)
        following.hear(
            example._replace(event=event, stamp=example.stamp.__class__(at, at, "", "", "", "", "", "", 1))
        )
    course = following.course()
    assert len(course.curves["gap"]) <= STEPS + 1
    assert course.curves["gap"][0].value == 3 and last(course, "gap") == 0


def test_a_curve_is_made_of_minutes_and_not_of_people() -> None:
    """Asked for by every desk every few seconds: what it costs must not grow with how many were called."""
    following = Following()
    example = next(one for one in record("LIVE") if isinstance(one.event, CrewCalled))
    for second in range(20 * 60):
        event = CrewCalled(
            area=DISTRICT, operation=FLOOD, picks={f"post-{second}": {f"p{second}": COMMUNITY}}, answer_by=T0
        )
        at = T0 + timedelta(seconds=second)
        following.hear(example._replace(event=event, stamp=replace(example.stamp, at=at)))
    assert {name: len(minutes) for name, minutes in following._changes.items() if minutes} == {"called": 20}
    curves = following.curves("needed", "called")
    assert set(curves) == {"needed", "called"} and len(curves["called"]) == 20
    assert curves["called"][-1] == Step(T0 + timedelta(seconds=20 * 60 - 1), 20 * 60)
    assert curves["called"] == following.course().curves["called"]
