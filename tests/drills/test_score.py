"""Scores checked by hand on three small logs: one good; one with late, early, wrong, missing deeds; one of crowds."""

from __future__ import annotations

from typing import Any

import pytest

from coordinator.domain.call_out import Progress
from coordinator.domain.confirmed_call import CallAnswered
from coordinator.domain.drill import Phase
from coordinator.domain.facility import FacilityReported, FacilityState, Use
from coordinator.domain.inject import InjectKind, ItemObserved
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import OperationDeclared
from coordinator.domain.order import OrderAcknowledged
from coordinator.domain.situation import HazardReported, TalliesReported, Trend
from coordinator.domain.switch_over import NewConversion
from coordinator.domain.text import Text
from coordinator.drills.compare import compare
from coordinator.drills.figures import Times
from coordinator.drills.matching import AtPlace, Outcome, Verdict
from coordinator.drills.score import Grade, Rating, Score, score
from coordinator.drills.vocabulary import Capability, EvaluationArea, Figure
from tests.builders import DISTRICT, FIRST, SECOND, STREET, THIRD, xianlin
from tests.drills.records import BEGAN, Record, script

V = Verdict
GRID = FIRST + "01"
OTHER_GRID = FIRST + "02"


def scored(body: str, record: Record) -> Score:
    return score(script(body), "d" * 64, record.log, xianlin())


def by_key(found: Score) -> dict[str, Outcome]:
    return {one.key: one for one in found.outcomes}


def said(key: str, what: str, who: str, by: str, **more: Any) -> str:
    fields: dict[str, Any] = {"area": "warning", "capability": "warning"} | more
    rest = ", ".join(f"{name}: {value}" for name, value in fields.items())
    return f"      - {{key: {key}, what: {what}, who: {who}, by: {by}, {rest}, text: {{zh: x, en: x}}}}\n"


def order(*expects: str, to: str = f'["{FIRST}", "{SECOND}"]') -> str:
    return (
        f"injects:\n  - key: start\n    kind: order\n    order: declare\n    level: III\n    at: 5min\n    to: {to}\n"
        "    text: {zh: x, en: x}\n    expects:\n" + "".join(expects)
    )


# --- the first log: everything as it should be ---------------------------------------------------------------


@pytest.fixture
def good() -> Score:
    body = (
        order(
            said("signs", "sign", "community", "15min", weight=3),
            said("ready", "ready", "community", "60min", area="command", capability="coordination"),
        )
        + "items:\n  - {key: vests, kind: yes_no, area: protection, capability: mobilisation, text: {zh: x, en: x}}\n"
    )
    record = Record()
    record.fire(5, "start", FIRST, SECOND)
    for place in (FIRST, SECOND):
        record.switch(5, place)
    record.sign(9, FIRST)
    record.sign(20, SECOND)
    record.ready(30, FIRST)
    record.ready(50, SECOND)
    record.say(40, ItemObserved(area=FIRST, item="vests", value=1), "observer", FIRST)
    record.drill(120, Phase.ENDED)
    return scored(body, record)


def test_good_every_expectation_is_met_to_the_second(good: Score) -> None:
    signs, ready = good.outcomes
    assert signs == Outcome(
        key="signs",
        inject="start",
        verdict=V.MET,
        points=1.0,
        places=(AtPlace(FIRST, V.MET, 240.0, position=4), AtPlace(SECOND, V.MET, 900.0, position=5)),
        done_at=BEGAN.replace(minute=50),
    )
    assert (ready.verdict, [one.seconds for one in ready.places]) == (V.MET, [1500.0, 2700.0])


def test_good_is_excellent_and_performed_without_challenges(good: Score) -> None:
    assert (good.grade, good.points, good.observed) == (Grade.EXCELLENT, 1.0, 1.0)
    assert {part.rating for part in good.capabilities.values()} == {Rating.P}
    assert good.areas[EvaluationArea.WARNING].weight == 3
    assert good.areas[EvaluationArea.PROTECTION].points == 1.0


def test_good_times_are_those_of_the_places(good: Score) -> None:
    sign, switch = good.figures
    assert (sign.figure, sign.whole) == (Figure.SIGN, Times(2, 0, 240.0, 900.0))
    assert switch.places == {FIRST: Times(1, 0, 1500.0, 1500.0), SECOND: Times(1, 0, 2700.0, 2700.0)}


# --- the second log: late, early, the wrong person, missing ----------------------------------------------------

