"""The whole language: every command has its rule, every event its change, and old ones are read for ever."""

from __future__ import annotations

import ast
import inspect
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from coordinator.domain import falling_due, key, rules
from coordinator.domain.command import Command
from coordinator.domain.event import LANGUAGE, Event
from coordinator.domain.refusal import Refused
from coordinator.domain.situation import ReportHazard, Trend
from coordinator.domain.table import Table
from coordinator.domain.world import LIVE, Clock, FoundScope
from tests.builders import DISTRICT, FIRST, GRID, T0, World, asks, phone, task_spec, xianlin

DOMAIN = Path(inspect.getfile(rules)).parent


def subclasses(kind: type) -> set[type]:
    found: set[type] = set(kind.__subclasses__())
    return found | {each for one in found for each in subclasses(one)}


def test_every_command_has_its_rule_and_every_event_its_change() -> None:
    commands = {one for one in subclasses(Command) if not one.__name__.startswith("_")}
    events = {one for one in subclasses(Event) if not one.__name__.startswith("_")}
    assert commands == set(rules.DECIDE)
    assert events == set(rules.APPLY)


def deadlines_opened() -> set[str]:
    """Kinds of duty that the source opens as deadlines."""
    found: set[str] = set()
    for path in DOMAIN.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                given = [ast.unparse(one) for one in node.args]
                if "How.DEADLINE" in given:
                    found.add(ast.literal_eval(given[given.index("How.DEADLINE") + 1]))
    return found


def test_every_deadline_that_is_opened_has_a_rule_and_every_rule_a_deadline() -> None:
    assert deadlines_opened() == set(falling_due.RULES)


def body(v: int = LANGUAGE, event: str = '{"type":"DurationRanOut","area":"32","operation":"op-1"}') -> bytes:
    stamp = (
        '{"at":"2026-07-04T20:00:00Z","recorded":"2026-07-04T20:00:00Z","actor":"a","role":"r","place":"",'
        '"office":"","key":"k","hash":"h","count":1}'
    )
    return (
        f'{{"v":{v},"world":"DEMO","scope":"32","epoch":1,"position":7,"stamp":{stamp},"event":{event}}}'
    ).encode()


def test_an_entry_is_read_as_it_was_written() -> None:
    recorded = rules.decode(body())
    assert (recorded.position, recorded.stamp.key, recorded.event.area) == (7, "k", "32")
    assert rules.decode(rules.encode(recorded)) == recorded


