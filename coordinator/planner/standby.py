"""The pool for filling a whole district at once: who is called already is not looked at again.

Gives the same people in the same order as `Pool`; without it every post that stays open costs a pass over everybody
who would fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.post import Post
from coordinator.domain.register import Registers, Responder, ResponderId
from coordinator.planner.pool import Asked, Pool, fits


class Standby(Pool):
    """Fill a post, then `call` who was picked; nobody is given twice."""

    def __init__(self, registers: Registers, scope: AreaCode) -> None:
        super().__init__(registers, scope)
        self.by_id = {person.id: person for person in self.people()}
        self._called: set[ResponderId] = set()
        self._benches: dict[Asked, dict[AreaCode, list[Responder]]] = {}
        self._nearby: dict[AreaCode, list[tuple[int, AreaCode]]] = {}

    def qualified(self, asked: Asked) -> Iterator[Responder]:
        """All who fit, called or not."""
        return (person for person in self.by_id.values() if fits(person, asked))

    def free(self, person: ResponderId) -> bool:
        return person not in self._called

    def call(self, people: Iterable[ResponderId]) -> None:
        self._called.update(people)

    def nearest(self, post: Post) -> Iterator[tuple[int, Responder]]:
        bench = self._bench((post.may_fill, post.skills))
        for tier, grid in self._grids_by_distance(post.area):
            if not bench:
                return
            if grid in bench:
                left = [person for person in bench.pop(grid) if self.free(person.id)]
                if left:
                    bench[grid] = left
                    yield from ((tier, person) for person in left)

    def _bench(self, asked: Asked) -> dict[AreaCode, list[Responder]]:
        """Those who fit and were free when last looked at, by home grid; a grid without any is gone."""
        if asked not in self._benches:
            bench: dict[AreaCode, list[Responder]] = defaultdict(list)
            for person in self.qualified(asked):
                bench[person.home].append(person)
            self._benches[asked] = dict(bench)
        return self._benches[asked]

    def _grids_by_distance(self, area: AreaCode) -> list[tuple[int, AreaCode]]:
        """(tier, grid): 0 the area's own grids, then one tier for each level further up the tree, to the scope."""
        if area not in self._nearby:
            tiers: dict[AreaCode, int] = {}
            for tier, above in enumerate(self._areas.path(area)):
                for grid in self._areas.below(above, AreaLevel.GRID):
                    tiers.setdefault(grid, tier)
                if above == self._scope:
                    break
            self._nearby[area] = [(tier, grid) for grid, tier in tiers.items()]
        return self._nearby[area]
