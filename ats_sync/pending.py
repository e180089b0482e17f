"""Notes, stages, feedback and files whose parent has not arrived; they wait for it 30 days."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils import timezone

from ats_sync.models import (
    ApplicationNote,
    ApplicationStage,
    Ats,
    Attachment,
    CandidateNote,
    InterviewFeedback,
)

KEPT_FOR = timedelta(days=30)
# What the wire calls the kinds that `waiting` lists, in its order.
RESOURCES = ("candidateNotes", "applicationNotes", "stages", "interviewFeedback", "attachments")


def waiting() -> list[models.QuerySet]:
    """The records that wait, one QuerySet per kind, for the admin to list."""
    return [
        CandidateNote.objects.filter(candidate=None),
        ApplicationNote.objects.filter(application=None),
        ApplicationStage.objects.filter(application=None),
        InterviewFeedback.objects.filter(application=None),
        Attachment.objects.filter(application=None, candidate=None),
    ]


def count_waiting(ats: Ats) -> dict[str, int]:
    """How many records of each kind wait in an ATS, by the kind's name in the plural."""
    return {
        str(found.model._meta.verbose_name_plural): found.filter(ats=ats).count()
        for found in waiting()
    }


def waiting_by_day(ats: Ats, since: date) -> dict[tuple[str, date], int]:
    """How many of the records that arrived on a day (UTC) wait still, by resource of the wire."""
    return {
        (resource, row["received_at__date"]): row["count"]
        for resource, found in zip(RESOURCES, waiting(), strict=True)
        for row in found.filter(ats=ats, received_at__date__gte=since)
        .order_by()
        .values("received_at__date")
        .annotate(count=models.Count("pk"))
    }


def sweep() -> int:
    """Delete records that waited longer than 30 days; returns how many. For a daily run."""
    past_keep = timezone.now() - KEPT_FOR
    return sum(found.filter(received_at__lt=past_keep).delete()[0] for found in waiting())