def test_an_old_event_is_brought_up_to_today_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions ago an operation was an `op`; one version ago it was written in capitals."""

    def renamed(event: dict[str, object]) -> dict[str, object]:
        return {"operation" if name == "op" else name: value for name, value in event.items()}

    def lowered(event: dict[str, object]) -> dict[str, object]:
        return event | {"operation": str(event["operation"]).lower()}

    monkeypatch.setattr(rules, "LANGUAGE", 3)
    monkeypatch.setattr(rules, "UPCASTS", {1: renamed, 2: lowered})
    old = rules.decode(body(1, '{"type":"DurationRanOut","area":"32","op":"OP-1"}'))
    newer = rules.decode(body(2, '{"type":"DurationRanOut","area":"32","operation":"OP-1"}'))
    today = rules.decode(body(3))
    assert old.event == newer.event == today.event


def test_a_newer_event_is_not_misread() -> None:
    with pytest.raises(msgspec.DecodeError, match="language"):
        rules.decode(body(LANGUAGE + 1))


@pytest.mark.parametrize("event", ['{"type":"Nothing","area":"32"}', '{"area":"32"}', "[]"])
def test_what_is_no_event_is_said_so(event: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        rules.decode(body(event=event))


def test_a_gap_in_the_log_is_not_passed_over() -> None:
    world = World()
    again = rules.decode(world.log[0])
    with pytest.raises(ValueError, match="event 1 after 1"):
        rules.apply(world.state, again)


# --- keys -------------------------------------------------------------------------------------------------


def test_a_key_knows_the_whole_answer_of_its_command() -> None:
    world = World()
    world.declare("III")
    declared = rules.decode(world.log[1])
    known = world.state.keys[declared.stamp.key]
    assert (known.first, known.last) == (2, 2)
    assert known.ids == (world.operation,)
    unfolded = rules.decode(world.log[2])
    known = world.state.keys[unfolded.stamp.key]
    assert known.last - known.first + 1 == unfolded.stamp.count == 12


def test_keys_are_forgotten_when_no_clock_would_let_them_in_any_more() -> None:
    world = World()
    founding = next(iter(world.state.keys.positions()))
    world.now = T0 + key.KEY_LIFE + key.KEY_AHEAD
    world.declare("III", "320113007001")
    assert founding in world.state.keys
    world.now += timedelta(seconds=1)
    world.sign(world.operation)
    assert founding not in world.state.keys
    assert world.state.keys.floor == world.state.position


def test_what_was_dropped_a_day_ago_is_forgotten_and_a_delta_from_before_asks_for_a_snapshot() -> None:
    world = World(handmade=asks(FIRST, tasks=(task_spec("list"),)))
    op = world.declare("III", FIRST)
    world.end(op, FIRST)
    gone = world.state.position
    assert world.state.tasks.tombstones()
    world.now += key.KEY_LIFE + key.KEY_AHEAD + timedelta(minutes=1)
    world.order(phone(GRID), ReportHazard(area=GRID, kind="ponding", depth_cm=5, trend=Trend.STEADY))
    assert not world.state.tasks.tombstones()
    assert world.state.tasks.floor == gone


def made(minutes: float) -> str:
    milliseconds = int((T0 + timedelta(minutes=minutes)).timestamp() * 1000)
    digits = f"{milliseconds:012x}7000800000000000000"
    digits = digits.ljust(32, "0")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def test_a_key_says_when_it_was_made() -> None:
    assert key.key_time(made(0)) == T0


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(-24 * 60 - 1, "key_expired"), (10.1, "key_ahead"), (-24 * 60 + 1, ""), (9.9, ""), (0, "")],
)
def test_too_old_and_too_new(minutes: float, code: str) -> None:
    if not code:
        key.check_key_time(made(minutes), T0)
        return
    with pytest.raises(Refused, match=code):
        key.check_key_time(made(minutes), T0)


@pytest.mark.parametrize(
    "text",
    ["", "123", "x" * 36, "019f2e5a-1c00-4000-8000-000000000000", "zzzzzzzz-zzzz-7zzz-8zzz-zzzzzzzzzzzz"],
    ids=["empty", "short", "letters", "version 4", "no digits"],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(Refused, match="bad_key"):
        key.key_time(text)


def test_another_body_has_another_hash() -> None:
    assert key.body_hash("CheckIn", b"{}") != key.body_hash("Depart", b"{}")
    assert key.body_hash("CheckIn", b"{}") != key.body_hash("CheckIn", b"{ }")


# --- worlds -----------------------------------------------------------------------------------------------


def found(**given: object) -> FoundScope:
    digests = xianlin().digests
    fields: dict[str, object] = {
        "area": DISTRICT,
        "world": "DEMO",
        "areas": digests.areas,
        "people": digests.people,
        "organisation": digests.organisation,
        "origin": T0,
        "started": T0,
        "rate": 60.0,
    }
    return FoundScope.model_validate(fields | given)


def test_a_scope_is_founded_once() -> None:
    world = World()
    assert world.order(world.holder, found()) == []


def fresh(name: str) -> World:
    world = World()
    world.state = rules.new_state(name, DISTRICT, xianlin())
    return world


def test_no_world_is_founded_in_another() -> None:
    world = fresh("DEMO")
    assert world.refusal(world.holder, found(world="LIVE")).code == "other_world"


@pytest.mark.parametrize("given", [{"rate": 2.0}, {"rate": 1.0, "origin": T0 + timedelta(days=1)}])
def test_the_real_world_s_clock_is_the_clock(given: dict[str, object]) -> None:
    world = fresh(LIVE)
    assert world.refusal(world.holder, found(world=LIVE, **given)).code == "live_clock"


def test_a_drill_runs_at_its_own_rate() -> None:
    clock = Clock(origin=T0 + timedelta(days=100), started=T0, rate=60)
    later = T0 + timedelta(minutes=2)
    assert clock.now(later) == clock.origin + timedelta(hours=2)
    assert clock.real(clock.now(later)) == later


# --- tables -----------------------------------------------------------------------------------------------


class Thing(msgspec.Struct, frozen=True):
    area: str
    value: int = 0


def no_counts(area: str, counts: object, sign: int) -> None:
    """A table that counts nothing."""


def table(*puts: tuple[str, int]) -> Table[Thing]:
    made = Table[Thing]("things")
    for position, (name, value) in enumerate(puts, start=1):
        made.put(name, Thing("32", value), position, no_counts)
    return made


def test_changes_are_given_newest_first_and_once() -> None:
    things = table(("a", 1), ("b", 1), ("a", 2))
    assert [(one.key, one.position) for one in things.changes(0)] == [("a", 3), ("b", 2)]
    assert [one.key for one in things.changes(2)] == ["a"]
    assert not list(things.changes(3))


def test_what_is_dropped_is_told_until_it_is_buried() -> None:
    things = table(("a", 1), ("b", 1))
    things.drop("a", 3, no_counts)
    assert [(one.key, one.gone) for one in things.changes(2)] == [("a", True)]
    assert things.tombstones()["a"].record == Thing("32", 1)
    things.bury(3)
    assert not list(things.changes(2)) and things.floor == 3
    things.put("a", Thing("32", 9), 4, no_counts)
    assert [(one.key, one.gone) for one in things.changes(3)] == [("a", False)]


def test_a_record_never_moves_to_another_area() -> None:
    things = table(("a", 1))
    with pytest.raises(ValueError, match="moved from 32 to 33"):
        things.put("a", Thing("33"), 2, no_counts)


def test_an_overlay_shows_both_and_touches_nothing() -> None:
    things = table(("a", 1), ("b", 1), ("c", 1))
    over = things.overlay()
    over.put("a", Thing("32", 5), 4, no_counts)
    over.put("d", Thing("32", 6), 5, no_counts)
    over.drop("b", 6, no_counts)
    assert {name: thing.value for name, thing in over.items()} == {"a": 5, "c": 1, "d": 6}
    assert [thing.value for thing in over.in_area("32")] == [5, 1, 6]
    assert len(over) == 3 and "b" not in over and over.get("b") is None
    with pytest.raises(KeyError):
        over["b"]
    with pytest.raises(KeyError):
        over.drop("b", 7, no_counts)
    assert {name: thing.value for name, thing in things.items()} == {"a": 1, "b": 1, "c": 1}