FAULTY = (
    order(
        said("signs", "sign", "community", "15min", weight=2),
        said("half_sign", "sign", "community", "15min", share=0.5),
        said("shelter", "facility", "community", "30min", of="shelter", to="standby", early="true"),
        said("shelter_now", "facility", "community", "30min", of="shelter", to="standby"),
        said(
            "hazard",
            "hazard",
            "grid",
            "10min",
            area="monitoring",
            capability="situation",
            areas=f'["{GRID}"]',
        ),
        to=f'["{FIRST}", "{SECOND}", "{THIRD}", "320113007004"]',
    )
    + '  - key: never\n    kind: message\n    at: 60min\n    to: ["320113007"]\n    sender: {zh: x, en: x}\n'
    "    text: {zh: x, en: x}\n    expects:\n"
    + said("reads", "read", "street", "10min")
    + '  - key: last\n    kind: message\n    at: 115min\n    to: ["320113007"]\n    sender: {zh: x, en: x}\n'
    "    text: {zh: x, en: x}\n    expects:\n" + said("reads_last", "read", "street", "5min")
)


@pytest.fixture
def faulty() -> Score:
    record = Record()
    shelter = f"place:{FIRST}:shelter"
    places = xianlin().organisation.places
    shelter = next(one.id for one in places.values() if one.area == FIRST and one.kind == "shelter")
    record.say(
        2, FacilityReported(area=FIRST, facility=shelter, to=FacilityState.STANDBY), "community", FIRST
    )
    record.fire(5, "start", FIRST, SECOND, THIRD, "320113007004")
    record.sign(10, FIRST)  # in time
    record.sign(30, SECOND)  # ten minutes late
    record.sign(9, THIRD, "street", STREET)  # the street signs for it; the fourth never signs
    report = HazardReported(area=GRID, id="h1", kind="flooded_point", depth_cm=20, trend=Trend.RISING)
    record.say(3, report, "grid", GRID)  # before anybody asked
    record.say(12, report, "community", FIRST)  # not the grid's own phone
    record.skip(58, "never")
    record.fire(115, "last", STREET, kind=InjectKind.MESSAGE)
    record.drill(117, Phase.ENDED)
    return scored(FAULTY, record)


def test_faulty_each_place_has_its_verdict(faulty: Score) -> None:
    signs = by_key(faulty)["signs"]
    assert signs.places == (
        AtPlace(FIRST, V.MET, 300.0, position=3),
        AtPlace(SECOND, V.LATE, 1500.0, late=600.0, position=4),
        AtPlace(THIRD, V.MISSED, wrong="street"),
        AtPlace("320113007004", V.MISSED),
    )
    assert signs.verdict is V.MISSED
    assert signs.points == 0.375, "of four: one whole, one half (late by less than its time again)"


def test_faulty_half_of_them_is_enough_where_half_is_asked(faulty: Score) -> None:
    half = by_key(faulty)["half_sign"]
    assert (half.verdict, half.late, half.points) == (V.LATE, 600.0, 0.75)


def test_faulty_what_was_done_before_counts_only_where_the_script_says_so(faulty: Score) -> None:
    counts, does_not = by_key(faulty)["shelter"], by_key(faulty)["shelter_now"]
    assert counts.places[0] == AtPlace(FIRST, V.MET, -180.0, position=1)
    assert does_not.places[0] == AtPlace(FIRST, V.MISSED, early=180.0)


def test_faulty_too_early_and_by_another_is_named_and_missed(faulty: Score) -> None:
    (place,) = by_key(faulty)["hazard"].places
    assert place == AtPlace(GRID, V.MISSED, early=120.0, wrong="community")


def test_faulty_what_was_not_fired_is_not_needed_and_what_had_no_time_not_observed(faulty: Score) -> None:
    reads, last = by_key(faulty)["reads"], by_key(faulty)["reads_last"]
    assert (reads.verdict, reads.points, reads.places[0].why) == (V.NOT_NEEDED, None, "not_fired")
    assert (last.verdict, last.points, last.places[0].why) == (V.NOT_OBSERVED, None, "ended_before")


def test_faulty_the_sum_by_hand(faulty: Score) -> None:
    # signs 0.375 x 2, half_sign 0.75, shelter 1 of 4 = 0.25, shelter_now 0, hazard 0; six weights in all
    assert faulty.points == round((0.375 * 2 + 0.75 + 0.25 + 0 + 0) / 6, 4) == 0.2917
    assert faulty.grade is Grade.POOR
    assert faulty.observed == round(6 / 7, 4), "reads_last was owed and not observed, reads was not needed"
    assert faulty.capabilities[Capability.SITUATION].rating is Rating.U
    warning = faulty.areas[EvaluationArea.WARNING]
    assert (warning.points, warning.weight, warning.unobserved) == (0.35, 5, 1)


# --- the third log: crowds, calls, observers -------------------------------------------------------------------

