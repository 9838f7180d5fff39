"""Logs of a worker: one JSON object a line on standard error, like the coordinator's. No personal data, ever."""

from __future__ import annotations

import logging
import sys

import structlog


def to_json_lines() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
