"""A recruiter's desk at its fullest: a long project, a member with many applications."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from ats_sync import footprints
from ats_sync.batches import batch
from ats_sync.models import (
    Application,
    ApplicationNote,
    ApplicationStage,
    Ats,
    Candidate,
    DeveloperApplication,
    Integration,
    IntegrationSetting,
    InterviewFeedback,
    JobPosting,
    Match,
)
from ats_sync.models.integration import ALL_PRODUCT_USERS
from recruiter import notes, projects
from recruiter.models import Member, Project, Prospect
from rsc.models import Company, Contract, Seat, User

LONGEST_TEXT = "She would do well here. " * 20


@dataclass(frozen=True)
class FullDesk:
    """What the pages are about."""

    seat: Seat
    project: Project
    member: Member


def fill(*, prospects: int, applications: int) -> FullDesk:
    """Make a company of its own with all that; call it in a transaction that is undone.

    Args:
        prospects: members in the project's pipeline, of those that there are.
        applications: of one member, each with three stages, a note and feedback.
    """
    mark = secrets.token_hex(4)
    company = Company.objects.create(name=f"Bench {mark}")
    contract = Contract.objects.create(company=company, name="Bench")
    user = User.objects.create(username=f"bench-{mark}", first_name="Bench", last_name="Recruiter")
    seat = Seat.objects.create(contract=contract, user=user)
    crowd = list(Member.objects.visible_to(seat).order_by("pk")[:prospects])
    project = projects.create_project(seat, name="Bench")
    stages = list(project.stages.all())
    now = timezone.now()
    Prospect.objects.bulk_create(
        Prospect(
            project=project,
            member=member,
            stage=stages[number % len(stages)],
            stage_since=now,
            added_by=seat,
        )
        for number, member in enumerate(crowd)
    )
    ats = _ats(company, mark)
    _apply(ats, crowd[0], applications)
    with batch(ats.pk):
        footprints.recompute([crowd[0].pk], ats)
    for number in range(20):
        notes.add(seat, crowd[0], f"Note {number}: {LONGEST_TEXT}")
    return FullDesk(seat, project, crowd[0])


def _ats(company: Company, mark: str) -> Ats:
    application = DeveloperApplication.objects.create(
        name=f"Bench {mark}",
        client_id=f"bench-{mark}",
        client_type=DeveloperApplication.CLIENT_CONFIDENTIAL,
        authorization_grant_type=DeveloperApplication.GRANT_CLIENT_CREDENTIALS,
    )
    ats = Ats.objects.create(application=application, company=company, name="Bench ATS")
    indicator = Integration.objects.create(
        ats=ats,
        integration_type=Integration.Type.IN_ATS_INDICATOR,
        name="Bench",
        status=Integration.Status.ENABLED,
    )
    IntegrationSetting.objects.create(
        integration=indicator,
        key=IntegrationSetting.Key.APPLICATION_VIEWERS,
        value=ALL_PRODUCT_USERS,
    )
    footprints.token_force_follows(ats)
    return ats


def _apply(ats: Ats, member: Member, count: int) -> None:
    now = timezone.now()
    dates = {"external_created_at": now, "external_modified_at": now, "received_at": now}
    candidate = Candidate.objects.create(ats=ats, external_id="C1", first_name="Bench", **dates)
    Match.objects.create(
        candidate=candidate,
        member=member,
        state=Match.State.AUTOMATIC,
        rule="bench",
        decided_at=now,
    )
    jobs = JobPosting.objects.bulk_create(
        JobPosting(ats=ats, external_id=f"J{n}", title="Job", listed_at=now, received_at=now)
        for n in range(count)
    )
    rows = Application.objects.bulk_create(
        Application(
            ats=ats,
            external_id=f"A{number}",
            external_job_id=job.external_id,
            job_name=job.title,
            job_posting=job,
            candidate=candidate,
            first_name="Bench",
            **dates,
        )
        for number, job in enumerate(jobs)
    )
    for row in rows:
        _tell(row)


def _tell(application: Application) -> None:
    """Three stages, a note and feedback on one application."""
    now = timezone.now()
    child = {
        "ats": application.ats,
        "application": application,
        "external_application_id": application.external_id,
        "received_at": now,
    }
    for day, name in enumerate(("Applied", "Phone screen", "Onsite interview")):
        entered_at = now - timedelta(days=30 - day)
        ApplicationStage.objects.create(external_id=name, name=name, entered_at=entered_at, **child)
    ApplicationNote.objects.create(external_id="N", text=LONGEST_TEXT, written_at=now, **child)
    InterviewFeedback.objects.create(external_id="F", text=LONGEST_TEXT, given_at=now, **child)
