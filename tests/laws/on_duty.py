"""What a duty roster may do in a history: shifts planned and planned anew, taken over in time, late or not at all."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from coordinator.domain.area import AreaCode
from coordinator.domain.duty_roster import DutyPost, HandOver, PlannedShift, PlanShifts
from tests.builders import FIRST, SECOND, desk
from tests.laws.command_post import CommandPost

PLACES = st.sampled_from([FIRST, FIRST, SECOND])


class OnDuty(CommandPost):
    """Rules of a duty officer's desk."""

    @rule(area=PLACES, hours=st.sampled_from([0, 0, 1, 8]), post=st.sampled_from(list(DutyPost)))
    def plan_shifts(self, area: AreaCode, hours: int, post: DutyPost) -> None:
        begins = self.world.now + timedelta(hours=hours)
        ends = begins + timedelta(hours=8)
        shifts = [PlannedShift(person=f"d-{area}-{min(hours, 2) + 1}", post=post, begins=begins, ends=ends)]
        until = begins + timedelta(hours=1)
        self.ask(desk(area), PlanShifts(area=area, from_=self.world.now, until=until, shifts=shifts))

    @rule(area=PLACES, who=st.integers(0, 4))
    def hand_over(self, area: AreaCode, who: int) -> None:
        self.ask(desk(area), HandOver(area=area, to=f"d-{area}-{who}"))
