"""Who could be called in one scope, nearest home first: the supply side of every plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.post import Post
from coordinator.domain.register import Registers, Responder, ResponderId

Asked = tuple[tuple[str, ...], tuple[str, ...]]
"""What a post asks of a person: kinds that may fill it, skills of which one is needed."""


def fits(person: Responder, asked: Asked) -> bool:
    may_fill, skills = asked
    return (not may_fill or not person.kinds.isdisjoint(may_fill)) and (
        not skills or not person.skills.isdisjoint(skills)
    )


class Pool:
    """The people of a scope who may be called at all: adult and not exempt.

    For each kind of post the fitting people of an area are found once, so that a rare skill costs no search.
    """

    def __init__(self, registers: Registers, scope: AreaCode) -> None:
        self._areas = registers.areas
        self._scope = scope
        self._by_grid: dict[AreaCode, list[Responder]] = {}
        self._fitting: dict[tuple[Asked, AreaCode], list[Responder]] = {}
        for grid in registers.areas.below(scope, AreaLevel.GRID):
            people = (registers.people.get(responder) for responder in registers.people.living_in(grid))
            self._by_grid[grid] = [one for one in people if one is not None and one.adult and not one.exempt]

    def nearest(self, post: Post) -> Iterator[tuple[int, Responder]]:
        """(tier, person) of all who fit: 0 at home in the post's own area (SD14), then one tier for each level
        further up the tree, to the scope."""
        asked = (post.may_fill, post.skills)
        nearer: set[ResponderId] = set()
        for tier, area in enumerate(self._areas.path(post.area)):
            fitting = self.fitting(asked, area)
            for person in fitting:
                if person.id not in nearer:
                    yield tier, person
            if area == self._scope:
                return
            nearer.update(person.id for person in fitting)

    def fitting(self, asked: Asked, area: AreaCode) -> Sequence[Responder]:
        """Who of an area fits, by home grid."""
        found = self._fitting.get((asked, area))
        if found is None:
            grids = self._areas.below(area, AreaLevel.GRID)
            found = [one for grid in grids for one in self._by_grid.get(grid, ()) if fits(one, asked)]
            self._fitting[asked, area] = found
        return found

    def people(self) -> Iterator[Responder]:
        for people in self._by_grid.values():
            yield from people

    def __len__(self) -> int:
        return sum(len(people) for people in self._by_grid.values())
