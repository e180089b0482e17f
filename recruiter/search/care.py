"""What the clock and an erasure ask of the engine that is set."""

from __future__ import annotations

from django.conf import settings

from recruiter.models import IndexCheck
from recruiter.search.bitmap import care as bitmap
from recruiter.search.opensearch import care as opensearch


def look_after() -> IndexCheck | None:
    """Bring the index up to date and recount it; None when there is nothing to look after."""
    return opensearch.look_after() if _in_a_cluster() else bitmap.look_after()


def forget_erased() -> None:
    """Write all files of an index anew, so that they hold nobody who was erased."""
    bitmap.forget_old_versions()  # those of an engine that was set before as well
    if _in_a_cluster():
        opensearch.forget_erased()


def _in_a_cluster() -> bool:
    return bool(settings.SEARCH_ENGINE == "opensearch")
