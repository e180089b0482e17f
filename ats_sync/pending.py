"""Notes, stages, feedback and files whose parent has not arrived; they wait for it 30 days."""

from __future__ import annotations

from datetime import timedelta

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


def sweep() -> int:
    """Delete records that waited longer than 30 days; returns how many. For a daily run."""
    past_keep = timezone.now() - KEPT_FOR
    return sum(found.filter(received_at__lt=past_keep).delete()[0] for found in waiting())
