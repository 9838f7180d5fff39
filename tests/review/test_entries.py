"""What an entry of the log belongs to, and what it says: nothing about a person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coordinator.domain.call_out import CrewAnswered, CrewMoved, Progress
from coordinator.domain.confirmed_call import CallStarted
from coordinator.domain.event import Event
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import LevelRaised, LoweringRefused
from coordinator.domain.task import TaskCompleted, TasksFellOverdue
from coordinator.domain.text import Text
from coordinator.review.entries import kinds_of, operations_of
from coordinator.review.told import told

T0 = datetime(2026, 6, 27, 9, 0, tzinfo=UTC)
POST = "op-a:pumps@42010700100101"


class Called:
    """Everything is called by its id."""

    def area(self, code: str) -> str:
        return f"<{code}>"

    def facility(self, id: str) -> str:
        return id

    def team(self, id: str) -> str:
        return id

    def thing(self, id: str) -> Text:
        return Text("抽水", "Pumping")


@pytest.mark.parametrize(
    ("event", "operations"),
    [
        (
            CrewAnswered(area="1", coming={f"p1>{POST}": T0}, declined={"p2>op-b:x@1": "ill"}),
            ["op-a", "op-b"],
        ),
        (CrewMoved(area="1", call_outs=(f"p1>{POST}", f"p2>{POST}"), to=Progress.ON_POST), ["op-a"]),
        (TaskCompleted(area="1", task="op-a:move@1#1"), ["op-a"]),
        (TasksFellOverdue(area="1", to={"op-a:move@1#1": "2", "op-b:x@1#1": "2"}), ["op-a", "op-b"]),
        (CallStarted(area="1", call="call-op-a@1", subject="op-a@1", next_at=T0), ["op-a"]),
        (LoweringRefused(area="1", operation="op-a", code="x", facts={}), ["op-a"]),
    ],
)
def test_an_event_belongs_to_the_operations_it_names(event: Event, operations: list[str]) -> None:
    assert list(operations_of(event)) == operations


def test_how_many_and_not_who() -> None:
    answered = CrewAnswered(
        area="1", coming={f"p1>{POST}": T0, f"p2>{POST}": T0}, declined={f"p3>{POST}": "ill"}
    )
    assert told(answered, Called()) == Text("2 人前往；1 人不能来", "2 coming; 1 cannot")
    moved = CrewMoved(area="1", call_outs=(f"p1>{POST}",), to=Progress.ON_POST)
    assert told(moved, Called()) == Text("1 人在岗；抽水", "1: On post; Pumping")


def test_many_places_are_counted_and_a_few_named() -> None:
    targets: dict[str, ResponseLevel | None] = {str(n): ResponseLevel.II for n in range(5)}
    raised = LevelRaised(area="1", operation="op-a", revision=2, targets=targets, by="d1")
    assert told(raised, Called()).zh == "<0>二级、<1>二级、<2>二级等 5 处"
    assert told(raised, Called()).en.endswith("<2> level II and more, 5 in all")


def test_a_refusal_says_why_in_words() -> None:
    refused = LoweringRefused(area="1", operation="op-a", code="operation_runs", facts={"operation": "op-a"})
    words = told(refused, Called())
    assert "op-a" in words.zh and "op-a" in words.en and words.zh != words.en


def test_a_family_stands_for_its_events() -> None:
    assert kinds_of(["place", "TaskAdded"]) == {
        "PlaceSwitched",
        "SwitchSigned",
        "PlaceReady",
        "PlaceRestored",
        "TaskAdded",
    }
    with pytest.raises(KeyError, match="nonsense"):
        kinds_of(["nonsense"])
