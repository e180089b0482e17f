"""Which outbox topics this floor hears."""

from __future__ import annotations

from typing import Any

from ats_sync import footprints, matching
from recruiter.events import MEMBER_CHANGED
from rsc import outbox


@outbox.subscribe(MEMBER_CHANGED)
def on_member_changed(key: str, payload: dict[str, Any]) -> None:
    """A member's addresses or privacy may link other candidates now."""
    matching.rematch_members([int(key)])


@outbox.subscribe(footprints.ATS_VISIBILITY_CHANGED)
def on_ats_visibility_changed(key: str, payload: dict[str, Any]) -> None:
    """Who sees an ATS's facts changed: all its footprints fall due."""
    footprints.refresh_ats(int(key))


@outbox.subscribe(footprints.FOOTPRINTS_FELL_DUE)
def on_footprints_fell_due(key: str, payload: dict[str, Any]) -> None:
    """One chunk of an ATS's members."""
    footprints.refresh_members_between(payload["ats"], payload["first"], payload["last"])
