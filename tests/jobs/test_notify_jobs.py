"""Who is to be told: exactly those whom the state has as called and not told, and offices by their duty roster."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from coordinator.domain.call_out import Progress
from coordinator.jobs import notify
from coordinator.jobs.notify import AT_MOST, notify_jobs
from coordinator.jobs.payload import Notice, Recipient, notify_job, to_plain

HERE = "320113007001"
GRID = "32011300700101"
ELSEWHERE = "320113007002"


def only(street: Any, duties: list[Any]) -> Notice:
    (job,) = notify_jobs(street.state, duties)
    (notice,) = job.notices
    return notice


def test_a_call_out_is_for_those_of_the_place_and_its_grids_who_were_not_told(street: Any) -> None:
    waiting = [street.call(HERE, "p1"), street.call(GRID, "p2")]
    street.call(GRID, "p3", Progress.REACHED)
    street.call(GRID, "p4", Progress.CANCELLED)
    street.call(ELSEWHERE, "p5")
    notice = only(street, [street.owe("call_out", f"{HERE}@7", HERE)])
    assert [(one.person, one.call_out) for one in notice.to] == [(one.responder, one.id) for one in waiting]
    assert (notice.what, notice.area, notice.channels) == ("call_out", HERE, ("app", "sms"))


def test_two_waves_of_one_place_tell_each_person_once(street: Any) -> None:
    street.call(GRID, "p1")
    duties = [street.owe("call_out", f"{HERE}@{position}", HERE) for position in (7, 9)]
    (job,) = notify_jobs(street.state, duties)
    assert [len(notice.to) for notice in job.notices] == [1, 0]
    assert [notice.duty for notice in job.notices] == [duty.key for duty in duties]


def test_a_shared_post_asked_for_again_is_another_message(street: Any) -> None:
    duty = street.owe("call_out", f"{HERE}@7", HERE)
    first = street.call(HERE, "p1")
    before = only(street, [duty]).to[0]
    street.call(HERE, "p1", at=first.at + timedelta(hours=3))
    again = only(street, [duty]).to[0]
    assert before.call_out == again.call_out
    assert before.about != again.about


@pytest.mark.parametrize("what", ["order", "confirmed_call"])
def test_an_order_is_for_the_duty_roster_of_its_office(street: Any, what: str) -> None:
    notice = only(street, [street.owe(what, f"op@{HERE}#1", HERE)])
    office = street.state.registers.organisation.offices[f"office:{HERE}"]
    assert tuple(one.person for one in notice.to) == office.duty
    assert not notice.unaddressed


def test_an_order_that_no_office_can_hear_says_so(street: Any) -> None:
    notice = only(street, [street.owe("order", f"op@{GRID}#1", GRID)])
    assert notice.to == ()
    assert notice.unaddressed


def test_a_duty_whose_people_have_all_answered_is_still_closed(street: Any) -> None:
    notice = only(street, [street.owe("call_out", f"{HERE}@7", HERE)])
    assert notice.to == ()
    assert not notice.unaddressed


def test_a_kind_of_notice_that_is_not_known_stays_owed(street: Any) -> None:
    with capture_logs() as logs:
        assert notify_jobs(street.state, [street.owe("sing", "s", HERE)]) == []
    assert logs[0]["duty"] == "notify:s"


@given(st.lists(st.integers(0, 1500), max_size=30))
def test_a_job_carries_no_more_than_it_may_and_each_duty_is_in_one_job(sizes: list[int]) -> None:
    notices = [
        Notice(f"notify:{number}", HERE, "order", (), tuple(Recipient(f"p{n}", "a") for n in range(size)))
        for number, size in enumerate(sizes)
    ]
    batches = list(notify.packed(notices))
    assert [notice for batch in batches for notice in batch] == notices
    for batch in batches:
        assert len(batch) == 1 or sum(len(notice.to) for notice in batch) <= AT_MOST


def test_a_job_comes_back_from_the_queue_as_it_was(street: Any) -> None:
    street.call(GRID, "p1")
    (job,) = notify_jobs(street.state, [street.owe("call_out", f"{HERE}@7", HERE)])
    assert notify_job(msgspec.json.decode(msgspec.json.encode(to_plain(job)))) == job


@pytest.mark.parametrize("plain", [None, "x", {"world": "LIVE"}, {"world": 1, "scope": "1", "notices": []}])
def test_what_is_no_job_is_refused(plain: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        notify_job(plain)
