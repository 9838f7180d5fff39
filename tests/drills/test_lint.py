"""`pingji drill lint` names file, line, column, what is wrong and what would be right, all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coordinator.drills import script
from coordinator.drills.script import examine, lint
from coordinator.drills.sentences import SENTENCES, ScriptRefused
from coordinator.playbook.finding import Finding
from tests.builders import xianlin

Broken = Callable[[str, str], str]


def findings(text: str) -> tuple[Finding, ...]:
    return examine(text.encode(), "d.yaml", xianlin().areas)[1]


def place(text: str, passage: str, mark: str) -> tuple[int, int]:
    """Line and column of `mark` inside the passage that was put in."""
    at = text.index(passage) + passage.index(mark)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def test_a_good_script_has_no_findings(small: str) -> None:
    assert findings(small) == ()


# passage, what it becomes, code, where in it the finding points, what would be right (in English)
CASES = [
    ("2026-07-18T02:30+08:00", "2026-07-18T02:30", "no_time_zone", "2026", "+08:00"),
    ("2026-07-18T02:30+08:00", "tomorrow night", "bad_time", "tomorrow", "2026-07-18T02:30+08:00"),
    ("zone: Asia/Shanghai", "zone: Asia/Nanjing", "unknown_zone", "Asia", "Asia/Shanghai"),
    ('"0 15 1 * *"', '"0 25 1 * *"', "bad_cron", '"0', "minute hour day month weekday"),
    ("kind: functional", "kind: raid", "raid_in_calendar", None, "remove calendar"),
    ("kind: functional", "kind: rehearsal", "not_one_of", "rehearsal", "functional"),
    ('places: ["320113007"]', 'places: ["320113077"]', "unknown_place", '"320113077"', "320113007"),
    ('places: ["320113007"]', "places: [320113007]", "wrong_type", "320113007", "quotes"),
    ('places: ["320113007"]', 'places: ["xianlin"]', "bad_area", '"xianlin"', "2 to 20 digits"),
    (
        'to: ["32011300700101"]',
        'to: ["32011300700109"]',
        "unknown_place",
        '"32011300700109"',
        "3201130070010",
    ),
    ('places: ["320113007"]', 'places: ["320113007002"]', "outside", None, "within places"),
    ("stop_word: 停", "stop_wrod: 停", "unknown_key", "stop_wrod", '"stop_word"'),
    ("role: controller", "role: observer", "no_controller", None, "role: controller"),
    ("real: [team_leader]", "real: [team_leader, grid]", "seat_twice", "grid", "one of them"),
    ("who: street, by: 10min", "who: team_leader, by: 10min", "nobody_may", "team_leader", "street"),
    ("who: grid\n", "who: grid\n        who: grid\n", "duplicate_key", None, "remove"),
    ("who: grid\n", "who: community\n", "of_another_level", "community", "of the grid"),
    (
        "simulated: [commander, street, community, grid]",
        "simulated: [community, grid]",
        "seat_empty",
        None,
        "players",
    ),
    ("of: relay", "of: relya", "not_in_playbook", "relya", '"relay"'),
    ("        of: relay\n", "", "needs_of", None, "relay"),
    ("what: read,", "what: read, of: relay,", "takes_no_of", "relay", "remove"),
    ("what: read,", "what: reads,", "not_one_of", "reads", '"read"'),
    ("by: 30min", "by: 3h", "after_end", "3h", "lasts"),
    ("    at: 60min\n", "    at: 3h\n", "after_end", "3h", "lasts"),
    ("    at: 60min\n", "    at: 2min\n", "before_cause", None, "behind its cause"),
    ("    after: reads\n", "    after: relayed\n", "waits_for_itself", "relayed", "a time with at"),
    ("    after: reads\n", "    after: raeds\n", "unknown_cause", "raeds", '"reads"'),
    ("    after: reads\n", "    after: reads\n    at: 5min\n", "inject_when", None, "at or after"),
    ("    after: reads\n", "", "inject_when", None, "at or after"),
    ("    order: declare\n", "    order: raise\n", "nothing_declared", "raise", "order: declare"),
    ("  - key: higher", "  - key: start", "duplicate_entry", None, "rename"),
    (
        "playbook: flood-typhoon",
        "playbook: flood-typhon",
        "unknown_playbook",
        "flood-typhon",
        '"flood-typhoon"',
    ),
    ("playbook: flood-typhoon\n", "", "no_playbook", None, "playbook"),
    ("who: [grid], lasts: 10min", "who: [grid]", "bad_inject", None, "lasts, who"),
    ("who: [grid], lasts: 10min", "who: [grid], rate: 0.5, lasts: 10min", "bad_inject", None, "lasts, who"),
    ("    level: III\n", "", "bad_inject", None, "level"),
    ("kind: yes_no", "kind: timed", "bad_item", None, "target"),
    ("id: small", "id: Small one", "bad_script_id", "Small", "hyphens"),
    ("what: read, who: street", "what: read, who: community", "not_told", None, "into to"),
    ("what: finish_task\n", "what: read\n", "nothing_to_read", "read", "message"),
    ("area: protection", "area: protecting", "not_one_of", "protecting", '"protection"'),
]


@pytest.mark.parametrize(
    ("passage", "by", "code", "mark", "right"), CASES, ids=[f"{c[2]}-{c[1][:24].strip()}" for c in CASES]
)
def test_each_mistake_is_named_where_it_stands(
    broken: Broken, passage: str, by: str, code: str, mark: str | None, right: str
) -> None:
    text = broken(passage, by)
    found = [one for one in findings(text) if one.code == code]
    assert found, [str(one) for one in findings(text)]
    assert any(right in one.hint.en for one in found), found[0].hint.en
    if mark is not None:
        assert place(text, by, mark) in [(one.line, one.column) for one in found]


def test_what_comes_with_a_level_is_not_expected_before_that_level_is_ordered(broken: Broken) -> None:
    """Level II comes an hour after the start: whoever is asked within half an hour could not have such a post."""
    asked = "what: arrive\n        who: community\n        of: evac"
    early = broken("what: finish_task\n        who: grid\n        of: relay", asked)
    (found,) = findings(early)
    assert found.code == "not_at_level" and "level II" in found.message_en and "by 35min" in found.message_en
    assert (found.line, found.column) == place(early, asked, "evac")
    assert findings(early.replace("by: 30min", "by: 60min")) == ()


def test_what_a_simulated_command_post_is_asked_for_is_whole(broken: Broken) -> None:
    sender = "sender: {zh: 区, en: District}"
    for calls_for, wrong in (
        ("{what: declare, level: III}", ""),
        ("{what: instruct, order: stop_work, areas: ['320113007001']}", ""),
        ("{what: raise}", "bad_calls_for"),
        ("{what: instruct, level: II}", "bad_calls_for"),
        ("{what: end}", "not_one_of"),
        ("{what: instruct, order: stop_work, areas: ['320113008001']}", "unknown_place"),
    ):
        found = findings(broken(sender, f"{sender}\n    calls_for: {calls_for}"))
        assert [one.code for one in found] == ([wrong] if wrong else []), calls_for


def test_everything_is_said_at_once_in_the_order_of_the_lines(broken: Broken) -> None:
    text = broken("who: street, by: 10min", "who: team_leader, by: 10min").replace("of: relay", "of: relya")
    found = findings(text)
    assert [one.code for one in found] == ["nobody_may", "not_in_playbook"]
    assert found[0].line < found[1].line


def test_a_cycle_names_its_trail_once(broken: Broken) -> None:
    text = broken("    at: 60min\n    unless: relayed\n", "    after: start\n").replace(
        "after: reads", "after: higher"
    )
    (cycle,) = [one for one in findings(text) if one.code == "waits_for_itself"]
    assert "start" in cycle.message_en and "higher" in cycle.message_en


def test_without_a_register_codes_are_taken_as_they_are(broken: Broken) -> None:
    text = broken('to: ["32011300700101"]', 'to: ["99999999999999"]')
    assert examine(text.encode(), "d.yaml")[1] == ()


def test_every_sentence_is_there_in_both_languages() -> None:
    for code, sentences in SENTENCES.items():
        assert len(sentences) == 4 and all(sentences), code


@pytest.mark.parametrize("name", script.bundled_ids())
def test_the_scripts_that_come_with_the_project_are_good(name: str) -> None:
    path = Path("playbooks") / "drills" / f"{name.replace('-', '_')}.yaml"
    assert lint(path, xianlin().areas) == ()
    assert script.bundled(name).id == name


def test_the_script_of_the_guide_is_good() -> None:
    guide = Path("docs/drills.md").read_text(encoding="utf-8")
    assert findings(guide.split("```yaml\n")[1].split("```")[0]) == ()


def test_a_script_is_addressed_by_what_it_says(small: str) -> None:
    first, again = script.read(small.encode()), script.read(f"# a note\n{small}".encode())
    assert first.digest == again.digest
    assert script.from_json(first.json).document == first.document
    other = script.read(small.replace("by: 30min", "by: 31min").encode())
    assert other.digest != first.digest
    with pytest.raises(ScriptRefused):
        script.from_json(first.json.replace(b'"format":1', b'"format":2'))


def test_a_name_that_is_nearly_right_is_helped() -> None:
    with pytest.raises(ScriptRefused, match="xianlin-night-raid"):
        script.find("xianlin-nigth-raid")
    with pytest.raises(ScriptRefused, match="unreadable"):
        script.find("no/such.yaml")
