"""A body that is not right is answered with where and what to do."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from coordinator.domain.call_out import Answer
from coordinator.domain.change import DeclareOperation
from coordinator.domain.situation import ReportHazard
from coordinator.wire.faults import MOST, bad_body, faults, pointer


def complaint_of(model: type, text: str) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        model.model_validate_json(text)  # type: ignore[attr-defined]
    return caught.value


def test_each_fault_has_its_place_and_a_hint() -> None:
    found = faults(complaint_of(ReportHazard, '{"area":"x","kind":"water","depth_cm":"deep","extra":1}'))
    assert {(fault.pointer, fault.why) for fault in found} >= {
        ("/trend", "必填"),
        ("/depth_cm", "须是整数"),
        ("/extra", "没有这一项，请删去"),
    }
    assert "^[0-9]{2,20}$" in next(fault.why_en for fault in found if fault.pointer == "/area")


def test_what_was_sent_is_not_repeated() -> None:
    secret = "13800000000"
    body = bad_body(
        complaint_of(ReportHazard, f'{{"area":"4201","kind":"{secret} X","depth_cm":1,"trend":"up"}}')
    )
    assert secret not in body.model_dump_json()
    assert body.code == "bad_body"
    assert body.facts["also"] == "/trend"


def test_faults_within_lists_and_keys_of_mappings_are_pointed_to() -> None:
    found = faults(complaint_of(Answer, '{"area":"4201","answers":[{"call_out":"a","coming":1}]}'))
    assert found[0].pointer == "/answers/0/coming"
    wrong = faults(
        complaint_of(DeclareOperation, '{"area":"4201","targets":{"no/w":"II"},"expected_minutes":1}')
    )
    assert {fault.pointer for fault in wrong} == {"/playbook", "/targets/no~1w"}


def test_a_flood_of_faults_is_cut() -> None:
    answers = ",".join(['{"call_out":1}'] * 100)
    assert len(faults(complaint_of(Answer, f'{{"area":"4201","answers":[{answers}]}}'))) == MOST


def test_the_whole_body_has_a_pointer_too() -> None:
    assert faults(complaint_of(Answer, "nonsense"))[0].pointer == pointer(()) == "/"
