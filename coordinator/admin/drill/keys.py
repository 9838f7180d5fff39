"""Keys of exercise control's console: what is typed becomes an order to the drill, or a line that is being typed. Pure.

Whatever cannot be taken back asks first: aborting needs the stop word, ending a second key.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from coordinator.domain.drill import FASTEST

QUIT: Final = "quit"
LEAVE: Final = "q"
ENTER: Final = "\r\n"
RUB_OUT: Final = "\x7f\b"
ESCAPE: Final = "\x1b"
FUNCTION_KEY: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])")
"""CSI and SS3 of ECMA-48, as terminals send them."""
LONGEST: Final = 60


class Order(NamedTuple):
    """A command of control's, or `QUIT`."""

    name: str
    body: dict[str, object] = {}


AT_ONCE: Final = {
    "s": Order("StartDrill"),
    "p": Order("PauseDrill"),
    "r": Order("ResumeDrill"),
    LEAVE: Order(QUIT),
}
ASKS: Final = {
    "i": ("发出第几条情况", "fire inject number"),
    "k": ("跳过第几条情况", "skip inject number"),
    "v": ("倍速", "speed"),
    "a": ("停止口令", "stop word"),
    "e": ("结束？输入 y", "end? type y"),
}
NOT_DONE: Final = {
    "i": ("没有这条情况：写它的编号 # 或代号", "no such inject: give its number or its key"),
    "k": ("没有这条情况：写它的编号 # 或代号", "no such inject: give its number or its key"),
    "v": (f"倍速须大于 0、不超过 {FASTEST}", f"a speed is above 0 and at most {FASTEST}"),
    "a": ("未写口令，演练继续", "no stop word: the drill goes on"),
    "e": ("未结束：结束须输入 y", "not ended: that takes a y"),
}
"""Why what was typed came to nothing."""
DONE: Final = {
    "StartDrill": ("已开始", "started"),
    "PauseDrill": ("已暂停", "paused"),
    "ResumeDrill": ("已继续", "goes on"),
    "SetSpeed": ("倍速", "speed"),
    "CallInject": ("已发出", "fired"),
    "SkipInject": ("已跳过", "skipped"),
    "AbortDrill": ("已中止", "aborted"),
    "EndDrill": ("已结束", "ended"),
}
HELP: Final = (
    "s 开始  p 暂停  r 继续  v 倍速  i 发出  k 跳过  a 中止  e 结束  q 离开",
    "s start  p pause  r resume  v speed  i inject  k skip  a abort  e end  q leave",
)


def done(order: Order, zh: bool) -> str:
    """What a person is told when the drill took it."""
    what = order.body.get("inject", order.body.get("rate", ""))
    return f"✓ {DONE[order.name][0 if zh else 1]} {what}".rstrip()


class Typed:
    """Characters out of what a terminal sends; a character may come in two parts."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")

    def heard(self, came: bytes) -> str:
        """Without arrows and function keys: their letters, behind an escape, are no orders."""
        return self._decoder.decode(FUNCTION_KEY.sub(b"", came))


class Keys:
    """`injects`: keys of the script's injects, in the order in which they are numbered on the screen."""

    def __init__(self, injects: Sequence[str]) -> None:
        self._injects = injects
        self._asking = ""
        self._typed = ""
        self._failed = ""

    def line(self, zh: bool) -> str:
        """What stands at the foot of the screen."""
        if not self._asking:
            return HELP[0] if zh else HELP[1]
        return f"{ASKS[self._asking][0 if zh else 1]}: {self._typed}"

    def complaint(self, zh: bool) -> str:
        """Why the last key gave no order though a line was sent off; else empty."""
        return NOT_DONE[self._failed][0 if zh else 1] if self._failed else ""

    def press(self, key: str) -> Order | None:
        """One character. Gives an order once there is one."""
        self._failed = ""
        if not self._asking:
            if key in ASKS:
                self._asking = key
            return AT_ONCE.get(key)
        if key in ENTER:
            asked, typed = self._asking, self._typed.strip()
            self._asking = self._typed = ""
            order = self._order(asked, typed)
            self._failed = "" if order is not None else asked
            return order
        if key == ESCAPE:
            self._asking = self._typed = ""
        elif key in RUB_OUT:
            self._typed = self._typed[:-1]
        elif key.isprintable() and len(self._typed) < LONGEST:
            self._typed += key
        return None

    def _order(self, asked: str, typed: str) -> Order | None:
        match asked:
            case "a" if typed:
                return Order("AbortDrill", {"word": typed})
            case "e" if typed == "y":
                return Order("EndDrill")
            case "v" if (rate := _number(typed)) is not None and 0 < rate <= FASTEST:
                return Order("SetSpeed", {"rate": rate})
            case "i" | "k" if (key := self._inject(typed)) is not None:
                return Order("CallInject" if asked == "i" else "SkipInject", {"inject": key})
        return None

    def _inject(self, typed: str) -> str | None:
        """By its number, or by its key."""
        if typed.isdigit() and 1 <= int(typed) <= len(self._injects):
            return self._injects[int(typed) - 1]
        return typed if typed in self._injects else None


def _number(typed: str) -> float | None:
    try:
        return float(typed)
    except ValueError:
        return None
