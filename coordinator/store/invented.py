"""Invented people for a world in which nobody is real: the same id has the same name and address everywhere.

No name of these can be anybody's (no family is called 甲), and no telephone can dial the address: it is a `sim:` one.
Nothing of it is stored: it is worked out from the id.
"""

from __future__ import annotations

import hashlib
from typing import Final

from coordinator.store.roster import Entry, PersonId

SURNAMES: Final = "甲乙丙丁戊己庚辛壬癸"
GIVEN: Final = "安宁平和清明晴岚川原林溪舟帆云霞星月江河湖海松竹梅兰荷菊桐枫石玉金铁木禾谷麦春夏秋冬"


def invented(person: PersonId) -> Entry:
    """甲安宁, `sim:` and eight digits."""
    number = int.from_bytes(hashlib.blake2b(person.encode(), digest_size=8).digest(), "big")
    number, surname = divmod(number, len(SURNAMES))
    number, first = divmod(number, len(GIVEN))
    number, second = divmod(number, len(GIVEN))
    return Entry(SURNAMES[surname] + GIVEN[first] + GIVEN[second], f"sim:{number % 10**8:08d}")
