"""A whole drill with simulated teams in memory: the same seed gives the same log, and the world waits for everyone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta

import pytest

from coordinator.domain import rules
from coordinator.domain.call_out import CrewMoved, Progress
from coordinator.domain.confirmed_call import CallAnswered
from coordinator.domain.delivery import NoticesDelivered
from coordinator.domain.drill import ClockAdvanced, Phase
from coordinator.domain.falling_due import DutiesClosed
from coordinator.domain.inject import InjectFired, InjectSkipped, ItemObserved
from coordinator.domain.refusal import Refused
from coordinator.domain.situation import HazardReported
from coordinator.drills.compare import compare
from coordinator.drills.lockstep import LockStep
from coordinator.drills.matching import Verdict
from coordinator.drills.same_log import log_digest
from coordinator.drills.script import Script, read
from coordinator.wire.board import BoardKey
from tests.builders import COMMANDER, FIRST, STREET, desk, xianlin
from tests.drills.plays import bundled, once, played, scored, stage
from tests.drills.worlds import OBSERVER

RAID = "xianlin-night-raid"


def raid(seed: int = 7) -> LockStep:
    return once(RAID, seed)


def telephone() -> LockStep:
    return once("communication-test")


def test_the_same_seed_gives_the_same_log_and_score() -> None:
    again = played(bundled(RAID), 7)
    assert log_digest(again.recorded) == log_digest(raid().recorded)
    assert scored(again) == scored(raid())
    assert compare(scored(again), scored(raid())).unchanged


def test_another_seed_is_another_night() -> None:
    assert log_digest(raid(8).recorded) != log_digest(raid().recorded)


def test_it_is_the_same_in_another_process_however_it_hashes() -> None:
    program = (
        "from tests.drills.plays import bundled, played\n"
        "from coordinator.drills.same_log import log_digest\n"
        "print(log_digest(played(bundled('communication-test')).recorded))\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": "."}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip().splitlines()[-1] == log_digest(telephone().recorded)


def test_time_never_goes_back_and_stands_while_anything_is_to_be_done() -> None:
    last: dict[str, datetime] = {}
    for one in raid().recorded:
        assert one.stamp.at >= last.get(one.scope, one.stamp.at)
        last[one.scope] = one.stamp.at
        if isinstance(one.event, ClockAdvanced):
            assert one.event.clock.origin > one.stamp.at


def test_each_deadline_fires_once_at_its_hour() -> None:
    fired: Counter[tuple[str, object]] = Counter()
    for one in raid().recorded:
        if isinstance(one.event, DutiesClosed):
            fired.update((key, one.stamp.at) for key in one.event.duties)
    assert fired and max(fired.values()) == 1


def test_the_log_alone_gives_the_state_that_was_played() -> None:
    made = raid()
    for scope, reactor in made.coordinator.reactors.items():
        fresh = rules.new_state(reactor.state.world, scope, xianlin())
        for one in made.recorded:
            if one.scope == scope:
                rules.apply(fresh, one)
        assert fresh.digest() == reactor.state.digest()


def test_it_ends_by_itself_when_its_time_is_over() -> None:
    found = scored(raid())
    assert found.phase is Phase.ENDED
    assert found.began is not None and found.ended == found.began + timedelta(hours=3)


def test_everyone_at_a_desk_answers_the_roll_call() -> None:
    answered = {one.event.area for one in raid().recorded if isinstance(one.event, ItemObserved)}
    areas = xianlin().areas
    assert answered >= {STREET, *areas.children(STREET)}


def test_who_is_silent_is_found_by_a_knock_and_signs_late() -> None:
    knocked = [one.event for one in raid().recorded if isinstance(one.event, CallAnswered)]
    assert ("320113007003", "knock") in {(one.area, one.how) for one in knocked}
    signs = next(one for one in scored(raid()).outcomes if one.key == "signed")
    assert {one.place: one.verdict for one in signs.places}["320113007003"] is Verdict.LATE


def test_what_is_shown_to_a_grid_is_reported_by_it_and_the_question_is_not_asked() -> None:
    events = [one.event for one in raid().recorded]
    (report,) = [one for one in events if isinstance(one, HazardReported)]
    assert (report.area, report.depth_cm) == ("32011300700201", 28)
    assert [(one.inject, one.reason) for one in events if isinstance(one, InjectSkipped)] == [
        ("inspector", "not_needed")
    ]


def test_an_inject_follows_the_deed_it_waits_for() -> None:
    shelters = next(one for one in scored(raid()).outcomes if one.key == "shelters")
    assert shelters.done_at is not None
    (leak,) = [
        one
        for one in raid().recorded
        if isinstance(one.event, InjectFired) and one.event.inject == "shelter_leaks"
    ]
    assert leak.stamp.at == shelters.done_at + timedelta(minutes=15)


def test_a_phone_without_a_network_says_nothing_until_it_is_back() -> None:
    (cut,) = [
        one
        for one in raid().recorded
        if isinstance(one.event, InjectFired) and one.event.inject == "dark_phone"
    ]
    back = cut.stamp.at + timedelta(minutes=20)
    said = [one.stamp.at for one in raid().recorded if one.stamp.actor == "d-32011300700402-1"]
    assert not [at for at in said if cut.stamp.at < at < back]
    assert [at for at in said if at >= back]


def test_more_people_stay_away_where_control_wants_it() -> None:
    lost, came = Counter[str](), Counter[str]()
    for one in raid().recorded:
        if isinstance(one.event, CrewMoved):
            which = {Progress.NO_SHOW: lost, Progress.ON_POST: came}.get(one.event.to)
            if which is not None:
                which[one.event.area[:12]] += len(one.event.call_outs)
    few = "320113007005"
    there = lost.pop(few) / came.pop(few)
    assert there > 2 * lost.total() / came.total()


def test_nobody_outside_is_told() -> None:
    delivered = [one for one in raid().recorded if isinstance(one.event, NoticesDelivered)]
    assert delivered and {one.stamp.actor for one in delivered} == {"process:sandbox"}


def test_a_communication_test_declares_nothing() -> None:
    kinds = {type(one.event).__name__ for one in telephone().recorded}
    assert not kinds & {"OperationDeclared", "PlaceSwitched", "CrewCalled"}
    found = {one.key: one for one in scored(telephone()).outcomes}
    silent = [one for one in found["answered"].places if one.verdict is Verdict.MISSED]
    assert [(one.place, one.wrong) for one in silent] == [("320113007008", "street")]
    assert found["knocked"].verdict is Verdict.MET


def test_a_command_post_that_is_simulated_declares_and_raises_by_two_persons(small: str) -> None:
    text = small.split("injects:")[0].replace("real: [team_leader]", "real: []") + (
        "injects:\n"
        '  - {key: red, kind: message, at: 0min, to: ["320113007"], sender: {zh: 局, en: Office},\n'
        "     text: {zh: 红色预警, en: Red warning}, calls_for: {what: declare, level: III},\n"
        "     expects: [{key: declares, what: declare, who: commander, level: III, by: 20min, area: command,\n"
        "     capability: coordination, text: {zh: 启动, en: Declares}}]}\n"
        '  - {key: worse, kind: message, after: declares, delay: 20min, to: ["320113007001"],\n'
        "     sender: {zh: 局, en: Office}, text: {zh: 更糟, en: Worse},\n"
        "     calls_for: {what: raise, level: II},\n"
        "     expects: [{key: raises, what: raise, who: commander, level: II, by: 30min, area: command,\n"
        "     capability: coordination, text: {zh: 升级, en: Raises}}]}\n"
    )
    made = played(read(text.encode(), areas=xianlin().areas))
    found = {one.key: one for one in scored(made).outcomes}
    assert found["declares"].verdict is Verdict.MET and found["raises"].verdict is Verdict.MET
    (raised,) = [one.event for one in made.recorded if type(one.event).__name__ == "LevelRaised"]
    assert raised.by != raised.approved_by and raised.targets[FIRST] == "II"  # type: ignore[attr-defined]


def test_an_inject_that_cannot_be_is_skipped_and_the_drill_goes_on(small: str) -> None:
    """The players were expected to declare and did not: then there is nothing to raise."""
    text = small.replace(
        "simulated: [commander, street, community, grid], real: [team_leader]", "simulated: [street]"
    )
    text = (
        text.replace("who: grid\n", "who: street\n")
        .replace("of: relay", "of: ready")
        .replace("relayed", "ready_")
    )
    text = text.replace(
        "    order: declare\n    level: III\n    after: reads\n    delay: 5min\n",
        "    order: end\n    at: 5min\n",
    )
    document = text.replace("unless: ready_", "unless: reads")
    script = _unchecked(document)
    made = played(script)
    reasons = {
        one.event.inject: one.event.reason for one in made.recorded if isinstance(one.event, InjectSkipped)
    }
    assert reasons["start"] == "refused"
    assert scored(made).phase is Phase.ENDED


def _unchecked(text: str) -> Script:
    """A script whose entries contradict each other: what lint would refuse."""
    from coordinator.drills.schema import Document
    from coordinator.drills.script import of
    from coordinator.playbook.source import read_source

    return of(Document.model_validate(read_source(text.encode(), "d.yaml").data, strict=False))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_drill_before_it_is_played_has_said_nothing(seed: int) -> None:
    made = stage(bundled("communication-test"), seed)
    assert made.recorded == [] and made.refused == {}


def test_the_drills_board_kept_by_deltas_is_the_one_fetched_afresh() -> None:
    made = raid()
    board = made.players["!control"].boards[0]
    key = BoardKey.parse(board.key)
    for part in made.coordinator.parts(key):
        assert made.coordinator.snapshot(key, part)[2] == board.parts[part].entries
    assert set(board.section("injects")) == {inject.key for inject in made.script.document.injects}


def test_what_is_still_to_come_is_not_for_those_who_play() -> None:
    coordinator = raid().coordinator
    key = BoardKey.parse(f"drill:{coordinator.root}")
    for actor in (desk(FIRST), desk(STREET), COMMANDER):
        with pytest.raises(Refused, match="not_your_role"):
            coordinator.may_watch(actor, key)
    coordinator.may_watch(OBSERVER, key)
