"""Projects: a search for people, and the pipeline in which they are placed."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from recruiter.models.member import Member
from rsc.models import Contract, Seat

# Who changes projects; hiring managers look.
EDITORS = (Seat.Role.ADMINISTRATOR, Seat.Role.RECRUITER)


def _named(seat: Seat, *rights: str) -> Q:
    """Projects in which a seat is named, with one of these rights or with any."""
    rows = ProjectSeat.objects.filter(seat=seat)
    return Q(pk__in=(rows.filter(rights__in=rights) if rights else rows).values("project"))


class ProjectQuerySet(models.QuerySet["Project"]):
    def active(self) -> ProjectQuerySet:
        """Projects that are not archived."""
        return self.filter(archived_at=None)

    def visible_to(self, seat: Seat) -> ProjectQuerySet:
        """The contract's shared projects, the seat's own, and those in which it is named."""
        return self.filter(
            Q(private=False) | Q(owner=seat) | _named(seat), contract_id=seat.contract_id
        )

    def counting_prospects(self, seat: Seat) -> ProjectQuerySet:
        """Adds `prospect_count`: the people in the pipeline whom the seat may see.

        Counted project by project: a filter over all at once would look at every member.
        """
        seen = Prospect.objects.filter(
            project=OuterRef("pk"),
            archived_at=None,
            member__in=Member.objects.visible_to(seat).values("pk"),
        )
        count = seen.order_by().values("project").annotate(n=Count("pk")).values("n")
        return self.annotate(prospect_count=Coalesce(Subquery(count), 0))

    def workable_by(self, seat: Seat) -> ProjectQuerySet:
        """Running projects in whose pipeline the seat may place and move people.

        Colleagues may in a shared project, except those named in it to look only. Hiring
        managers look everywhere.
        """
        if seat.role not in EDITORS:
            return self.none()
        looks_only = _named(seat, ProjectSeat.Rights.VIEW)
        return self.visible_to(seat).active().exclude(looks_only & ~Q(owner=seat))

    def governed_by(self, seat: Seat) -> ProjectQuerySet:
        """Projects whose settings the seat may change, archived ones too.

        The owner, who is named with full rights, and in shared ones the administrators of the
        contract: so that what a leaver owned can be handed over.
        """
        if seat.role not in EDITORS:
            return self.none()
        rule = Q(owner=seat) | _named(seat, ProjectSeat.Rights.FULL)
        if seat.role == Seat.Role.ADMINISTRATOR:
            rule |= Q(private=False)
        return self.filter(rule, contract_id=seat.contract_id)


class Project(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", "Open"
        ON_HOLD = "on_hold", "On hold"
        FILLED = "filled", "Filled"

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="projects")
    owner = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="owned_projects")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    private = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    # Whether people move to Contacted and Replied when an InMail is sent and answered.
    follows_inmail = models.BooleanField(default=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["contract", "-created_at", "-id"], name="project_list")]

    def __str__(self) -> str:
        return self.name


class ProjectSeat(models.Model):
    """A colleague who is named in a project, with what they may do there."""

    class Rights(models.TextChoices):
        FULL = "full", "Everything, settings too"
        PIPELINE = "pipeline", "Work in the pipeline"
        VIEW = "view", "Look only"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="team")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    rights = models.CharField(max_length=10, choices=Rights.choices, default=Rights.PIPELINE)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "seat"], name="project_seat_once")
        ]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.rights}"


class ProjectStage(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="project_stage_once"),
            models.UniqueConstraint(
                fields=["project", "rank"],
                name="project_stage_rank",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProspectQuerySet(models.QuerySet["Prospect"]):
    def active(self) -> ProspectQuerySet:
        """Prospects still in the pipeline of a project that still runs."""
        return self.filter(archived_at=None, project__archived_at=None)

    def visible_to(self, seat: Seat) -> ProspectQuerySet:
        return self.filter(project__in=Project.objects.visible_to(seat))


class Prospect(models.Model):
    """A member placed in a project's pipeline."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prospects")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="prospects")
    stage = models.ForeignKey(ProjectStage, on_delete=models.PROTECT, related_name="prospects")
    stage_since = models.DateTimeField()
    added_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ProspectQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "member"], name="prospect_once_per_project")
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.project}"


class PooledMemberQuerySet(models.QuerySet["PooledMember"]):
    def visible_to(self, seat: Seat) -> PooledMemberQuerySet:
        return self.filter(project__in=Project.objects.visible_to(seat))


class PooledMember(models.Model):
    """A member in a project's talent pool: found, but not yet in its pipeline."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="pool")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    added_by = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = PooledMemberQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["project", "member"], name="pooled_once")]

    def __str__(self) -> str:
        return f"{self.member} in the pool of {self.project}"
