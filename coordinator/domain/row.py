"""One row per area: sums of what every record below counts. Kept by `apply`, never summed up by a reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from coordinator.domain.area import AreaCode


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """`counts`: name -> sum over the area and everything below it; zeros are left out.

    Which names there are stands beside each record's `counts` function. Modes and levels are counts as well
    (`mode.emergency`: communities in it), so that the mode of a higher area folds from its rows.
    """

    area: AreaCode
    counts: dict[str, int] = {}
    contact: datetime | None = None
    """When somebody of this area was last heard from."""

    def plus(self, change: Mapping[str, int], contact: datetime | None) -> Row:
        counts = dict(self.counts)
        for name, number in change.items():
            total = counts.get(name, 0) + number
            if total:
                counts[name] = total
            else:
                counts.pop(name, None)
        return replace(self, counts=counts, contact=contact or self.contact)
