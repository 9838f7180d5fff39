"""The keys of exercise control's console: one character after the other, and what order comes of it."""

from __future__ import annotations

import pytest

from coordinator.admin.drill.keys import ASKS, AT_ONCE, QUIT, Keys, Order
from coordinator.domain.access import MAY, Role


def typed(text: str) -> list[Order]:
    keys = Keys(["warning", "start"])
    return [order for key in text if (order := keys.press(key)) is not None]


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("s", [Order("StartDrill")]),
        ("p", [Order("PauseDrill")]),
        ("r", [Order("ResumeDrill")]),
        ("i2\r", [Order("CallInject", {"inject": "start"})]),
        ("iwarning\n", [Order("CallInject", {"inject": "warning"})]),
        ("k1\r", [Order("SkipInject", {"inject": "warning"})]),
        ("v30\r", [Order("SetSpeed", {"rate": 30.0})]),
        ("a停止演练\r", [Order("AbortDrill", {"word": "停止演练"})]),
        ("ey\r", [Order("EndDrill")]),
        ("q", [Order(QUIT)]),
        ("i3\x7f1\r", [Order("CallInject", {"inject": "warning"})]),
        ("i1\x1bp", [Order("PauseDrill")]),
    ],
)
def test_what_is_typed_becomes_an_order(text: str, orders: list[Order]) -> None:
    assert typed(text) == orders


@pytest.mark.parametrize(
    "text", ["i9\r", "i\r", "knothing\r", "v0\r", "v61\r", "vfast\r", "a\r", "e\r", "en\r", "x"]
)
def test_what_makes_no_sense_gives_no_order(text: str) -> None:
    assert typed(text) == []


def test_while_a_line_is_typed_no_key_is_an_order() -> None:
    """A stop word may have any letter in it."""
    assert typed("aspq") == []
    keys = Keys([])
    for key in "asp":
        keys.press(key)
    assert keys.line(zh=False) == "stop word: sp"


def test_whatever_a_key_orders_exercise_control_may_do() -> None:
    named = {order.name for order in AT_ONCE.values()} - {QUIT}
    named |= {"AbortDrill", "EndDrill", "SetSpeed", "CallInject", "SkipInject"}
    assert named <= MAY[Role.CONTROLLER] and not ASKS.keys() & AT_ONCE.keys()
