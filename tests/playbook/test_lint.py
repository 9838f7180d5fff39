"""`pingji playbook lint` names file, line, column, what is wrong and what would be right, all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coordinator.playbook.finding import CODES, Finding
from coordinator.playbook.lint import examine, lint

Broken = Callable[[str, str], str]


def findings(text: str) -> tuple[Finding, ...]:
    return examine(text.encode(), "p.yaml").findings


def place(text: str, passage: str, mark: str) -> tuple[int, int]:
    """Line and column of `mark` inside the passage that was put in."""
    at = text.index(passage) + passage.index(mark)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def test_a_good_playbook_has_no_findings(small: str) -> None:
    assert findings(small) == ()


BOMB = "ceil(" * 20 + "1" + ")" * 20

# passage, what it becomes, code, where in it the finding points, what would be right (in English)
CASES = [
    ("hazard: small", "hazard: small\nhazzard: x", "unknown_key", "hazzard", 'did you mean "hazard"?'),
    ("        heads: 2\n", "        head: 2\n        heads: 2\n", "unknown_key", "head:", '"heads"'),
    ("kind: count, total", "kind: count, totl: 1, total", "unknown_key", "totl", '"total"'),
    ("        heads: 2\n", '        heads: "2*peple"\n', "expression_unknown_attribute", "peple", "known here"),
    ("        heads: 2\n", '        heads: "vuln/communities"\n', "expression_unknown_attribute", "communi", "grids"),
    ("        heads: 2\n", "        heads: 2*grid\n", "expression_unknown_attribute", "grid", '"grids"'),
    ("        heads: 2\n", "        heads: 4/0\n", "expression_division_by_zero", "/0", "max(1, bld)"),
    ("        heads: 2\n", "        heads: pop/bld\n", "expression_division_by_zero", "/bld", "max(1, bld)"),
    ("        heads: 2\n", "        heads: 1e999\n", "expression_not_finite", "1e999", "plain numbers"),
    ("        heads: 2\n", "        heads: .inf\n", "expression_not_finite", ".inf", "plain numbers"),
    ("        heads: 2\n", "        heads: -1\n", "expression_negative", "-1", "max(0"),
    ("        heads: 2\n", '        heads: "gates-4"\n', "expression_negative", "-4", "max(0"),
    ("        heads: 2\n", f"        heads: {BOMB}\n", "expression_too_deep", "ceil(" * 8 + "1", "12"),
    ("        heads: 2\n", f'        heads: "{"max(1," * 40}1{")" * 40}"\n', "expression_too_long", None, "200"),
    ("        heads: 2\n", "        heads: ceil(2\n", "expression_unfinished", "\n", ")"),
    ("        heads: 2\n", "        heads: sqrt(2)\n", "expression_unknown_function", "sqrt", "ceil"),
    ("total: evac", "total: evak", "expression_unknown_attribute", "evak", '"evac"'),
    ("replaces: patrol", "replaces: patrl", "unknown_replaced", "patrl", '"patrol"'),
    ("        replaces: patrol\n", "", "needs_replaces", None, "replaces: patrol"),
    ("depends: [open]", "depends: [opne]", "unknown_dependency", "opne", '"open"'),
    ("depends: [open]", "depends: [move]", "cycle", "[move]", "remove one"),
    (
        "          by: 1h\n",
        "          by: 1h\n          depends: [move]\n",
        "dependency_below",
        "move",
        "same area or of one above",
    ),
    ("by: 30min", "by: 30 minutes", "bad_duration", "30 minutes", "30min"),
    ("by: 30min", "by: 30", "bad_duration", "30", "min, h or d"),
    ("by: 30min", "by: 1.5h", "bad_duration", "1.5h", "30min"),
    ("by: 30min", "by: -1h", "bad_duration", "-1h", "30min"),
    ("by: 30min", "by: 400d", "bad_duration", "400d", "366d"),
    ("by: 30min", "by: 30min\n        by: 1h", "duplicate_key", "by: 1h", "remove or rename"),
    ("by: 30min", "by: &soon 30min", "anchor", "&soon", "no aliases"),
    ("by: 30min", "by: *soon", "alias", "*soon", "no aliases"),
    ("skills: [radio]", "skills: [radoi]", "unknown_word", "radoi", '"radio"'),
    ("[community_event]", "[comunity_event]", "unknown_word", "comunity", '"community_event"'),
    ("facility: shelter", "facility: hotel", "unknown_word", "hotel", "shelter"),
    ("{kind: facility_state, facility: shelter}", "{kind: check_in, post: dutty}", "unknown_word", "dutty", '"duty"'),
    ("facility: shelter", "facility: sheltr", "unknown_word", "sheltr", '"shelter"'),
    ("scope: community, to: open", "scope: street, to: open", "scope_changes", "street", "same scope"),
    ("to: open", "to: opened", "not_one_of", "opened", '"open"'),
    ("kind: facility_state", "kind: facility_stat", "not_one_of", "facility_stat", '"facility_state"'),
    ("{kind: count, total: evac, share: 0.95}", "{kind: count}", "bad_evidence", "{kind", "needs total"),
    ("share: 0.95", "share: 1.5", "out_of_range", "1.5", "<= 1"),
    ("shifts: 3", 'shifts: "3"', "wrong_type", '"3"', "whole number"),
    ("shifts: 3", "shifts: 0", "out_of_range", "0", ">= 1"),
    ("key: duty", "key: Duty", "bad_name", "Duty", "lower-case"),
    ("        - key: move\n", "        - key: open  # again\n", "duplicate_entry", "open", "rename"),
    ("en: Duty", 'en: ""', "bad_length", '""', ">= 1"),
    ("{zh: 值班, en: Duty}", "{zh: 值班}", "missing_key", "{zh", 'add "en"'),
    ("crew_min: 2", "crew_min: 5", "crew_never_full", "5", "raise heads"),
    ("id: small", "id: Small Plan", "bad_id", "Small Plan", "hyphens"),
]  # fmt: skip


@pytest.mark.parametrize(("passage", "by", "code", "mark", "right"), CASES)
def test_each_mistake_is_named_at_its_place_with_the_way_out(
    broken: Broken, passage: str, by: str, code: str, mark: str | None, right: str
) -> None:
    text = broken(passage, by)
    found = [each for each in findings(text) if each.code == code]
    assert len(found) == 1, findings(text)
    assert found[0].file == "p.yaml"
    assert right in found[0].hint.en
    if mark is not None:
        assert (found[0].line, found[0].column) == place(text, by, mark)


def test_a_finding_reads_like_a_compiler_message(broken: Broken) -> None:
    [found] = findings(broken("by: 30min", "by: soon"))
    assert found.en() == (
        'p.yaml:24:13: bad_duration: "soon" is not a duration; '
        "a whole number and min, h or d, at most 366d: 30min, 2h, 1d"
    )
    assert str(found).startswith("p.yaml:24:13: bad_duration: “soon”不是时长；")


def test_everything_wrong_in_a_file_is_said_at_once(small: str) -> None:
    text = small.replace("by: 30min", "by: soon").replace("depends: [open]", "depends: [opne]")
    text = text.replace("heads: 2\n", "heads: 2*peple\n").replace("hazard: small", "hazard: small\nx: 1")
    assert [each.code for each in findings(text)] == [
        "unknown_key",
        "expression_unknown_attribute",
        "bad_duration",
        "unknown_dependency",
    ]


def test_a_longer_cycle_is_told_once_with_its_way(small: str) -> None:
    task = "{{key: {0}, scope: grid, name: {{zh: 事, en: It}}, by: 1h, evidence: {{kind: photo}}, depends: [{1}]}}"
    tasks = ", ".join(task.format(*pair) for pair in ("ab", "bc", "ca"))
    text = small.replace(
        "work: {tasks: [], suspends: [project", f"work: {{tasks: [{tasks}], suspends: [project"
    )
    [found] = findings(text)
    assert found.code == "cycle"
    assert "a → b → c → a" in found.message_en


def test_a_cycle_that_only_a_replacement_closes_is_found(small: str) -> None:
    task = (
        "{key: move2, replaces: open, scope: community, name: {zh: 事, en: It}, by: 1h, "
        "evidence: {kind: photo}, depends: [again]}, "
        "{key: again, scope: community, name: {zh: 事, en: It}, by: 1h, evidence: {kind: photo}, "
        "depends: [open]}"
    )
    text = small.replace(
        "work: {tasks: [], suspends: [project", f"work: {{tasks: [{task}], suspends: [project"
    )
    assert "cycle" in [each.code for each in findings(text)]


def test_what_a_playbook_names_itself_is_known(broken: Broken) -> None:
    own = "words: {skills: {drone: {zh: 无人机, en: Drone}}, facilities: {temple: {zh: 庙, en: Temple}}}\nlevels:"
    text = broken("levels:", own).replace("[radio]", "[drone]").replace("kind: shelter", "kind: temple")
    assert findings(text.replace("facility: shelter", "facility: temple")) == ()


def test_a_crew_may_be_of_this_scope_or_below_and_a_facility_only_of_this(broken: Broken) -> None:
    by_post = "{kind: check_in, post: patrol}"
    assert findings(broken("{kind: facility_state, facility: shelter}", by_post)) == ()
    text = broken("{kind: count, total: evac, share: 0.95}", "{kind: facility_state, facility: shelter}")
    assert [each.code for each in findings(text)] == ["unknown_word"]
    text = broken("{kind: count, total: evac, share: 0.95}", "{kind: check_in, post: duty}")
    assert [each.code for each in findings(text)] == ["unknown_word"]


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert [each.code for each in lint(tmp_path / "none.yaml")] == ["unreadable"]


def test_what_is_quoted_from_a_file_cannot_command_a_terminal(broken: Broken) -> None:
    [found] = findings(broken("id: small", 'id: "\\e[31mred"'))
    assert "\x1b" not in found.message_zh + found.message_en


def test_codes_are_the_published_ones() -> None:
    assert len(set(CODES)) == len(CODES)
    assert {code for _, _, code, _, _ in CASES} <= set(CODES)
