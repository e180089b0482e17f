"""Vital signs of an installation: one list, read by `doctor`, by /metrics and by readiness.

Each floor registers its own, so that nothing here imports upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)
GREEN, AMBER, RED = "green", "amber", "red"


@dataclass(frozen=True)
class Sign:
    """What one look found.

    Attributes:
        name: of what was looked at.
        level: GREEN, AMBER (works, but look at it) or RED (something does not work).
        says: what was found; no personal data.
        fix: what to do about it; empty where nothing is to be done.
    """

    name: str
    level: str
    says: str
    fix: str = ""


Examination = Callable[[], Iterable[Sign]]
_examinations: dict[str, Examination] = {}
_gauges: dict[str, tuple[str, Callable[[], float]]] = {}


def examination(name: str) -> Callable[[Examination], Examination]:
    """Decorator: let `doctor` look at this."""

    def register(look: Examination) -> Examination:
        _examinations[name] = look
        return look

    return register


def gauge(name: str, text: str) -> Callable[[Callable[[], float]], Callable[[], float]]:
    """Decorator: tell this number under /metrics, as `rsc_<name>`."""

    def register(read: Callable[[], float]) -> Callable[[], float]:
        _gauges[f"rsc_{name}"] = (text, read)
        return read

    return register


def examine() -> Iterator[Sign]:
    """Look at everything; what cannot be looked at is red, and the others are looked at still."""
    for name, look in _examinations.items():
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001 - a sick part may fail in any way
            yield Sign(name, RED, f"could not be looked at: {type(error).__name__}: {error}")


def gauges() -> dict[str, str]:
    """The names of all gauges, and what each counts."""
    return {name: text for name, (text, _) in _gauges.items()}


def readings() -> Iterator[tuple[str, str, float]]:
    """All gauges, as name, text and value; one that fails is left out and logged."""
    for name, (text, read) in _gauges.items():
        try:
            yield name, text, float(read())
        except Exception as error:  # noqa: BLE001 - the other numbers are needed all the more
            log.warning("gauge_failed", gauge=name, error=type(error).__name__)
