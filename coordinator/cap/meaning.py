"""What an order means in the closed vocabularies of CAP 1.2 (OASIS, 1 July 2010, sections 3.2.1 and 3.2.2).

Tables and three small rules; each says where it comes from. Nothing here is a colour: colours belong to warnings, and
what goes out is an order.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from coordinator.cap.orders import Alert, Order
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.world import DEMO, LIVE

SEVERITY: Final = {
    ResponseLevel.I: "Extreme",
    ResponseLevel.II: "Severe",
    ResponseLevel.III: "Moderate",
    ResponseLevel.IV: "Minor",
    None: "Minor",
}
"""Level of response -> severity.

The Emergency Response Law (2024) ranks emergencies in four: 特别重大, 重大, 较大, 一般; the national master plan
(2025) has four levels of response, I the highest. CAP has four severities besides Unknown: extraordinary, significant,
possible and minimal threat to life or property. They are laid side by side in their order: no national table does it
for orders. A level that has ended is minimal.
"""

CATEGORY: Final = {
    "flood_typhoon": "Met",
    "snow_cold": "Met",
    "earthquake": "Geo",
    "epidemic": "Health",
    "gas_fire": "Fire",
    "utility_outage": "Infra",
}
"""Hazard of the playbooks that come with the project -> category. A hazard of a place's own is `Other`."""

SOON: Final = timedelta(hours=1)
"""CAP's own bound between Expected and Future."""


def status(world: str) -> str:
    """Actual for the real world alone; the demonstration is a Test; whatever else there is is an Exercise."""
    return {LIVE: "Actual", DEMO: "Test"}.get(world, "Exercise")


def message_type(alert: Alert) -> str:
    """What ends the whole operation takes its alerts back; what replaces none is a new one."""
    if alert.over:
        return "Cancel"
    return "Update" if alert.replaces else "Alert"


def category(hazard: str) -> str:
    return CATEGORY.get(hazard, "Other")


def urgency(level: ResponseLevel | None, sent: datetime, onset: datetime) -> str:
    """By when it is to be acted on: at once, within the hour, later; or not any more."""
    if level is None:
        return "Past"
    if onset <= sent:
        return "Immediate"
    return "Expected" if onset - sent <= SOON else "Future"


def certainty(order: Order, sent: datetime, onset: datetime) -> str:
    """Of the response, which is what an alert is about: whether the rain comes is for a warning to say.

    In force or ended: Observed. Ordered for later: Likely, a person may still change it. Recalled: Unlikely, which is
    CAP's word for what is not to be expected, because it was ordered by mistake.
    """
    if order is Order.RECALLED:
        return "Unlikely"
    return "Likely" if onset > sent else "Observed"
