"""Structured logs without personal data."""

from __future__ import annotations

import traceback
from typing import Any

import structlog

# Keys that libraries add to log lines and that name a person.
PERSONAL_KEYS = frozenset({"ip", "user_agent", "email", "username"})


def drop_personal(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Remove the keys that could name a person. A request keeps verb and path, not its query."""
    for key in PERSONAL_KEYS & event.keys():
        del event[key]
    if isinstance(event.get("request"), str):
        event["request"] = event["request"].partition("?")[0]
    return event


def frames(exc_info: Any) -> str:
    """Where an exception came from and its type; its message may quote somebody's record."""
    kind, _, trace = exc_info
    return "".join(traceback.format_tb(trace)) + kind.__qualname__


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    drop_personal,
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def formatter(style: str) -> structlog.stdlib.ProcessorFormatter:
    """The log formatter: `json`, one object a line, or `console` for people."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if style == "console"
        else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(frames),
            renderer,
        ],
    )
