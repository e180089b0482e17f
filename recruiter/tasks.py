"""Entry points that django-q2 calls by name. They hand over to a verb."""

from __future__ import annotations

from recruiter import (
    data_copies,
    enclosures,
    feed,
    pdf,
    search_alerts,
    search_history,
    search_saves,
)
from recruiter.search import care


def write_pdfs() -> int:
    """Write the profile PDFs that wait; returns how many."""
    return pdf.write_waiting()


def save_found() -> int:
    """Save all whom searches found, for those who wait; returns how many parts were done."""
    return search_saves.work()


def sweep_pdfs() -> int:
    """Delete profile PDFs past their keep; returns how many."""
    return pdf.sweep()


def send_digests() -> int:
    """Mail the daily digests; returns how many mails."""
    return feed.send_digests()


def sweep_correspondence() -> int:
    """Delete files that no message names any more, and old copies of members' data."""
    return enclosures.sweep() + data_copies.sweep()


def run_search_alerts() -> int:
    """Look who newly fits the saved searches whose alerts are due; returns how many found some."""
    return search_alerts.run_due()


def sweep_searches() -> int:
    """Delete the history of searches, and what alerts found, past their keep; how many rows."""
    return search_history.sweep() + search_alerts.sweep()


def look_after_search() -> int:
    """Fold changes into the search index, recount it; returns how many differences there were."""
    check = care.look_after()
    return len(check.differences) if check else 0
