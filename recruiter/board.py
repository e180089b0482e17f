"""What the pipeline of a project shows, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from recruiter.models import (
    AtsFootprint,
    Member,
    PooledMember,
    Project,
    ProjectStage,
    Prospect,
    Review,
    StageVisit,
    VisibilityToken,
)
from rsc.models import Seat

PAGE_SIZE = 25
COLUMN_SIZE = 20  # cards of a column before "Show all"
ARCHIVED = "archived"  # the place beside the stages


@dataclass
class Pipeline:
    """A project's prospects, one page of them or the tops of all columns.

    Attributes:
        stages: all of them, each with its `prospect_count`.
        stage: the one shown; None for all.
        archived: whether the archived ones are shown.
        archived_count: how many there are.
        text: the words that names and headlines shown contain.
        page: of the list, those further along the pipeline first, then the latest move.
        columns: of the board, each stage with its cards.
    """

    project: Project
    stages: list[ProjectStage]
    archived_count: int = 0
    stage: ProjectStage | None = None
    archived: bool = False
    text: str = ""
    page: Page | None = None
    columns: list[tuple[ProjectStage, list[Prospect]]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(stage.prospect_count for stage in self.stages)

    @property
    def more_than_shown(self) -> int:
        """How many can be chosen as a whole, where the page shows only some of them; else 0."""
        if self.page is None or self.archived or self.text or self.page.paginator.num_pages < 2:
            return 0
        return self.page.paginator.count


def gather(
    seat: Seat, project: Project, *, place: str = "", text: str = "", page: str = ""
) -> Pipeline:
    """A page of a pipeline as a list.

    Args:
        place: the stage to show, or `archived`, as it came in the URL; else all stages.
        text: part of a name or headline.
        page: the page's number, as it came in the URL; nonsense gives the nearest page.
    """
    shown = _frame(seat, project, text)
    shown.archived = place == ARCHIVED
    shown.stage = next((stage for stage in shown.stages if str(stage.pk) == place), None)
    prospects = _prospects(seat, project, text).filter(archived_at__isnull=not shown.archived)
    if shown.stage:
        prospects = prospects.filter(stage=shown.stage)
    ordered = prospects.order_by("-stage__rank", "-stage_since", "-id")
    shown.page = Paginator(_with_people(seat, ordered), PAGE_SIZE).get_page(page)
    return shown


def columns(seat: Seat, project: Project, *, text: str = "") -> Pipeline:
    """The tops of all columns: the latest moves first, `COLUMN_SIZE` of each."""
    shown = _frame(seat, project, text)
    placed = _prospects(seat, project, text).filter(archived_at=None)
    latest = Window(
        RowNumber(), partition_by=F("stage"), order_by=[F("stage_since").desc(), F("id").desc()]
    )
    tops = placed.annotate(row=latest).filter(row__lte=COLUMN_SIZE).order_by("row")
    cards: dict[int, list[Prospect]] = defaultdict(list)
    for prospect in _with_people(seat, tops):
        cards[prospect.stage_id].append(prospect)
    shown.columns = [(stage, cards[stage.pk]) for stage in shown.stages]
    return shown


def pool(seat: Seat, project: Project, *, page: str = "") -> Page:
    """A page of a project's talent pool, the latest first."""
    seen = Member.objects.visible_to(seat).values("pk")
    pooled = project.pool.filter(member__in=seen).select_related("member", "added_by__user")
    ordered: QuerySet[PooledMember] = pooled.prefetch_related("member__positions", _known_to(seat))
    return Paginator(ordered.order_by("-added_at", "-id"), PAGE_SIZE).get_page(page)


def _frame(seat: Seat, project: Project, text: str) -> Pipeline:
    """What surrounds the people: stages with their counts, two queries."""
    standing = Q(archived_at=None)
    counted = _prospects(seat, project, text).order_by().values("stage")
    counts = {
        row["stage"]: row
        for row in counted.annotate(
            active=Count("pk", filter=standing), archived=Count("pk", filter=~standing)
        )
    }
    stages = list(project.stages.order_by("rank"))
    for stage in stages:
        stage.prospect_count = counts.get(stage.pk, {}).get("active", 0)
    archived = sum(row["archived"] for row in counts.values())
    return Pipeline(project, stages, archived, text=text)


def _prospects(seat: Seat, project: Project, text: str) -> QuerySet[Prospect]:
    seen = Member.objects.visible_to(seat).values("pk")
    prospects = project.prospects.filter(member__in=seen)
    for word in text.split():
        fits = Q(member__first_name__icontains=word) | Q(member__last_name__icontains=word)
        prospects = prospects.filter(fits | Q(member__headline__icontains=word))
    return prospects


def _with_people(seat: Seat, prospects: QuerySet[Prospect]) -> QuerySet[Prospect]:
    return prospects.select_related("member", "stage", "added_by__user").prefetch_related(
        "member__positions",
        _known_to(seat),
        Prefetch(
            "member__reviews",
            Review.objects.visible_to(seat).given().select_related("request__reviewer__user"),
            to_attr="feedback",
        ),
        Prefetch("visits", StageVisit.objects.select_related("seat__user"), to_attr="history"),
    )


def _known_to(seat: Seat) -> Prefetch:
    tokens = VisibilityToken.objects.held_by(seat)
    footprints = AtsFootprint.objects.filter(token__in=tokens).select_related("token")
    return Prefetch("member__footprints", footprints.order_by("token__ats_id"), to_attr="known_to")