CROWDS = (
    order(
        said("answers", "answer", "community", "10min", share=0.75),
        said("patrols", "arrive", "community", "40min", of="patrol"),
        said("musters", "muster", "team_leader", "30min", share=0.5, areas=f'["{STREET}"]'),
        to=f'["{FIRST}"]',
    )
    + '  - key: ring\n    kind: call\n    at: 10min\n    to: ["320113007001"]\n    text: {zh: x, en: x}\n    expects:\n'
    + said("picks_up", "answer_call", "community", "5min", area="communication", capability="communications")
    + "items:\n"
    "  - {key: briefing, kind: scale, area: command, capability: coordination, weight: 2, text: {zh: x, en: x}}\n"
    "  - {key: pump, kind: timed, target: 10min, area: resources, capability: mobilisation, text: {zh: x, en: x}}\n"
    "  - {key: vests, kind: yes_no, area: protection, capability: mobilisation, text: {zh: x, en: x}}\n"
)


@pytest.fixture
def crowds() -> Score:
    record = Record()
    record.fire(5, "start", FIRST)
    record.switch(5, FIRST, (GRID, "patrol", 2), (OTHER_GRID, "patrol", 1))
    record.switch(5, STREET)
    record.call(6, GRID, "patrol", "p1", "p2", "p3")
    record.call(6, OTHER_GRID, "patrol", "p4")
    record.call(6, STREET, "shock", "p5", "p6", "p7", team="team:1")
    record.reach(7, GRID, "patrol", "p1", "p2", "p3")
    record.answer(10, GRID, "patrol", "p1", "p2")
    record.answer(14, GRID, "patrol", "p3", coming=False)
    record.answer(26, OTHER_GRID, "patrol", "p4")
    record.move(25, Progress.ON_POST, GRID, "patrol", "p1")
    record.move(35, Progress.ON_POST, GRID, "patrol", "p2")
    record.move(75, Progress.ON_POST, OTHER_GRID, "patrol", "p4")
    record.move(30, Progress.CHECKED_IN, STREET, "shock", "p5", "p6")
    record.fire(10, "ring", FIRST, kind=InjectKind.CALL)
    record.say(12, CallAnswered(area=FIRST, call=f"call-ring@{FIRST}", how="phone"), "community", FIRST)
    record.say(40, ItemObserved(area=FIRST, item="briefing", value=3), "observer", FIRST)
    record.say(40, ItemObserved(area=FIRST, item="pump", value=900), "observer", FIRST)
    record.say(41, ItemObserved(area=FIRST, item="vests", value=4), "observer", FIRST)  # neither yes nor no
    record.say(41, ItemObserved(area=FIRST, item="briefing", value=4), "observer", FIRST)  # not 0, 1, 3 or 5
    record.drill(120, Phase.ENDED)
    return scored(CROWDS, record)


def test_crowds_each_person_counts_from_their_own_call(crowds: Score) -> None:
    # four called at 6: three answered within ten minutes (4, 4, 8), one after twenty; three of four are asked
    (place,) = by_key(crowds)["answers"].places
    assert place == AtPlace(FIRST, V.MET, 480.0)


def test_crowds_a_post_is_filled_when_all_its_heads_stand(crowds: Score) -> None:
    # opened at 5: one post filled at 35, the other at 75; both are asked, within forty minutes
    (place,) = by_key(crowds)["patrols"].places
    assert place == AtPlace(FIRST, V.LATE, 4200.0, late=1800.0)
    assert by_key(crowds)["patrols"].points == 0.5


def test_crowds_half_of_the_team_has_mustered(crowds: Score) -> None:
    assert by_key(crowds)["musters"].places == (AtPlace(STREET, V.MET, 1440.0),)


def test_crowds_a_call_is_answered_by_its_own_desk(crowds: Score) -> None:
    assert by_key(crowds)["picks_up"].places[0].seconds == 120.0


def test_crowds_what_observers_ticked_and_what_nobody_saw(crowds: Score) -> None:
    lines = {line.key: line for line in crowds.lines}
    assert (lines["briefing"].points, lines["pump"].points, lines["vests"].points) == (0.6, 0.5, None)
    # answers 1, patrols 0.5, musters 1, picks_up 1, briefing 0.6 x 2, pump 0.5; seven weights seen, one not
    assert crowds.points == round((1 + 0.5 + 1 + 1 + 1.2 + 0.5) / 7, 4)
    assert crowds.observed == round(7 / 8, 4)
    assert crowds.grade is Grade.FAIR


def test_crowds_figures_by_hand(crowds: Score) -> None:
    rows = {row.figure: row for row in crowds.figures}
    assert rows[Figure.NOTIFY].whole == Times(3, 0, 60.0, 60.0)
    assert rows[Figure.ANSWER].places[FIRST] == Times(4, 0, 240.0, 1200.0)
    assert rows[Figure.ARRIVE].whole == Times(3, 0, 1740.0, 4140.0), "who declined is not waited for"
    assert rows[Figure.MUSTER].whole == Times(2, 1, 1440.0, 1440.0), "one of the team never came"
    assert crowds.gaps == {}


