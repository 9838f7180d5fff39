"""Another maker's system: reads CAP 1.2 strictly, by its schema and its own rules, and keeps what stands.

Knows nothing of pingji but that an area's code begins with its parent's.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from xml.etree import ElementTree

CAP: Final = "{urn:oasis:names:tc:emergency:cap:1.2}"

SEQUENCE: Final = {
    "alert": "identifier sender sent status msgType source? scope restriction? addresses? code* note? references? "
    "incidents? info*",
    "info": "language? category+ event responseType* urgency severity certainty audience? eventCode* effective? "
    "onset? expires? senderName? headline? description? instruction? web? contact? parameter* resource* area*",
    "area": "areaDesc polygon* circle* geocode* altitude? ceiling?",
    "eventCode": "valueName value",
    "parameter": "valueName value",
    "geocode": "valueName value",
}
"""What stands in what, in which order and how often: the schema of CAP 1.2."""

VALUES: Final = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
PATTERNS: Final = {
    **{name: values.replace(" ", "|") for name, values in VALUES.items()},
    "identifier": r"[^\s,<&]+",
    "sender": r"[^\s,<&]+",
    **dict.fromkeys(("sent", "onset", "expires"), r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"),
    "references": r"[^\s,]+,[^\s,]+,[^\s,]+( [^\s,]+,[^\s,]+,[^\s,]+)*",
}


def read(text: bytes) -> ElementTree.Element:
    """The alert. Fails at the first thing that is not as the standard has it."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{CAP}alert"
    _check(root)
    given = {name: value(root, name) for name in ("scope", "msgType", "status")}
    assert (find(root, "restriction") is not None) == (given["scope"] == "Restricted")
    assert (find(root, "addresses") is not None) == (given["scope"] == "Private")
    assert (find(root, "references") is not None) == (given["msgType"] in ("Update", "Cancel"))
    assert given["status"] != "Exercise" or value(root, "note"), "the note says what the exercise is"
    return root


def _check(element: ElementTree.Element) -> None:
    name = element.tag.removeprefix(CAP)
    assert not element.attrib
    if name not in SEQUENCE:
        assert element.text and element.text == element.text.strip() and len(element) == 0, name
        assert re.fullmatch(PATTERNS.get(name, r"(?s).+"), element.text), (name, element.text)
        return
    expected = "".join(
        f"(?:{child} ){often}" for child, often in re.findall(r"(\w+)([?*+]?)", SEQUENCE[name])
    )
    children = "".join(child.tag.removeprefix(CAP) + " " for child in element)
    assert re.fullmatch(expected, children), (name, children)
    for child in element:
        assert child.tag.startswith(CAP)
        _check(child)


def find(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return element.find(f"{CAP}{name}")


def value(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{CAP}{name}", "")


def valued(element: ElementTree.Element, name: str) -> dict[str, str]:
    """Of its parameters, codes: name -> value."""
    return {value(one, "valueName"): value(one, "value") for one in element.iter(f"{CAP}{name}")}


def infos(alert: ElementTree.Element, language: str = "zh-CN") -> list[ElementTree.Element]:
    return [one for one in alert.iter(f"{CAP}info") if value(one, "language") == language]


def reference(alert: ElementTree.Element) -> str:
    """As others refer to it."""
    return ",".join(value(alert, name) for name in ("sender", "identifier", "sent"))


def codes(info: ElementTree.Element) -> set[str]:
    """Of its areas, as the National Bureau of Statistics has them, without the noughts that fill them up."""
    found = {valued(area, "geocode")["NBS"] for area in info.iter(f"{CAP}area")}
    assert all(len(code) == 12 for code in found)
    return found


def level_at(alert: ElementTree.Element, community: str) -> str:
    """What is ordered for a community: that of the one info whose areas it lies in; none where it lies in none."""
    found = {
        valued(info, "parameter")["pingji:level"]
        for info in infos(alert)
        if any(community.startswith(_prefix(code)) for code in codes(info))
    }
    assert len(found) < 2, "one place has one level"
    return found.pop() if found else "none"


def _prefix(code: str) -> str:
    """The digits that everything in an area begins with."""
    return next(code[:digits] for digits in (2, 4, 6, 9, 12) if not code[digits:].strip("0"))


class Platform:
    """Takes alerts in as they come."""

    def __init__(self) -> None:
        self.seen: dict[str, ElementTree.Element] = {}
        self.standing: dict[str, ElementTree.Element] = {}

    def take(self, text: bytes) -> None:
        alert = read(text)
        own = reference(alert)
        assert value(alert, "identifier") not in {value(one, "identifier") for one in self.seen.values()}
        for reference_ in value(alert, "references").split():
            self.standing.pop(reference_, None)
        self.seen[own] = alert
        if value(alert, "msgType") != "Cancel":
            self.standing[own] = alert

    def stands(self, operation: str) -> list[ElementTree.Element]:
        return [one for one in self.standing.values() if value(one, "incidents") == operation]


def sent(alert: ElementTree.Element) -> datetime:
    return datetime.fromisoformat(value(alert, "sent"))
