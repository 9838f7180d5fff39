"""What a large duty reached is recorded in parts: it stays open until the last, and a repeat changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from coordinator.domain.call_out import Progress
from coordinator.domain.delivery import RecordDelivery, apply_delivery, decide_delivery
from coordinator.domain.event import Stamp

HERE = "320113007001"
AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
STAMP = Stamp(AT, AT, "process:worker", "worker", "", "", "key", "", 1)


def record(state: Any, duties: list[str], reached: list[str]) -> int:
    order = RecordDelivery(area="320113", duties=duties, reached=reached)
    events = decide_delivery(state, order, None)  # type: ignore[arg-type]  # it asks nothing of the context
    for event in events:
        apply_delivery(state, event, STAMP)  # type: ignore[arg-type]
    return len(events)


def test_the_last_part_closes_the_duty(street: Any) -> None:
    first, second = street.call(HERE, "p1"), street.call(HERE, "p2")
    duty = street.owe("call_out", f"{HERE}@7", HERE)
    state = street.state

    def progress() -> list[Progress]:
        return [state.call_outs[one.id].progress for one in (first, second)]

    assert record(state, [], [first.id]) == 1
    assert progress() == [Progress.REACHED, Progress.ASSIGNED]
    assert duty.key in state.duties
    assert record(state, [], [first.id]) == 0, "said twice: nothing new"
    assert record(state, [duty.key], [second.id]) == 1
    assert progress() == [Progress.REACHED, Progress.REACHED]
    assert duty.key not in state.duties
    assert record(state, [duty.key], [second.id]) == 0
