"""What the pipeline of a project shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from recruiter.models import (
    AtsFootprint,
    Member,
    Project,
    ProjectStage,
    Prospect,
    VisibilityToken,
)
from rsc.models import Seat

PAGE_SIZE = 25


@dataclass
class Pipeline:
    """One page of a project's prospects.

    Attributes:
        stages: all of them, each with its `prospect_count`.
        stage: the one shown; None for all.
        page: prospects, those further along the pipeline first, then the latest move.
    """

    project: Project
    stages: list[ProjectStage]
    stage: ProjectStage | None
    page: Page

    @property
    def total(self) -> int:
        return sum(stage.prospect_count for stage in self.stages)


def gather(seat: Seat, project: Project, *, stage_id: str = "", page: str = "") -> Pipeline:
    """A page of a pipeline.

    Args:
        stage_id: the stage to show, as it came in the URL; all where it is none of them.
        page: the page's number, as it came in the URL; nonsense gives the nearest page.
    """
    seen = Member.objects.visible_to(seat).values("pk")
    in_pipeline = Q(prospects__archived_at=None, prospects__member__in=seen)
    counted = project.stages.annotate(prospect_count=Count("prospects", filter=in_pipeline))
    stages = list(counted.order_by("rank"))  # a count forgets the model's order
    stage = next((stage for stage in stages if str(stage.pk) == stage_id), None)
    prospects = project.prospects.filter(archived_at=None, member__in=seen)
    if stage:
        prospects = prospects.filter(stage=stage)
    shown = _with_people(seat, prospects).order_by("-stage__rank", "-stage_since", "-id")
    return Pipeline(project, stages, stage, Paginator(shown, PAGE_SIZE).get_page(page))


def _with_people(seat: Seat, prospects: QuerySet[Prospect]) -> QuerySet[Prospect]:
    tokens = VisibilityToken.objects.held_by(seat)
    footprints = AtsFootprint.objects.filter(token__in=tokens).select_related("token")
    known_to = Prefetch(
        "member__footprints", footprints.order_by("token__ats_id"), to_attr="known_to"
    )
    return prospects.select_related("member", "stage", "added_by__user").prefetch_related(
        "member__positions", known_to
    )
