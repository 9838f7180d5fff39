"""The difference of two versions is said in words, with nothing said of what did not change."""

from __future__ import annotations

from collections.abc import Callable

from coordinator.domain.mode import ResponseLevel
from coordinator.playbook import library, schema
from coordinator.playbook.diff import FIELDS, diff, diff_levels
from coordinator.playbook.loader import read

Broken = Callable[[str, str], str]


def words(old: str, new: str) -> list[tuple[str, str]]:
    return [(change.text.zh, change.text.en) for change in diff(read(old), read(new))]


def test_the_same_content_has_no_difference(small: str) -> None:
    assert words(small, small + "# a remark\n") == []


def test_a_changed_headcount_is_said_with_both_values(small: str, broken: Broken) -> None:
    assert words(small, broken("heads: 2\n", "heads: 2*grids\n")) == [
        (
            "四级响应：岗位“值班”（duty）的每班人数由“2”改为“2*grids”",
            'level IV: post "Duty" (duty): heads from 2 to 2*grids',
        )
    ]


def test_a_changed_deadline_is_said_as_a_duration(small: str, broken: Broken) -> None:
    assert words(small, broken("by: 30min", "by: 2h")) == [
        (
            "四级响应：岗位“值班”（duty）的时限由“30分钟”改为“2小时”",
            'level IV: post "Duty" (duty): deadline from 30 min to 2 h',
        )
    ]


def test_added_and_removed_entries_are_named(small: str, broken: Broken) -> None:
    renamed = broken("- key: duty", "- key: desk")
    assert words(small, renamed) == [
        ("四级响应：取消岗位“值班”（duty）", 'level IV: post "Duty" (duty) removed'),
        ("四级响应：新增岗位“值班”（desk）", 'level IV: post "Duty" (desk) added'),
    ]


def test_settings_conversions_evidence_and_suspensions_are_compared(small: str, broken: Broken) -> None:
    new = broken("suspends: [community_event]", "suspends: []")
    new = new.replace("share: 0.95", "share: 0.9").replace("to: inspected", "to: standby")
    new = new.replace("must: true", "must: false").replace("hazard: small", "hazard: tiny")
    assert [text for text, _ in words(small, new)] == [
        "四级响应：阵地转换“检查”（shelter）的目标状态由“已检查”改为“备用”",
        "四级响应：任务“转移”（move）的佐证由“完成数 evac 95%”改为“完成数 evac 90%”",
        "四级响应：暂停工作由“社区活动”改为“无”",
        "恢复事项“清扫”（clean）的必备由“是”改为“否”",
        "灾种由“small”改为“tiny”",
    ]


def test_every_field_of_the_schema_has_a_name_in_a_sentence() -> None:
    compared = (
        schema.Post, schema.Task, schema.Tally, schema.Conversion, schema.StandDown, schema.SafetyRule,
        schema.CommandPart, schema.Reports, schema.WarningPhase,
    )  # fmt: skip
    fields = {field for model in compared for field in model.model_fields} - {"key", "kind"}
    fields |= set(schema.InformationPart.model_fields) - {"tallies", "reports"}
    fields |= set(schema.Document.model_fields) - {
        "format", "id", "version", "levels", "recovery", "safety", "warning",
    }  # fmt: skip
    assert fields <= set(FIELDS)


def test_two_levels_differ_in_what_holds_at_each() -> None:
    flood = library.bundled("flood-typhoon")
    changes = diff_levels(flood, ResponseLevel.III, flood, ResponseLevel.II)
    document = flood.document
    added = {change.key for change in changes if change.kind == "posts" and not change.field}
    assert added >= {post.key for post in document.levels[ResponseLevel.II].people} - {
        post.key for post in document.levels[ResponseLevel.III].people
    }
    assert all(change.level == "" and change.text.zh and change.text.en for change in changes)
    assert diff_levels(flood, ResponseLevel.II, flood, ResponseLevel.II) == []
    back = diff_levels(flood, ResponseLevel.II, flood, ResponseLevel.III)
    assert len(back) == len(changes), "each difference is one in both directions"