# --- what else a verdict rests on --------------------------------------------------------------------------------


def test_a_command_posts_declaration_is_found_by_its_targets() -> None:
    body = (
        'injects:\n  - key: warning\n    kind: message\n    at: 0min\n    to: ["320113007"]\n'
        "    sender: {zh: x, en: x}\n    text: {zh: x, en: x}\n    expects:\n"
        + said("declares", "declare", "commander", "20min", level="III")
    )
    declared = OperationDeclared(
        area=DISTRICT,
        id="op-1",
        hazard="flood_typhoon",
        playbook="0" * 64,
        targets={STREET: ResponseLevel.III},
        issuer=DISTRICT,
        declared_by="d",
        approved_by="",
        effective_at=BEGAN,
        expected_until=BEGAN,
    )
    for role, verdict in (("commander", V.MET), ("process", V.MISSED)):
        record = Record()
        record.fire(0, "warning", STREET, kind=InjectKind.MESSAGE)
        record.say(15, declared, role, DISTRICT)
        record.drill(90, Phase.ENDED)
        (place,) = by_key(scored(body, record))["declares"].places
        assert (place.place, place.verdict, place.wrong) == (DISTRICT, verdict, ""), (
            "control is no wrong person"
        )


def test_a_message_is_read_by_whom_it_is_for() -> None:
    body = (
        f'injects:\n  - key: told\n    kind: message\n    at: 0min\n    to: ["{FIRST}"]\n'
        "    sender: {zh: x, en: x}\n    text: {zh: x, en: x}\n    expects:\n"
        + said("reads", "read", "community", "5min")
    )
    record = Record()
    record.fire(0, "told", FIRST, kind=InjectKind.MESSAGE)
    record.say(1, OrderAcknowledged(area=FIRST, order=f"other@{FIRST}"), "community", FIRST)
    record.say(3, OrderAcknowledged(area=FIRST, order=f"told@{FIRST}"), "community", FIRST)
    assert by_key(scored(body, record))["reads"].places[0].seconds == 180.0


def test_counts_of_grids_are_matched_by_what_was_counted() -> None:
    body = order(said("moved", "tally", "grid", "60min", of="contacted", areas=f'["{FIRST}"]', share=0.6))
    record = Record()
    record.fire(5, "start", FIRST, SECOND)
    for grid, values in (
        (GRID, {"contacted": 3}),
        (OTHER_GRID, {"contacted": 1, "x": 2}),
        (FIRST + "03", {"x": 1}),
    ):
        record.say(20, TalliesReported(area=grid, operation="op-1", values=values), "grid", grid)
    record.drill(110, Phase.ENDED)
    moved = by_key(scored(body, record))["moved"]
    assert (moved.verdict, moved.count(V.MET), moved.count(V.MISSED)) == (V.MET, 2, 1)


def test_a_conversion_is_timed_from_the_order_to_the_state_that_was_wanted() -> None:
    places = xianlin().organisation.places
    shelter = next(one.id for one in places.values() if one.area == FIRST and one.kind == "shelter")
    use = Use(to=FacilityState.STANDBY, use=Text("x", "x"), by=BEGAN, must=False)
    record = Record()
    record.fire(5, "start", FIRST)
    record.switch(5, FIRST, conversions=(NewConversion(facility=shelter, use=use),))
    for minutes, state in ((10, FacilityState.INSPECTED), (35, FacilityState.OPEN)):
        record.say(minutes, FacilityReported(area=FIRST, facility=shelter, to=state), "community", FIRST)
    rows = {row.figure: row for row in scored(order(said("s", "sign", "community", "15min")), record).figures}
    assert rows[Figure.CONVERT].whole == Times(1, 0, 1800.0, 1800.0)


def test_a_drill_that_was_broken_off_has_no_grade() -> None:
    record = Record()
    record.fire(5, "start", FIRST, SECOND)
    record.sign(6, FIRST)
    record.sign(6, SECOND)
    record.drill(8, Phase.ABORTED, "safety")
    found = scored(order(said("signs", "sign", "community", "15min")), record)
    assert found.grade is None and found.points == 1.0 and found.phase is Phase.ABORTED


def test_two_runs_are_compared_by_what_they_share(good: Score, faulty: Score, crowds: Score) -> None:
    assert compare(good, good).unchanged
    found = compare(faulty, good)
    (signs,) = found.expectations
    assert (signs.key, signs.before, signs.after, signs.better) == ("signs", V.MISSED, V.MET, True)
    assert found.points == (0.2917, 1.0) and found.grades == (Grade.POOR, Grade.EXCELLENT)
    assert not found.unchanged and compare(good, faulty).expectations[0].better is False
    assert [one.figure for one in compare(good, crowds).figures] == [Figure.SIGN, Figure.SWITCH]
