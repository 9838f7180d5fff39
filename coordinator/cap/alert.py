"""One order as a CAP 1.2 message (OASIS, 1 July 2010): the elements in the order of its schema, and nothing optional
that is not used.

Restricted, because an order is for offices and not for the public. One `info` for each level and language; what has
just ended is one of its own, so that whoever shows it hears of the end and not of nothing. Writes XML and reads none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree

from coordinator.cap import meaning, words
from coordinator.cap.orders import Alert
from coordinator.cap.parts import Part, parts_of
from coordinator.cap.places import full_name, geocodes
from coordinator.domain.register import AreaRegister
from coordinator.wire.times import china_stamp
from coordinator.wire.words import Language

CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
CONTENT_TYPE: Final = "application/cap+xml"
LANGUAGES: Final[Sequence[tuple[str, Language]]] = (("zh-CN", "zh"), ("en", "en"))
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped; a list of areas from elsewhere may."""


def cap_alert(alert: Alert, areas: AreaRegister) -> bytes:
    """The same bytes for the same order, wherever and whenever they are asked for."""
    root = ElementTree.Element("alert", xmlns=CAP)
    put(root, "identifier", alert.identifier)
    put(root, "sender", alert.sender)
    put(root, "sent", china_stamp(alert.sent))
    put(root, "status", meaning.status(alert.world))
    put(root, "msgType", meaning.message_type(alert))
    put(root, "scope", "Restricted")
    put(root, "restriction", words.bilingual(words.RESTRICTION))
    if note := words.note(alert):
        put(root, "note", note)
    if alert.replaces:
        put(root, "references", " ".join(alert.replaces))
    put(root, "incidents", alert.operation)
    for part in parts_of(alert, areas):
        for code, lang in LANGUAGES:
            info = ElementTree.SubElement(root, "info")
            put(info, "language", code)
            _info(info, alert, part, areas, lang)
    return as_xml(root)


def _info(info: ElementTree.Element, alert: Alert, part: Part, areas: AreaRegister, lang: Language) -> None:
    level = part.level
    onset = alert.onset if level is not None else alert.sent  # an end never waits for a planned beginning
    put(info, "category", meaning.category(alert.hazard))
    put(info, "event", words.event(alert, lang))
    put(info, "responseType", "AllClear" if level is None else "Execute")
    put(info, "urgency", meaning.urgency(level, alert.sent, onset))
    put(info, "severity", meaning.SEVERITY[level])
    put(info, "certainty", meaning.certainty(alert.order, alert.sent, onset))
    _valued(info, "eventCode", "pingji:hazard", alert.hazard)
    put(info, "onset", china_stamp(onset))
    if level is not None and alert.expires is not None:
        put(info, "expires", china_stamp(alert.expires))
    put(info, "senderName", full_name(alert.issuer, areas))
    put(info, "headline", words.headline(alert, part, areas, lang))
    put(info, "description", words.description(alert, areas, lang))
    put(info, "instruction", words.instruction(alert, level, lang))
    _valued(info, "parameter", "pingji:order", alert.order.value)
    _valued(info, "parameter", "pingji:level", level.value if level else "none")
    _valued(info, "parameter", "pingji:mode", "normal" if level is None else "emergency")
    for place in part.places:
        area = ElementTree.SubElement(info, "area")
        put(area, "areaDesc", full_name(place, areas))
        for name, value in geocodes(place):
            _valued(area, "geocode", name, value)


def put(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = " ".join(_NO_XML.sub("", text).split())


def _valued(parent: ElementTree.Element, name: str, value_name: str, value: str) -> None:
    found = ElementTree.SubElement(parent, name)
    put(found, "valueName", value_name)
    put(found, "value", value)


def as_xml(root: ElementTree.Element) -> bytes:
    """Indented: people read it as well when something is unclear."""
    ElementTree.indent(root)
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"
