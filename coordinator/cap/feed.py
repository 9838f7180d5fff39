"""An index of alerts as an Atom feed (RFC 4287), which is what readers of CAP follow: each entry links to one alert.

Carries enough of each (status, kind, headline) to leave a drill aside without opening it. Writes XML and reads none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from xml.etree import ElementTree

from coordinator.cap import meaning, words
from coordinator.cap.alert import CAP, CONTENT_TYPE, as_xml, put
from coordinator.cap.orders import Alert
from coordinator.cap.parts import parts_of
from coordinator.cap.places import full_name
from coordinator.domain.area import AreaCode
from coordinator.domain.register import AreaRegister
from coordinator.wire.marks import mark
from coordinator.wire.times import china_stamp
from coordinator.wire.words import Language

ATOM: Final = "http://www.w3.org/2005/Atom"


def cap_feed(
    alerts: Sequence[Alert],
    areas: AreaRegister,
    *,
    world: str,
    area: AreaCode,
    at: datetime,
    address: str,
    lang: Language,
) -> bytes:
    """`alerts` as they are to stand in it; `at`: when all of it was true; `address`: of the feed, without a host.

    Links name no host: behind a proxy nobody here knows it, and what the client said is not to be repeated.
    """
    root = ElementTree.Element("feed", xmlns=ATOM)
    title = f"{full_name(area, areas)}：指令" if lang == "zh" else f"Orders of {full_name(area, areas)}"
    put(root, "title", f"{mark(world)}{title}")
    put(root, "id", f"urn:pingji:{world}:{area}:cap")
    put(root, "updated", china_stamp(max([one.sent for one in alerts], default=at)))
    ElementTree.SubElement(root, "link", rel="self", type="application/atom+xml", href=address)
    for alert in alerts:
        _entry(root, alert, areas, address.partition("?")[0], lang)
    return as_xml(root)


def _entry(
    root: ElementTree.Element, alert: Alert, areas: AreaRegister, address: str, lang: Language
) -> None:
    entry = ElementTree.SubElement(root, "entry")
    put(entry, "title", headline(alert, areas, lang))
    put(entry, "id", f"urn:pingji:cap:{alert.identifier}")
    put(entry, "updated", china_stamp(alert.sent))
    author = ElementTree.SubElement(entry, "author")
    put(author, "name", full_name(alert.issuer, areas))
    for what, term in (("status", meaning.status(alert.world)), ("msgType", meaning.message_type(alert))):
        ElementTree.SubElement(entry, "category", scheme=f"{CAP}:{what}", term=term)
    ElementTree.SubElement(
        entry, "link", rel="alternate", type=CONTENT_TYPE, href=f"{address}/{alert.identifier}"
    )
    put(entry, "summary", words.description(alert, areas, lang))


def headline(alert: Alert, areas: AreaRegister, lang: Language) -> str:
    """One line for the whole of it: of what it changes, else of the highest level."""
    parts = parts_of(alert, areas)
    changed = next((part for part in parts if not part.as_before), parts[0])
    return words.headline(alert, changed, areas, lang)
