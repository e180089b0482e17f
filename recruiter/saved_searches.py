"""Verbs on saved searches: save, change, share with a project, be alerted or not."""

from __future__ import annotations

from django.db import transaction

from recruiter import filters, search_alerts
from recruiter.models import Project, SavedSearch, SearchAlert
from rsc.models import Seat


@transaction.atomic
def save(seat: Seat, *, name: str, query: str, project: Project | None = None) -> SavedSearch:
    """Keep a search under a name; a name that the seat gave before takes the new question.

    Args:
        query: the parameters of the search page's address.
        project: whose people find it as well; it must be one that the seat may work in.

    Returns:
        The saved search. Alerts on one that was there know nobody of the new question yet, so
        they start anew: who fits it now is no news.
    """
    query = filters.kept(query).parameters
    same = SavedSearch.objects.filter(seat=seat, project=project, name__iexact=name)
    kept = same.select_for_update().first()
    if kept is None:
        return SavedSearch.objects.create(seat=seat, project=project, name=name, query=query)
    if kept.query != query:
        kept.query = query
        kept.save(update_fields=["query"])
        for alert in kept.alerts.select_related("seat__contract__company", "seat__user"):
            search_alerts.start(alert)
    return kept


@transaction.atomic
def be_alerted(
    seat: Seat, saved: SavedSearch, frequency: str, *, by_mail: bool = True
) -> SearchAlert | None:
    """Tell a seat who newly fits a search from now on; an empty `frequency`: tell nothing.

    Returns:
        The alert, if there is one now. A change of frequency forgets nobody.
    """
    there = saved.alerts.filter(seat=seat).first()
    if not frequency:
        saved.alerts.filter(seat=seat).delete()
        return None
    alert = there or SearchAlert(search=saved, seat=seat)
    changed = alert.frequency != frequency
    alert.frequency, alert.by_mail = frequency, by_mail
    if there is None:
        search_alerts.start(alert)
    elif changed:
        alert.next_at = search_alerts.next_time(alert)
    alert.save()
    return alert


@transaction.atomic
def pause_or_resume(alert: SearchAlert) -> None:
    """Stop an alert for a while, or go on: then it tells who came meanwhile."""
    alert.paused = not alert.paused
    alert.save(update_fields=["paused"])
