"""Look after the index by the clock: fold changes in, recount, raise an alarm, rebuild."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.utils import timezone

from recruiter.models import IndexCheck
from recruiter.search import engine
from recruiter.search.bitmap import doctor
from recruiter.search.bitmap.build import build, versions
from recruiter.search.bitmap.live import MOST_YOUNG, NoIndex

log = structlog.get_logger(__name__)
QUESTIONS = 20  # that a recount asks
FOLD_IN = MOST_YOUNG // 4  # young members after which an index is built anew
SHOWN = 20  # differences that a check keeps


def look_after() -> IndexCheck | None:
    """Build what is missing or has grown old, then recount some questions with PostgreSQL.

    A difference is an alarm: an error in the log and a row in the admin, and a rebuild.

    Returns:
        The check; None when another engine is set.
    """
    if settings.SEARCH_ENGINE != "bitmap":
        return None
    index = engine("bitmap")
    try:
        if len(index.live().overlay.documents) > FOLD_IN:
            build()
    except (NoIndex, OSError, ValueError) as why:
        log.error("search_index_unusable", why=str(why))
        build()
    seed = timezone.now().toordinal()
    found = [str(each) for each in doctor.recount(index, QUESTIONS, seed)]
    check = IndexCheck.objects.create(
        questions=QUESTIONS, differences=found[:SHOWN], rebuilt=bool(found)
    )
    if found:
        # The questions hold words of profiles, so the log only counts.
        log.error("search_index_differs", differences=len(found), version=versions().stamp())
        build()
    return check


def forget_old_versions() -> None:
    """Build the index anew and remove all older files, so that they hold nobody who was erased.

    A worker that still reads an old version keeps it mapped until it looks again.
    """
    if not versions().stamp():
        return
    manifest = build()
    versions().keep_only(manifest["version"])
