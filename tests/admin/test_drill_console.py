"""Exercise control's console on a terminal: what is typed arrives whole, and what matters stays on the screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from rich.console import Console

from coordinator.admin.drill import console as drill_console
from coordinator.admin.drill.desk import Desk, ExpectedLine, InjectLine, _enough, above, draw
from coordinator.admin.drill.fitting import fitted, rows_left
from coordinator.admin.drill.keys import Keys, Typed
from coordinator.admin.drill.seats import SEATS_FILE, Taken, desks_of
from coordinator.admin.run.grants import CommandFailed
from coordinator.domain.access import Role
from coordinator.drills.matching import AtPlace, Outcome, Verdict
from coordinator.drills.script import bundled
from coordinator.wire.words import Language

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)
NIGHT = bundled("xianlin-night-raid").document
FOOT = ["✓ 已发出 warning", "s 开始  p 暂停"]


class Typist(NamedTuple):
    typed: asyncio.Queue[str]
    hand: int

    async def types(self, what: bytes) -> str:
        os.write(self.hand, what)
        async with asyncio.timeout(5):
            keys = [await self.typed.get()]
        return "".join(keys + [self.typed.get_nowait() for _ in range(self.typed.qsize())])


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a terminal that stands for standard input."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "r") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield ours
    os.close(ours)


async def test_a_stop_word_that_comes_at_once_from_an_input_method_arrives_whole(hand: int) -> None:
    async with drill_console._pressed() as typed:
        typist = Typist(typed, hand)
        assert await typist.types("a停止演练\n".encode()) == "a停止演练\n"
        assert await typist.types(b"p") == "p"


def test_an_arrow_and_a_function_key_are_no_orders() -> None:
    """Behind an escape the keypad sends letters like those of pause and start."""
    typed = Typed()
    assert [typed.heard(came) for came in (b"\x1b", b"\x1bOp", b"\x1b[A", b"s")] == ["\x1b", "", "", "s"]
    assert typed.heard(b"s\x1bOp\x1b[1;5Ar") == "sr", "also where several keys come in one piece"
    assert typed.heard("\x1ba停止\r".encode()) == "\x1ba停止\r", (
        "an escape of its own loses nothing behind it"
    )


def test_a_character_may_come_in_two_parts() -> None:
    typed, word = Typed(), "停止".encode()
    assert [typed.heard(word[:4]), typed.heard(word[4:])] == ["停", "止"]


@pytest.mark.parametrize(
    ("text", "why"), [("i99\r", "no such inject"), ("v100\r", "at most 60"), ("en\r", "not ended")]
)
def test_what_makes_no_sense_is_told(text: str, why: str) -> None:
    keys = Keys([])
    assert [keys.press(key) for key in text] == [None] * len(text)
    assert why in keys.complaint(zh=False)
    keys.press("x")
    assert keys.complaint(zh=False) == ""


def looked(fired: int, states: dict[str, str]) -> Desk:
    """A look at the night raid with so many injects behind it; expectations not named have been met."""
    expected = [(inject, one) for inject in NIGHT.injects for one in inject.expects]
    return Desk(
        world="DRILL-1",
        name="raid",
        phase="running",
        reason="",
        rate=1,
        now=NOON,
        answered=3,
        desks=42,
        people_answered=1,
        people=2,
        stop_word="停止演练",
        injects=[
            InjectLine(number, one, "fired" if number <= fired else "waiting", NOON)
            for number, one in enumerate(NIGHT.injects, start=1)
        ],
        expected=[ExpectedLine(one, states.get(one.key, "met"), 1, 1, NOON) for _, one in expected],
    )


def shown(found: Desk, height: int, lang: Language = "zh") -> list[str]:
    """The rows of a terminal 80 columns wide."""
    screen = Console(width=80, height=height, force_terminal=True, highlight=False, color_system=None)
    room = rows_left(screen, above(found, NOON, lang), FOOT)
    with screen.capture() as drawn:
        screen.print(draw(fitted(found, room), NOON, lang, FOOT))
    return drawn.get().splitlines()


@pytest.mark.parametrize("height", [24, 30, 60])
@pytest.mark.parametrize("fired", range(len(NIGHT.injects) + 1))
def test_what_can_be_pressed_is_always_on_the_screen(height: int, fired: int) -> None:
    rows = shown(looked(fired, {}), height)
    assert len(rows) <= height and [row.rstrip() for row in rows[-2:]] == FOOT


@pytest.mark.parametrize("fired", range(len(NIGHT.injects)))
def test_the_next_inject_stays_with_its_number_on_a_small_screen(fired: int) -> None:
    rows = shown(looked(fired, {}), 24)
    assert any(row.startswith(f"{fired + 1} ") and NIGHT.injects[fired].key in row for row in rows)


def test_what_is_being_waited_for_stays_and_the_rest_is_counted() -> None:
    met = looked(4, {})
    late = looked(4, {"shelters": "open", "signed_again": "missed"})
    texts = {line.expectation.key: line.expectation.text.text.zh for line in late.expected}
    rows = "\n".join(shown(late, 24))
    assert texts["shelters"] in rows and texts["signed_again"] in rows
    assert texts["shelters"] not in "\n".join(shown(met, 24))
    kept = fitted(late, 14)
    assert len(kept.expected) + kept.more_expected == len(late.expected)
    assert len(kept.injects) + kept.more_injects == len(late.injects)
    assert [line.expectation.key for line in kept.expected] == [
        key for key in texts if key in {line.expectation.key for line in kept.expected}
    ]


def test_before_its_time_is_over_a_part_is_not_everybody() -> None:
    """Two of ten grids stand after half an hour, of those that could: shown as met it would be a lie."""
    expectation = next(one for inject in NIGHT.injects for one in inject.expects if one.share == 0.8)

    def met(*verdicts: Verdict) -> Outcome:
        places = tuple(AtPlace(str(at), verdict) for at, verdict in enumerate(verdicts))
        return Outcome(expectation.key, "start", Verdict.MET, 1.0, places)

    unseen, done = Verdict.NOT_OBSERVED, Verdict.MET
    assert not _enough(expectation, met(done, unseen, unseen, unseen, unseen))
    assert _enough(expectation, met(done, done, done, done, unseen))
    assert _enough(expectation, met(done, Verdict.NOT_NEEDED))


def test_the_roll_call_tells_people_from_simulated_teams(tmp_path: Path) -> None:
    seats = [
        Taken("street", Role.STREET, "1", "a", "t"),
        Taken("grid", Role.GRID, "2", "b", "t", simulated=True),
        Taken("control", Role.CONTROLLER, "0", "c", "t"),
    ]
    (tmp_path / SEATS_FILE).write_bytes(msgspec.json.encode(seats))
    assert desks_of(tmp_path) == ({"1", "2"}, {"1"})
    assert any("点名 1/2 人、2/40 模拟" in row for row in shown(looked(0, {}), 24))


def test_what_comes_after_a_drill_is_said_where_it_ended() -> None:
    over = looked(10, {})._replace(phase="aborted")
    assert any("drill report" in row for row in shown(over, 24))
    assert not any("drill report" in row for row in shown(looked(10, {}), 24))
    assert [row.rstrip() for row in shown(over, 24)[-2:]] == FOOT, "though the line above is two rows now"


def test_a_refusal_is_told_in_the_language_of_the_console() -> None:
    refused = CommandFailed("drill_phase", "演练现为“已中止”", "The drill is aborted")
    assert (refused.said("zh"), refused.said("en")) == ("演练现为“已中止”", "The drill is aborted")
    assert "演练" in str(refused) and "aborted" in str(refused)
