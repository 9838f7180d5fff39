"""Scopes meet only through follow-ons: the whole wanted state at its revision, so that order of arrival does not
matter."""

from __future__ import annotations

from itertools import permutations

import pytest

from coordinator.domain.access import Actor, Role
from coordinator.domain.call_out import ReportLost
from coordinator.domain.change import (
    EndOperation,
    ExtendOperation,
    LowerLevel,
    RaiseLevel,
    RecallOperation,
    TransferCommand,
)
from coordinator.domain.command import Command
from coordinator.domain.duty import How
from coordinator.domain.follow_on import CloseDuties, TakeOperation, take_operation, take_receipts
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.stand_down import MET
from tests.builders import (
    CITY,
    CITY_COMMANDER,
    CITY_DEPUTY,
    COMMANDER,
    DISTRICT,
    FIRST,
    GRID,
    SECOND,
    STREET,
    World,
    phone,
)

III, IV = ResponseLevel.III, ResponseLevel.IV


class Pair:
    """A city and one of its districts, each with a log of its own, and the holder that carries between them."""

    def __init__(self) -> None:
        self.city = World(scope=CITY)
        self.district = World(scope=DISTRICT)

    def declare(self, level: str = "III") -> str:
        op = self.city.declare(level, STREET, by=CITY_COMMANDER, second=CITY_DEPUTY)
        self.carry()
        return op

    def carry(self) -> None:
        """Everything owed to the other side arrives, until nothing is owed."""
        while True:
            carried = False
            for here, there in ((self.city, self.district), (self.district, self.city)):
                for duty in [one for one in here.state.duties.values() if one.how is How.FOLLOW_ON]:
                    carried = True
                    here.advance(max(0.0, (duty.due - here.now).total_seconds() / 60))
                    there.now = max(there.now, here.now)
                    there.order(there.holder, self.command(here, duty.key))
                    there.settle()
                    here.order(here.holder, CloseDuties(area=here.scope, duties={duty.key: duty.opened}))
            if not carried:
                return

    @staticmethod
    def command(here: World, key: str) -> Command:
        duty = here.state.duties[key]
        if duty.kind == "operation":
            return take_operation(here.state, duty, duty.facts["to"])
        return take_receipts(here.state, duty, duty.facts["to"])


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_a_city_s_order_switches_the_communities_of_its_districts(pair: Pair) -> None:
    op = pair.declare()
    assert pair.district.mode(FIRST) is Mode.ACTIVATING
    assert pair.district.state.operations[op].source == CITY
    assert not pair.city.state.switches, "a city's scope has no communities of its own"


def test_the_three_clocks_come_back_as_receipts(pair: Pair) -> None:
    op = pair.declare()
    pair.district.sign(op, FIRST)
    pair.carry()
    receipt = pair.city.state.receipts[f"{op}@{FIRST}"]
    assert receipt.signed_at == pair.district.switch(op, FIRST).signed_at
    assert pair.city.state.receipts[f"{op}@{SECOND}"].signed_at is None


def test_it_closes_above_when_it_is_over_below(pair: Pair) -> None:
    op = pair.declare()
    pair.city.end(op, STREET, by=CITY_COMMANDER)
    pair.carry()
    assert pair.district.mode(FIRST) is Mode.STANDING_DOWN
    assert not pair.city.state.operations[op].closed
    pair.district.restore()
    pair.carry()
    assert pair.district.state.operations[op].closed
    assert pair.city.state.operations[op].closed


def wanted(city: World, op: str) -> TakeOperation:
    """What the city owes its district right now."""
    return take_operation(city.state, city.state.duties[f"operation:{op}>{DISTRICT}"], DISTRICT)


def test_an_older_revision_changes_nothing(pair: Pair) -> None:
    """Three revisions in every order of arrival come to the same."""
    city = pair.city
    op = city.declare("IV", STREET, by=CITY_COMMANDER)
    orders = [wanted(city, op)]
    for level in ("III", "II"):
        city.order(
            CITY_COMMANDER,
            RaiseLevel(area=CITY, operation=op, targets={STREET: ResponseLevel(level)}),
        )
        if city.state.pending:
            city.approve(CITY_DEPUTY)
        orders.append(wanted(city, op))
    assert [order.revision for order in orders] == [1, 2, 3]
    ends = set()
    for arrival in permutations(orders):
        district = World()
        for order in arrival:
            district.order(district.holder, order)
        district.settle()
        ends.add((district.switch(op, FIRST).level, district.state.operations[op].revision))
    assert ends == {(ResponseLevel.II, 3)}


def test_told_twice_changes_nothing(pair: Pair) -> None:
    op = pair.city.declare("III", STREET, by=CITY_COMMANDER)
    command = wanted(pair.city, op)
    assert pair.district.order(pair.district.holder, command)
    assert pair.district.order(pair.district.holder, command) == []


def test_a_duty_opened_again_meanwhile_stays_owed(pair: Pair) -> None:
    op = pair.city.declare("III", STREET, by=CITY_COMMANDER)
    key = f"operation:{op}>{DISTRICT}"
    opened = pair.city.state.duties[key].opened
    pair.city.lower_to(op, "IV", STREET, by=CITY_COMMANDER)
    assert pair.city.order(pair.city.holder, CloseDuties(area=CITY, duties={key: opened})) == []
    assert key in pair.city.state.duties


def test_what_came_from_above_is_changed_above_and_nowhere_else(pair: Pair) -> None:
    """The city's commander who names the district instead of the city would split the operation in two."""
    op = pair.declare()
    here = pair.district
    commands: list[Command] = [
        RaiseLevel(area=DISTRICT, operation=op, targets={STREET: ResponseLevel.II}),
        LowerLevel(area=DISTRICT, operation=op, targets={STREET: IV}, conditions=here.ticks(op, STREET)),
        EndOperation(area=DISTRICT, operation=op, areas=[STREET], conditions=here.ticks(op, STREET)),
        RecallOperation(area=DISTRICT, operation=op, reason="mistake"),
        ExtendOperation(area=DISTRICT, operation=op, expected_minutes=900),
        TransferCommand(area=DISTRICT, operation=op),
    ]
    for command in commands:
        for actor in (CITY_COMMANDER, COMMANDER):
            refused = here.refusal(actor, command)
            assert (refused.code, refused.facts["issuer"]) == ("not_the_issuer", CITY)


def test_the_city_does_not_lower_a_street_while_somebody_in_its_district_is_missing(pair: Pair) -> None:
    op = pair.declare("II")
    pair.district.everyone_comes(GRID)
    there = next(call for call in pair.district.calls(GRID) if call.since is not None)
    pair.district.order(phone(GRID), ReportLost(area=GRID, call_outs=[there.id]))
    pair.district.sign(op, FIRST)
    pair.carry()
    lower = LowerLevel(
        area=CITY,
        operation=op,
        targets={STREET: III},
        conditions=pair.city.ticks(op, STREET, said=MET),
    )
    refused = pair.city.refusal(CITY_COMMANDER, lower)
    assert (refused.code, refused.facts["found_en"]) == (
        "condition_contradicted",
        "1 on post unaccounted for",
    )


def test_only_the_holder_carries() -> None:
    district = World()
    command = CloseDuties(area=DISTRICT, duties={"x": 1})
    for role in set(Role) - {Role.PROCESS}:
        assert district.refusal(Actor("someone", role, CITY), command).code == "not_your_role"
