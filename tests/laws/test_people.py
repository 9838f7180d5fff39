"""Nobody is in two places, no post is filled by fewer than can stand there, and a post knows its people."""

from __future__ import annotations

from collections import Counter

from hypothesis.stateful import invariant

from coordinator.domain.call_out import COMING, OVER, PRESENT, WAITING
from tests.laws.effort import effort
from tests.laws.history import History


class People(History):
    @invariant()
    def everyone_is_accounted_for(self) -> None:
        if self.moved():
            self.nobody_is_on_two_posts()
            self.who_is_out_is_bound_to_just_that()
            self.a_post_counts_its_people()
            self.a_post_is_not_filled_by_too_few()
            self.nobody_is_called_to_a_post_that_is_not_there()

    def nobody_is_on_two_posts(self) -> None:
        bound = Counter(call.responder for call in self.world.calls() if call.progress not in OVER)
        assert all(number == 1 for number in bound.values())

    def who_is_out_is_bound_to_just_that(self) -> None:
        engaged = dict(self.state.engaged.items())
        for call in self.world.calls():
            if call.progress not in OVER:
                assert engaged.pop(call.responder).call_out == call.id
        for at_rest in engaged.values():
            assert at_rest.rests_until is not None

    def a_post_counts_its_people(self) -> None:
        for post in self.state.posts.values():
            calls = [call for call in self.world.calls(post.area) if call.post == post.id]
            counted = tuple(sum(call.progress in of for call in calls) for of in (WAITING, COMING, PRESENT))
            assert counted == (post.called, post.coming, post.present)
            assert post.overdue == sum(call.relief_overdue for call in calls)

    def a_post_is_not_filled_by_too_few(self) -> None:
        """One alone in water counts as none."""
        for post in self.state.posts.values():
            together = min(post.crew_min, post.heads)
            if post.present < together:
                assert post.standing == 0 and not post.filled
            else:
                assert post.filled == (post.present >= post.heads)

    def nobody_is_called_to_a_post_that_is_not_there(self) -> None:
        for call in self.world.calls():
            assert call.post in self.state.posts
            assert call.operation in self.state.operations


TestPeople = People.TestCase
TestPeople.settings = effort(30)
