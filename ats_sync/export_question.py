"""What the export dialog asks and tells: whom, where to, who stays behind and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from ats_sync import exports
from ats_sync.exports import ExportRefused
from ats_sync.models import (
    Application,
    Ats,
    Candidate,
    Integration,
    IntegrationSetting,
    JobPosting,
    Match,
    ProjectRequisition,
)
from ats_sync.models.integration import ALL_PRODUCT_USERS
from recruiter.models import Member, Project
from rsc.models import Seat

PEOPLE_SHOWN = 3  # cards; of more only the number is told
REQUISITIONS_SHOWN = 12
WORDS_HEEDED = 8


@dataclass
class Known:
    """That an ATS has a member already, as far as the seat may know of it."""

    ats: Ats
    jobs: list[str] = field(default_factory=list)


@dataclass
class Question:
    """All that the dialog shows.

    Attributes:
        going: who can be exported.
        behind: who cannot, in groups of one reason each.
        known: where members are already, by member id; only of those shown.
        atss: the ATSs that the seat may export to.
        ats: the one chosen.
        requisitions: those that fit the words, open ones first.
        more: whether there are more than are shown.
        proposed: how many of them come first because the project fills them.
        chosen: the requisition chosen, if any.
        left: how many the seat may still export this month.
    """

    going: list[Member]
    behind: list[tuple[str, list[Member]]]
    known: dict[int, list[Known]]
    atss: list[Ats]
    ats: Ats | None
    requisitions: list[JobPosting]
    more: bool
    proposed: int
    chosen: JobPosting | None
    left: int

    @property
    def shown(self) -> list[tuple[Member, list[Known]]]:
        """The first people who go, each with where they are already."""
        return [(each, self.known.get(each.pk, [])) for each in self.going[:PEOPLE_SHOWN]]

    @property
    def not_shown(self) -> int:
        return max(0, len(self.going) - PEOPLE_SHOWN)


def gather(
    seat: Seat,
    members: Sequence[Member],
    *,
    ats_id: str = "",
    words: str = "",
    include_closed: bool = False,
    job_id: str = "",
    project_id: str = "",
) -> Question:
    """The dialog's content, in a fixed number of queries.

    Args:
        ats_id, job_id, project_id: as they came in the request; nonsense counts as nothing.
            The requisitions that a project fills come first; a single one is chosen already.
        words: parts of a title, of an id, or of a company's code.
        include_closed: whether closed requisitions are offered.
    """
    atss = exports.atss_of(seat)
    first = _first(seat, job_id, project_id)
    asked = next((ats for ats in atss if str(ats.pk) == ats_id), None)
    ats = asked or (first[0].ats if first else None) or next(iter(atss), None)
    first = [job for job in first if job.ats == ats]
    chosen = first[0] if len(first) == 1 else None
    found = list(
        requisitions(seat, words, ats=ats, include_closed=include_closed)[: REQUISITIONS_SHOWN + 1]
    )
    refused = exports.refusals(seat, members, chosen)
    going = [member for member in members if member.pk not in refused]
    return Question(
        going=going,
        behind=grouped(members, refused),
        known=known_to(seat, going[:PEOPLE_SHOWN]),
        atss=atss,
        ats=ats,
        requisitions=_with_first(first, found[:REQUISITIONS_SHOWN]),
        more=len(found) > REQUISITIONS_SHOWN,
        proposed=0 if job_id else len(first),
        chosen=chosen,
        left=exports.exports_left(seat),
    )


def requisitions(
    seat: Seat, words: str, *, ats: Ats | None = None, include_closed: bool = True
) -> QuerySet[JobPosting]:
    """Requisitions that the seat may choose and that fit all words, open ones first."""
    shown = JobPosting.objects.visible_to(seat)
    if ats:
        shown = shown.filter(ats=ats)
    if not include_closed:
        shown = shown.listed()
    for word in words.split()[:WORDS_HEEDED]:
        shown = shown.filter(
            Q(title__icontains=word)
            | Q(external_id__istartswith=word)
            | Q(company_job_code__istartswith=word)
        )
    return shown.select_related("ats").order_by("-state", "title", "pk")


def _first(seat: Seat, job_id: str, project_id: str) -> list[JobPosting]:
    if job_id:
        job = requisition(seat, job_id)
        return [job] if job else []
    return of_project(seat, int(project_id)) if project_id.isdecimal() else []


def requisition(seat: Seat, job_id: str) -> JobPosting | None:
    """The requisition that a parameter names, if the seat may see it."""
    if not job_id.isdecimal():
        return None
    return JobPosting.objects.visible_to(seat).select_related("ats").filter(pk=int(job_id)).first()


def of_project(seat: Seat, project_id: int) -> list[JobPosting]:
    """The requisitions that a project fills and the seat may see, if it sees the project."""
    filled = ProjectRequisition.objects.filter(
        project__in=Project.objects.visible_to(seat).filter(pk=project_id)
    )
    shown = JobPosting.objects.visible_to(seat).select_related("ats")
    return list(shown.filter(pk__in=filled.values("job_posting")).order_by("title", "pk"))


def _with_first(first: list[JobPosting], found: list[JobPosting]) -> list[JobPosting]:
    return [*first, *(job for job in found if job not in first)]


def grouped(
    members: Sequence[Member], refused: dict[int, ExportRefused]
) -> list[tuple[str, list[Member]]]:
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        if member.pk in refused:
            groups[str(refused[member.pk])].append(member)
    return list(groups.items())


def known_to(seat: Seat, members: Sequence[Member]) -> dict[int, list[Known]]:
    """In which ATSs members are already and on which jobs, by member id. Two queries."""
    links = Match.objects.live().filter(
        member__in=members, candidate__in=Candidate.objects.visible_to(seat)
    )
    pairs = list(links.select_related("candidate__ats").order_by("candidate__ats", "pk"))
    jobs: dict[int, list[str]] = defaultdict(list)
    applications = Application.objects.visible_to(seat).filter(
        candidate__in=[pair.candidate_id for pair in pairs]
    )
    for each in applications.select_related("job_posting").order_by("-external_created_at", "-pk"):
        title = str(each.job_posting or f"{each.job_name} ({each.external_job_id})")
        jobs[each.candidate_id].append(title)
    known: dict[int, list[Known]] = defaultdict(list)
    for pair in pairs:
        known[pair.member_id].append(Known(pair.candidate.ats, jobs[pair.candidate_id]))
    return known


# -------------------------------------------------- “Not seeing the requisitions you expect?”
@dataclass
class AtsAnswer:
    """What can be said of one ATS's requisitions without betraying hidden ones.

    Attributes:
        enabled: whether it takes exports.
        open, closed: how many the seat may see.
        received_at: when the newest of those came.
        everyone: whether the ATS shows all of its requisitions to everyone.
        hits: those that fit the words, in whatever state.
    """

    ats: Ats
    enabled: bool
    open: int
    closed: int
    received_at: datetime | None
    everyone: bool
    hits: list[JobPosting]


def explain(seat: Seat, words: str) -> list[AtsAnswer]:
    """Why a requisition may not be in the list: one answer for each ATS of the company."""
    listed = Q(state=JobPosting.State.LISTED)
    counts = {
        row["ats"]: row
        for row in JobPosting.objects.visible_to(seat)
        .values("ats")
        .annotate(
            open=Count("pk", filter=listed),
            closed=Count("pk", filter=~listed),
            received_at=Max("received_at"),
        )
    }
    everyone = set(
        IntegrationSetting.objects.filter(
            key=IntegrationSetting.Key.JOB_POSTING_VIEWERS, value=ALL_PRODUCT_USERS
        ).values_list("integration__ats", flat=True)
    )
    enabled = {ats.pk for ats in exports.atss_of(seat)}
    hits: dict[int, list[JobPosting]] = defaultdict(list)
    if words:
        for job in requisitions(seat, words)[:REQUISITIONS_SHOWN]:
            hits[job.ats_id].append(job)
    asked_for = Ats.objects.filter(
        company=seat.contract.company_id,
        integrations__integration_type=Integration.Type.ONE_CLICK_EXPORT,
    )
    return [
        AtsAnswer(
            ats=ats,
            enabled=ats.pk in enabled,
            open=counts.get(ats.pk, {}).get("open", 0),
            closed=counts.get(ats.pk, {}).get("closed", 0),
            received_at=counts.get(ats.pk, {}).get("received_at"),
            everyone=ats.pk in everyone,
            hits=hits[ats.pk],
        )
        for ats in asked_for.distinct().order_by("name", "pk")
    ]
