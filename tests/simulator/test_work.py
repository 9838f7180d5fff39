"""Tasks, facilities, tallies, signatures: each step as the server asks for it, and not before it can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from clients.simulator.behaviour.desk import Desk
from clients.simulator.behaviour.facilities import Converting
from clients.simulator.behaviour.signing import Acknowledging, Answering, Knocking, Signing
from clients.simulator.behaviour.situation import FALLS, RISES, Counting, depth
from clients.simulator.behaviour.work import Work
from coordinator.domain.confirmed_call import AnswerConfirmedCall, ConfirmedCall, Step
from coordinator.domain.facility import STEPS, Facility, FacilityState, ReportFacility, Use
from coordinator.domain.measures import Evidence, EvidenceKind
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.order import AcknowledgeOrder
from coordinator.domain.order import Order as Instruction
from coordinator.domain.situation import ReportTally, Tally, Trend
from coordinator.domain.switch_over import PlaceSwitch, SignSwitch
from coordinator.domain.task import CompleteTask, StartTask, Task, TaskState
from coordinator.domain.text import Text

NOW = datetime(2026, 7, 4, 12, 0, tzinfo=UTC)
AREA = "42010700100101"
NAME = Text("事", "Thing")
DAY = timedelta(days=1)
F = FacilityState


def task(key: str, kind: EvidenceKind = EvidenceKind.PHOTO, **more: object) -> Task:
    total = 40 if kind is EvidenceKind.COUNT else 0
    return Task(
        id=f"op-1:{key}@{AREA}#1",
        area=AREA,
        operation="op-1",
        key=key,
        name=NAME,
        due=NOW + timedelta(hours=3),
        evidence=Evidence(kind=kind, total=total, facility="shelter" if kind == "facility_state" else ""),
        **more,  # type: ignore[arg-type]
    )


def facility(state: FacilityState, to: FacilityState | None, key: str = "f") -> Facility:
    use = {"op-1": Use(to=to, use=NAME, by=NOW + timedelta(hours=3), must=True)} if to else {}
    return Facility(id=key, area=AREA, kind="shelter", name=key, capacity=200, state=state, uses=use, at=NOW)


def closing(desk: Desk, at: datetime) -> list[CompleteTask]:
    return [order.command for order in desk.act(at) if isinstance(order.command, CompleteTask)]


@pytest.fixture
def worker(desk_of: Callable[..., Desk]) -> Desk:
    return desk_of(Work(), area=AREA)


def test_a_task_is_closed_with_its_evidence_before_it_is_due(worker: Desk, show: Callable[..., None]) -> None:
    show(worker, NOW, tasks=[task("gates")])
    (closed,) = closing(worker, NOW + timedelta(hours=3))
    assert closed.evidence


def test_a_count_is_reported_in_part_and_then_in_full(worker: Desk, show: Callable[..., None]) -> None:
    show(worker, NOW, tasks=[task("vulncall", EvidenceKind.COUNT)])
    commands = [order.command for order in worker.act(NOW + DAY)]
    (part,) = [one.done for one in commands if isinstance(one, StartTask)]
    (full,) = [one.done for one in commands if isinstance(one, CompleteTask)]
    assert 0 < part < full == 40


def test_a_task_waits_for_the_one_it_depends_on(worker: Desk, show: Callable[..., None]) -> None:
    first = task("list", state=TaskState.UNDER_WAY)
    show(worker, NOW, tasks=[task("recheck", depends=(first.id,))])
    worker.boards[0].parts["420107"].entries[f"tasks/{first.id}"] = {
        **worker.boards[0].parts["420107"].entries[f"tasks/{task('recheck').id}"],
        "id": first.id,
        "key": "list",
        "depends": [],
    }
    assert closing(worker, NOW + timedelta(hours=3)) == []
    worker.boards[0].parts["420107"].entries[f"tasks/{first.id}"]["state"] = "done"
    assert [one.task for one in closing(worker, NOW + DAY)] == [task("recheck").id]


def test_a_facility_task_waits_for_the_facility(
    desk_of: Callable[..., Desk], show: Callable[..., None]
) -> None:
    desk = desk_of(Work(), area=AREA)
    show(desk, NOW, tasks=[task("shelter_open", EvidenceKind.FACILITY_STATE)])
    show(desk, NOW, facilities=[facility(F.CONVERTING, F.OPEN)])
    assert closing(desk, NOW + timedelta(hours=3)) == []
    show(desk, NOW, facilities=[facility(F.OPEN, F.OPEN), facility(F.UNUSABLE, F.OPEN, "flooded")])
    assert len(closing(desk, NOW + DAY)) == 1


def test_what_is_held_back_is_done_when_it_is_let_go(worker: Desk, show: Callable[..., None]) -> None:
    worker.held_back.add("relay")
    show(worker, NOW, tasks=[task("relay")])
    assert worker.act(NOW + DAY) == []
    worker.held_back.discard("relay")
    assert len(closing(worker, NOW + 2 * DAY)) == 1


def test_what_is_done_or_left_is_not_done_again(worker: Desk, show: Callable[..., None]) -> None:
    show(worker, NOW, tasks=[task("a", state=TaskState.DONE), task("b", left=True)])
    assert worker.next_at is None


@pytest.mark.parametrize("start", [F.NORMAL, F.INSPECTED, F.STANDBY, F.CONVERTING])
@pytest.mark.parametrize("to", [F.INSPECTED, F.STANDBY, F.OPEN])
def test_a_facility_goes_step_by_step_and_in_time(
    desk_of: Callable[..., Desk], show: Callable[..., None], start: FacilityState, to: FacilityState
) -> None:
    desk = desk_of(Converting(), area=AREA)
    one = facility(start, to)
    now = NOW
    for _ in range(6):
        show(desk, now, facilities=[one])
        if desk.next_at is None:
            break
        now = desk.next_at
        (order,) = desk.act(now)
        assert isinstance(order.command, ReportFacility)
        assert order.command.to in STEPS[one.state]
        one = facility(order.command.to, to)
    assert one.meets(one.uses["op-1"])
    assert now <= one.uses["op-1"].by


@pytest.mark.parametrize("state", [state for state in F if state is not F.NORMAL])
def test_a_facility_nobody_uses_is_restored(
    desk_of: Callable[..., Desk], show: Callable[..., None], state: FacilityState
) -> None:
    desk = desk_of(Converting(), area=AREA)
    while state is not F.NORMAL:
        show(desk, NOW, facilities=[facility(state, None)])
        (order,) = desk.act(NOW + DAY)
        assert isinstance(order.command, ReportFacility)
        assert order.command.to in STEPS[state]
        state = order.command.to


def test_a_flooded_facility_in_use_is_left_alone(
    desk_of: Callable[..., Desk], show: Callable[..., None]
) -> None:
    desk = desk_of(Converting(), area=AREA)
    show(desk, NOW, facilities=[facility(F.UNUSABLE, F.OPEN)])
    assert desk.next_at is None


def switch(revision: int, signed: datetime | None = None) -> PlaceSwitch:
    return PlaceSwitch(
        id=f"op-1@{AREA}",
        area=AREA,
        operation="op-1",
        community=True,
        mode=Mode.ACTIVATING,
        level=ResponseLevel.III,
        revision=revision,
        recorded_at=NOW,
        sign_by=NOW + timedelta(minutes=15),
        signed_at=signed,
    )


def test_every_order_is_signed_for_once_and_in_time(
    desk_of: Callable[..., Desk], show: Callable[..., None]
) -> None:
    desk = desk_of(Signing(), area=AREA)
    for revision in (1, 2):
        show(desk, NOW, switches=[switch(revision)])
        (order,) = desk.act(NOW + timedelta(minutes=14))
        assert isinstance(order.command, SignSwitch)
        show(desk, NOW, switches=[switch(revision, signed=NOW)])
        assert desk.act(NOW + DAY) == []


def test_an_order_that_nobody_signed_for_is_acknowledged(
    desk_of: Callable[..., Desk], show: Callable[..., None]
) -> None:
    desk = desk_of(Acknowledging(), area=AREA)
    mine = Instruction(id="o1", area=AREA, operation="op-1", kind="report_now", issued_at=NOW, issuer="sim")
    show(
        desk,
        NOW,
        orders=[
            mine,
            replace(mine, id="o2", area=AREA[:9]),
            replace(mine, id="o3", acknowledged_at=NOW),
        ],
    )
    (order,) = desk.act(NOW + timedelta(hours=1))
    assert order.command == AcknowledgeOrder(area=AREA, order="o1")


def confirmed(step: Step, how: str = "") -> ConfirmedCall:
    return ConfirmedCall(
        id=f"call-op-1@{AREA}", area=AREA, subject=f"op-1@{AREA}", step=step, calls=3, at=NOW, how=how
    )


def test_who_sleeps_through_the_calls_is_woken_by_a_knock_and_signs(
    desk_of: Callable[..., Desk], show: Callable[..., None]
) -> None:
    desk = desk_of(Signing(), Answering(), area=AREA)
    desk.asleep = True
    show(desk, NOW, switches=[switch(1)], calls=[confirmed(Step.CALLING)])
    assert desk.act(NOW + timedelta(minutes=30)) == []
    show(desk, NOW + timedelta(minutes=31), calls=[confirmed(Step.ANSWERED, "knock")])
    (order,) = desk.act(NOW + timedelta(minutes=35))
    assert isinstance(order.command, SignSwitch)


def test_who_is_awake_picks_up(desk_of: Callable[..., Desk], show: Callable[..., None]) -> None:
    desk = desk_of(Answering(), area=AREA)
    show(desk, NOW, calls=[confirmed(Step.CALLING)])
    (order,) = desk.act(NOW + timedelta(minutes=6))
    assert isinstance(order.command, AnswerConfirmedCall)
    assert order.command.how == "phone"


def test_somebody_is_sent_each_time_a_place_stays_silent(
    desk_of: Callable[..., Desk], show: Callable[..., None]
) -> None:
    """A raise in between starts the calls anew: the second silence is not the first one."""
    desk = desk_of(Knocking(), area="420107001")
    call_id = f"call-op-1@{AREA}"

    def silent(since: datetime, step: str) -> dict[str, object]:
        return {
            "area": AREA,
            "kind": "silent",
            "subject": call_id,
            "severity": "danger",
            "since": since.isoformat(),
            "raised_to": "420107001",
            "facts": {"step": step},
        }

    entries = desk.boards[0].parts["420107"].entries
    for since in (NOW, NOW + timedelta(hours=1)):
        for step in ("superior", "knocking"):
            entries[f"concerns/silent:{call_id}"] = silent(since, step)
            desk.notice([f"concerns/silent:{call_id}"], since)
        (order,) = desk.act(since + timedelta(minutes=15))
        assert isinstance(order.command, AnswerConfirmedCall)
        assert (order.command.area, order.command.how) == (AREA, "knock")
        del entries[f"concerns/silent:{call_id}"]


def tally(key: str, value: int | None = None) -> Tally:
    return Tally(
        id=f"op-1:{key}@{AREA}", area=AREA, operation="op-1", key=key, name=NAME, total=30, value=value
    )


def test_tallies_of_one_grid_are_reported_together_and_follow_the_work(
    desk_of: Callable[..., Desk], show: Callable[..., None]
) -> None:
    desk = desk_of(Counting(), area=AREA)
    show(desk, NOW, tallies=[tally(key) for key in ("to_move", "moved", "refused", "missing")])
    (order,) = desk.act(NOW + timedelta(hours=1))
    assert isinstance(order.command, ReportTally)
    assert order.command.values.keys() == {"to_move", "moved", "refused", "missing"}
    assert order.command.values["to_move"] == 30
    assert order.command.values["moved"] == order.command.values["missing"] == 0
    show(
        desk, NOW, tallies=[tally("to_move", 30), tally("moved", 0), tally("refused", 0), tally("missing", 0)]
    )
    show(desk, NOW, tasks=[task("evacuate", EvidenceKind.COUNT, done=30, state=TaskState.DONE)])
    (order,) = desk.act(NOW + timedelta(hours=1))
    assert isinstance(order.command, ReportTally)
    assert order.command.values == {"moved": 30}


def test_water_rises_to_its_mark_and_falls_until_it_is_gone() -> None:
    assert depth(timedelta(0), 1)[0] == 0
    assert depth(RISES / 2, 1)[1] is Trend.RISING
    highest, trend = depth(RISES, 1)
    assert highest >= 27  # the playbook's mark for level II
    assert trend is Trend.FALLING
    assert depth(RISES + FALLS, 1) == (0, Trend.FALLING)
