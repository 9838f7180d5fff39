"""The pool for filling a whole district at once: who does not qualify or is called already is not looked at again.

Gives the same people in the same order as `Pool`; without it every post that stays open costs a pass over everybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from coordinator.domain.area import AreaCode
from coordinator.domain.post import Post
from coordinator.domain.register import Registers, Responder, ResponderId
from coordinator.planner.pool import Pool


class Standby(Pool):
    """Call `turn_to` a post, fill it, `call` who was picked; nobody is given twice."""

    def __init__(self, registers: Registers, scope: AreaCode) -> None:
        super().__init__(registers, scope)
        self.people = {person.id: person for _, person in super().nearest(scope)}
        self._called: set[ResponderId] = set()
        self._benches: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[AreaCode, list[Responder]]] = {}
        self._bench: dict[AreaCode, list[Responder]] = {}

    def qualified(self, skills: tuple[str, ...], may_fill: tuple[str, ...]) -> Iterator[Responder]:
        for person in self.people.values():
            if (not may_fill or not person.kinds.isdisjoint(may_fill)) and (
                not skills or not person.skills.isdisjoint(skills)
            ):
                yield person

    def turn_to(self, post: Post) -> None:
        """From now on `nearest` gives those who qualify for this post."""
        key = (post.skills, post.may_fill)
        if key not in self._benches:
            bench: dict[AreaCode, list[Responder]] = defaultdict(list)
            for person in self.qualified(*key):
                bench[person.home].append(person)
            self._benches[key] = dict(bench)
        self._bench = self._benches[key]

    def free(self, person: ResponderId) -> bool:
        return person not in self._called

    def call(self, people: Iterable[ResponderId]) -> None:
        self._called.update(people)

    def nearest(self, area: AreaCode) -> Iterator[tuple[int, Responder]]:
        bench = self._bench
        for tier, grid in self.grids_by_distance(area):
            if not bench:
                return
            if grid in bench:
                left = [person for person in bench.pop(grid) if self.free(person.id)]
                if left:
                    bench[grid] = left
                    yield from ((tier, person) for person in left)
