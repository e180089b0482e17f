"""Look after the cluster's index by the clock: catch up, recount, raise an alarm, rebuild."""

from __future__ import annotations

import structlog
from django.utils import timezone

from recruiter.models import IndexCheck
from recruiter.search import engine
from recruiter.search.bitmap import doctor
from recruiter.search.bitmap.care import QUESTIONS, SHOWN
from recruiter.search.opensearch import build
from recruiter.search.opensearch.build import NoIndex
from recruiter.search.opensearch.cluster import ClusterError

log = structlog.get_logger(__name__)


def look_after() -> IndexCheck | None:
    """Take up what is left, build what is missing, then recount questions with PostgreSQL.

    A difference is an alarm: an error in the log and a row in the admin, and a rebuild.

    Returns:
        The check; None when the cluster does not answer.
    """
    try:
        return _looked_after()
    except ClusterError as why:
        log.error("search_cluster_failed", why=str(why))
        return None


def _looked_after() -> IndexCheck:
    try:
        build.catch_up()
        build.sweep()
    except NoIndex as why:
        log.error("search_index_unusable", why=str(why))
        build.build()
    seed = timezone.now().toordinal()
    found = [str(each) for each in doctor.recount(engine("opensearch"), QUESTIONS, seed)]
    check = IndexCheck.objects.create(
        questions=QUESTIONS, differences=found[:SHOWN], rebuilt=bool(found)
    )
    if found:
        # The questions hold words of profiles, so the log only counts.
        log.error("search_index_differs", differences=len(found))
        build.build()
    return check


def forget_erased() -> None:
    """Have the cluster write its files anew without those who were erased. Raises ClusterError."""
    try:
        build.catch_up()
        build.expunge()
    except NoIndex:
        return
