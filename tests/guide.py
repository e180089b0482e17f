"""The world of the customer guide's sample pages: Mae Norris, her jobs, what people wrote."""

from __future__ import annotations

from datetime import UTC, datetime

from ats_sync import footprints
from ats_sync.batches import batch
from ats_sync.models import (
    Application,
    ApplicationNote,
    ApplicationStage,
    Ats,
    Candidate,
    CandidateNote,
    InterviewFeedback,
)
from recruiter.models import Member
from tests import factories

JORDAN = (
    "Mae is very personable and she would do well here. I definitely had some questions about her "
    "past experience, it sounded like things didn't go very well at her last position. That could "
    "have been out of her hands though, given the way she described it and she seemed to have a "
    "good attitude about the whole thing. She seems to have grown a lot since then."
)
REBEKKAH = "Mae would be a good culture fit at our company. She has a very amicable personality."


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def mae_in(ats: Ats, member: Member) -> Candidate:
    """Mae's record in an ATS, joined with her profile: one active job and three past ones."""
    candidate = factories.CandidateFactory(
        ats=ats,
        external_id="12345",
        emails=["mnorris@gmail.com", "mae@work.test"],
        phones=[{"number": "(312) 123-4567"}],
        addresses=[{"city": "Chicago", "line1": "1 Lake St", "country": "US"}],
        current_title="Account manager",
        current_company="Freshing",
        profile_url="https://ats.test/candidates/12345",
    )
    factories.MatchFactory(candidate=candidate, member=member)
    apply(candidate, "JX1200", "Senior Account Manager", {"Phone screen": on(2018, 1, 8)})
    manager = apply(
        candidate,
        "JX2320",
        "Account Manager",
        {
            "Applied": on(2016, 9, 28),
            "In review": on(2016, 10, 15),
            "Phone screen": on(2016, 11, 1),
            "On-site Interview": on(2016, 11, 12),
        },
        open_job=False,
    )
    note(manager, "Rebekkah Morris", on(2016, 10, 22), REBEKKAH)
    phone, onsite = InterviewFeedback.Kind.PHONE_SCREEN, InterviewFeedback.Kind.ONSITE
    feedback(manager, "Jordan Lee", on(2016, 11, 6), JORDAN, kind=phone)
    feedback(
        manager,
        "Samantha Watson",
        on(2016, 11, 12),
        "Mae seems very experienced.",
        kind=onsite,
        evaluations=[{"attribute": "Creative thinking", "result": "4/5"}, {"attribute": "Drive"}],
    )
    feedback(manager, "Greg Jackson", on(2016, 11, 12), "Mae has a great personality.", kind=onsite)
    apply(candidate, "SB220", "Sales", {"Review": on(2016, 4, 23)}, open_job=False)
    apply(candidate, "SB110", "Sales Assistant", {"Rejected": on(2015, 4, 23)})
    show(ats, member)
    return candidate


def show(ats: Ats, *members: Member) -> None:
    """Let search and badges know what the ATS holds now."""
    footprints.token_force_follows(ats)
    with batch(ats.pk):
        footprints.recompute([member.pk for member in members], ats)


def apply(
    candidate: Candidate,
    code: str,
    title: str,
    stages: dict[str, datetime],
    *,
    open_job: bool = True,
    **fields: object,
) -> Application:
    """An application to a requisition of its own, with dated stages."""
    job = factories.JobPostingFactory(
        ats=candidate.ats,
        external_id=f"job-{code}",
        company_job_code=code,
        title=title,
        state="LISTED" if open_job else "CLOSED",
    )
    application = factories.ApplicationFactory(
        candidate=candidate,
        job_posting=job,
        external_job_id=job.external_id,
        job_name=title,
        **fields,
    )
    for name, entered_at in stages.items():
        ApplicationStage.objects.create(
            **_child(application, f"{name}-{entered_at}"), name=name, entered_at=entered_at
        )
    return application


def note(application: Application, author: str, at: datetime | None, text: str) -> None:
    ApplicationNote.objects.create(
        **_child(application, f"{author} {at}"), **_author(author), written_at=at, text=text
    )


def candidate_note(candidate: Candidate, author: str, at: datetime, text: str) -> None:
    CandidateNote.objects.create(
        ats=candidate.ats,
        candidate=candidate,
        external_candidate_id=candidate.external_id,
        external_id=f"{author} {at}",
        received_at=factories.LONG_AGO,
        written_at=at,
        text=text,
        **_author(author),
    )


def feedback(
    application: Application, author: str, at: datetime, text: str, **fields: object
) -> None:
    InterviewFeedback.objects.create(
        **_child(application, f"{author} {at}"),
        **_author(author),
        given_at=at,
        text=text,
        **fields,
    )


def _child(application: Application, external_id: str) -> dict[str, object]:
    return {
        "ats": application.ats,
        "application": application,
        "external_application_id": application.external_id,
        "external_id": external_id,
        "received_at": factories.LONG_AGO,
    }


def _author(name: str) -> dict[str, str]:
    first, _, last = name.partition(" ")
    return {"author_first_name": first, "author_last_name": last}
