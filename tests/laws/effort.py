"""How hard the laws are tried: little by default and always the same way, much and differently in a long night.

`PINGJI_HYPOTHESIS=long` asks for the long night. Nothing here says what a law is.
"""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, settings

LONG: Final = os.environ.get("PINGJI_HYPOTHESIS") == "long"
TIMES: Final = 25
"""Examples of a long night for each one of a day."""


def effort(examples: int, steps: int = 30) -> settings:
    """By day derandomized, so that the same code always gets the same answer, on any machine."""
    return settings(
        max_examples=examples * TIMES if LONG else examples,
        stateful_step_count=steps,
        derandomize=not LONG,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
