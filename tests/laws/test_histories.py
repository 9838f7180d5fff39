"""The laws are only as good as the nights they are tried on: everything that can happen in a scope has to happen."""

from __future__ import annotations

from hypothesis.stateful import run_state_machine_as_test

from coordinator.domain import rules
from coordinator.domain.call_out import CrewMoved, Progress
from coordinator.domain.mode import Mode, Switch
from coordinator.domain.switch_over import PlaceSwitched
from tests.laws.effort import LONG, effort
from tests.laws.history import History

ELSEWHERE = {
    "ClockAdvanced": "drills",
    "CorrectiveDone": "after a drill",
    "CorrectiveFellOverdue": "after a drill",
    "CorrectiveReturned": "after a drill",
    "CorrectiveTaken": "after a drill",
    "CorrectiveVerified": "after a drill",
    "DrillChanged": "drills",
    "DrillRecorded": "after a drill",
    "EpochBegan": "between two logs: tests/engine/test_epochs.py",
    "DutiesDone": "between scopes",
    "GrantIssued": "who signs in",
    "GrantRevoked": "who signs in",
    "InjectCalled": "drills",
    "InjectFired": "drills",
    "InjectSkipped": "drills",
    "ItemObserved": "drills",
    "LoweringRefused": "a refusal on record, put there by the engine: tests/laws/test_batches.py",
    "OperationTaken": "between scopes",
    "PersonErased": "whoever keeps the roster",
    "PersonalDataDestroyed": "after everything is over",
    "PhoneRevealed": "the engine: tests/engine/test_people.py",
    "PhonesFetched": "the engine: tests/engine/test_people.py",
    "PlaybookPublished": "before anything begins",
    "ReceiptsTaken": "between scopes",
}
"""Events that no history of one scope has, and where they belong."""


RARE = 0 if LONG else 10
"""So many kinds of things a day's few nights may be without; a long night has them all."""


def test_everything_that_can_happen_happens() -> None:
    events = set(rules.EVENTS) - set(ELSEWHERE)
    missing = {*events, *Mode, *Progress, *Switch} - {Switch.READY, Switch.RESTORED}
    assert len(missing) > 60

    class Remembered(History):
        def teardown(self) -> None:
            for body in self.world.log:
                event = rules.decode(body).event
                missing.discard(type(event).__name__)
                if isinstance(event, PlaceSwitched):
                    missing.discard(event.switch)
                if isinstance(event, CrewMoved):
                    missing.discard(event.to)
            missing.difference_update(call.progress for call in self.world.calls())
            missing.difference_update(switch.mode for switch in self.state.switches.values())

    run_state_machine_as_test(Remembered, settings=effort(160))
    assert len(missing) <= RARE, f"in none of these nights: {missing}"


def test_what_belongs_elsewhere_is_an_event() -> None:
    assert set(ELSEWHERE) <= set(rules.EVENTS)
