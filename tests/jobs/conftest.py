"""A street with people called out, put into its state directly: the rules have tests of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample
from coordinator.domain import rules
from coordinator.domain.call_out import CallOut, Progress, call_out_id
from coordinator.domain.duty import Duty, How
from coordinator.domain.state import ScopeState
from coordinator.store.registers import RegisterSet

NOW = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
SCOPE = "320113"


class Street:
    """Calls people out and opens duties, as events would."""

    def __init__(self, world: str, registers: RegisterSet) -> None:
        self.state: ScopeState = rules.new_state(world, SCOPE, registers)

    def call(
        self,
        area: str,
        responder: str,
        progress: Progress = Progress.ASSIGNED,
        at: datetime = NOW,
        post: str = "share:pump@1",
    ) -> CallOut:
        call = CallOut(
            id=call_out_id(responder, post),
            area=area,
            post=post,
            operation="op",
            responder=responder,
            home=area,
            progress=progress,
            at=at,
        )
        self.state.put(self.state.call_outs, call.id, call)
        return call

    def owe(self, what: str, subject: str, area: str, channels: str = "app,sms") -> Duty:
        self.state.open_duty(How.JOB, "notify", subject, area, NOW, what=what, channels=channels)
        return self.state.duties[f"notify:{subject}"]


@pytest.fixture(scope="session")
def registers() -> RegisterSet:
    return sample(bundled_areas("xianlin"), 1).open()


@pytest.fixture
def make_street(registers: RegisterSet) -> Callable[[str], Street]:
    return lambda world: Street(world, registers)


@pytest.fixture
def street(make_street: Callable[[str], Street], world: str) -> Street:
    return make_street(world)
