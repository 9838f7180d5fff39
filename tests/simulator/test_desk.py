"""A desk means a thing once, waits for its time, says it in one breath, and tries again what came too early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from clients.simulator.behaviour.desk import SLOT, TRIES, Desk, Habit, Intent, Order
from coordinator.domain.call_out import Depart

NOW = datetime(2026, 7, 4, 12, 0, tzinfo=UTC)


class Nods(Habit):
    """Means to depart ten minutes after it has seen anything."""

    sections: ClassVar = frozenset({"things"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        yield Intent(now + timedelta(minutes=10), "nod", key)

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        yield Order(Depart(area=desk.area, call_outs=[intent.subject for intent in intents]), self, intents)


class Shrugs(Nods):
    officer = False


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    return desk_of(Nods())


def said(orders: list[Order]) -> list[list[str]]:
    return [[intent.subject for intent in order.intents] for order in orders]


LATER = NOW + timedelta(minutes=10) + SLOT


def test_nothing_is_said_before_its_time(desk: Desk) -> None:
    desk.notice(["things/a"], NOW)
    assert desk.act(NOW + timedelta(minutes=9)) == []
    assert said(desk.act(LATER)) == [["a"]]
    assert desk.act(LATER + timedelta(days=1)) == []


def test_what_is_seen_twice_is_meant_once(desk: Desk) -> None:
    desk.notice(["things/a"], NOW)
    desk.notice(["things/a"], NOW + timedelta(minutes=1))
    assert said(desk.act(LATER + SLOT)) == [["a"]]


def test_what_falls_into_one_slot_is_one_command(desk: Desk) -> None:
    desk.notice(["things/a", "things/b", "others/c"], NOW)
    assert said(desk.act(LATER)) == [["a", "b"]]


def test_the_next_moment_is_known_and_within_a_slot(desk: Desk) -> None:
    assert desk.next_at is None
    desk.notice(["things/a"], NOW)
    assert desk.next_at is not None
    assert NOW + timedelta(minutes=10) <= desk.next_at < LATER


def test_an_officer_who_sleeps_does_it_after_the_knock_and_others_do_not_wait(
    desk_of: Callable[..., Desk],
) -> None:
    desk = desk_of(Nods(), Shrugs())
    desk.asleep = True
    desk.notice(["things/a"], NOW)
    assert len(desk.act(LATER)) == 1
    desk.wake()
    assert len(desk.act(LATER + SLOT)) == 1


def test_too_early_is_tried_again_and_not_for_ever(desk: Desk) -> None:
    desk.notice(["things/a"], NOW)
    at = LATER
    (order,) = desk.act(at)
    assert desk.refused(order, "depends_on", at)
    assert desk.act(at + timedelta(minutes=7)) == []
    tries = 1
    while orders := desk.act(at := at + timedelta(minutes=12)):
        tries += 1
        desk.refused(orders[0], "depends_on", at)
    assert tries == TRIES + 1


def test_what_will_never_be_taken_is_let_go(desk: Desk) -> None:
    desk.notice(["things/a"], NOW)
    (order,) = desk.act(LATER)
    assert not desk.refused(order, "not_your_role", LATER)
    assert desk.next_at is None
