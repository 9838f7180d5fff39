"""FIELD=VALUE becomes what the command's own form asks for."""

from __future__ import annotations

import json

import pytest

from clients.cli.fields import BadField, body_of, faults_of
from coordinator.domain.call_out import CallOutCrew, CheckIn
from coordinator.domain.change import DeclareOperation, LowerLevel
from coordinator.domain.situation import ReportHazard, ReportTally
from coordinator.domain.task import CompleteTask


def test_numbers_texts_and_codes_are_read_as_the_form_says() -> None:
    body = body_of(ReportHazard, ["area=4201070010", "kind=water", "depth_cm=27", "trend=rising"], "")
    assert body == {"area": "4201070010", "kind": "water", "depth_cm": 27, "trend": "rising"}
    assert faults_of(ReportHazard, body) == []


def test_a_field_repeated_is_a_list_and_a_list_of_one_is_one_too() -> None:
    assert body_of(CheckIn, ["call_outs=a", "call_outs=b", "muster=true"], "") == {
        "call_outs": ["a", "b"],
        "muster": True,
    }
    assert body_of(CompleteTask, ["evidence=photo-1", "task=5"], "") == {"evidence": ["photo-1"], "task": "5"}


def test_a_dotted_field_is_an_entry_of_a_mapping() -> None:
    body = body_of(
        DeclareOperation, ["targets.420107001=II", "targets.420107002=III", "expected_minutes=240"], ""
    )
    assert body == {"targets": {"420107001": "II", "420107002": "III"}, "expected_minutes": 240}
    assert body_of(ReportTally, ["values.moved=8"], "") == {"values": {"moved": 8}}
    assert body_of(LowerLevel, ["conditions.all_home=met"], "") == {"conditions": {"all_home": "met"}}
    assert body_of(CallOutCrew, ['picks.op:evac@1.2=["p1"]'], "") == {"picks": {"op:evac@1.2": ["p1"]}}


def test_json_is_taken_too_and_fields_are_put_over_it() -> None:
    body = body_of(
        ReportTally, ["operation=op-2", "values.b=2"], json.dumps({"operation": "op-1", "values": {"a": 1}})
    )
    assert body == {"operation": "op-2", "values": {"a": 1, "b": 2}}
    assert body_of(ReportTally, ['values={"a": 1}'], "") == {"values": {"a": 1}}


@pytest.mark.parametrize(
    ("given", "body"),
    [(["depth"], ""), (["=3"], ""), ([], "[1]"), ([], "{half"), (["values.a=1"], '{"values": 3}')],
)
def test_what_is_no_field_is_said_so(given: list[str], body: str) -> None:
    with pytest.raises(BadField):
        body_of(ReportTally, given, body)


def test_what_does_not_fit_is_left_to_the_form_to_complain_of() -> None:
    body = body_of(ReportHazard, ["kind=water", "depth_cm=deep", "trend=up", "colour=blue"], "")
    assert body["depth_cm"] == "deep"
    assert {fault.pointer for fault in faults_of(ReportHazard, body)} == {
        "/area",
        "/depth_cm",
        "/trend",
        "/colour",
    }
    assert "/area" not in {fault.pointer for fault in faults_of(ReportHazard, body, without_area=True)}
