"""Delete what is older than its rule says; in batches, audited, and never what the law holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Model, Q, QuerySet
from django.utils import timezone

from ats_sync import applications, candidates
from ats_sync.models import (
    Application,
    Ats,
    Candidate,
    Export,
    Match,
    RejectedRecord,
    RetentionRule,
)
from recruiter import legal_holds, members
from recruiter.legal_holds import Held, Kind
from recruiter.models import (
    Activity,
    Conversation,
    Member,
    MemberAttachment,
    RecruiterNote,
    SearchRun,
)
from rsc import audit

BATCH = 500
Entity = RetentionRule.Entity


@dataclass(frozen=True)
class Kept:
    """How one entity grows old.

    Attributes:
        model: whose rows.
        since: the column that says when a row's time began.
        company: the path to the company, empty if it is nobody's in particular.
        member: the path to a member who may be held.
    """

    model: type[Model]
    since: str
    company: str = ""
    member: str = ""


ENTITIES = {
    Entity.CANDIDATES: Kept(Candidate, "external_modified_at", "ats__company"),
    Entity.APPLICATIONS: Kept(Application, "external_modified_at", "ats__company"),
    Entity.MEMBERS: Kept(Member, "last_seen_at", "", "pk"),
    Entity.CONVERSATIONS: Kept(
        Conversation, "last_message_at", "seat__contract__company", "member"
    ),
    Entity.NOTES: Kept(RecruiterNote, "modified_at", "seat__contract__company", "member"),
    Entity.FILES: Kept(MemberAttachment, "uploaded_at", "seat__contract__company", "member"),
    Entity.ACTIVITIES: Kept(Activity, "at", "seat__contract__company", "member"),
    Entity.SEARCHES: Kept(SearchRun, "at", "seat__contract__company"),
    Entity.EXPORTS: Kept(Export, "created_at", "ats__company", "member"),
    Entity.REJECTED: Kept(RejectedRecord, "at", "ats__company"),
}  # fmt: skip


@dataclass(frozen=True)
class Preview:
    """What a rule would delete now: how many rows, and since when the oldest waits."""

    rule: RetentionRule
    rows: int
    oldest: datetime | None


def previews() -> list[Preview]:
    """Of each rule, switched on or not."""
    found, held = [], legal_holds.held()
    for rule in RetentionRule.objects.select_related("company"):
        oldest = Min(ENTITIES[Entity(rule.entity)].since)
        told = due(rule, held).aggregate(rows=Count("pk"), oldest=oldest)
        found.append(Preview(rule, told["rows"], told["oldest"]))
    return found


def due(rule: RetentionRule, held: Held) -> QuerySet[Model]:
    """The rows that a rule would delete now, without those that a legal hold keeps."""
    kept = ENTITIES[Entity(rule.entity)]
    before = timezone.now() - timedelta(days=rule.days)
    rows = kept.model._default_manager.filter(**{f"{kept.since}__lt": before})
    if kept.company and rule.company_id:
        rows = rows.filter(**{kept.company: rule.company_id})
    elif kept.company:
        own = RetentionRule.objects.filter(entity=rule.entity, active=True).exclude(company=None)
        rows = rows.exclude(**{f"{kept.company}__in": own.values("company")})
    if rule.entity == Entity.MEMBERS:
        rows = rows.filter(closed_at=None, user__seats=None)
    elif rule.entity == Entity.NOTES:
        rows = rows.filter(deleted_at=None)
    return rows.exclude(_kept_by_law(kept, held))


def _kept_by_law(kept: Kept, held: Held) -> Q:
    """Rows that no rule touches, as a legal hold stands."""
    rows = Q(pk__in=[])
    companies, people, records = held[Kind.COMPANY], held[Kind.MEMBER], held[Kind.CANDIDATE]
    if kept.company and companies:
        rows |= Q(**{f"{kept.company}__in": companies})
    if kept.member and people:
        rows |= Q(**{f"{kept.member}__in": people})
    if kept.model in (Candidate, Application) and (people or records):
        name = "pk" if kept.model is Candidate else "candidate"
        matched = Match.objects.live().filter(member__in=people).values("candidate")
        either = Candidate.objects.filter(Q(pk__in=records) | Q(pk__in=matched))
        rows |= Q(**{f"{name}__in": either.values("pk")})
    return rows


def apply(rule: RetentionRule) -> Iterator[int]:
    """Delete what is due by a rule, a batch a transaction; gives how many each time.

    May be interrupted at any time, and repeated. The sum is audited.
    """
    done, last, held = 0, 0, legal_holds.held()
    # Rows that stay for a reason of their own (a closing that a hold defers) are passed by.
    while numbers := list(due(rule, held).filter(pk__gt=last).order_by("pk")
                          .values_list("pk", flat=True)[:BATCH]):  # fmt: skip
        with transaction.atomic():
            count = _DELETE.get(Entity(rule.entity), _delete_rows)(rule, numbers)
        last, done = numbers[-1], done + count
        yield count
    if done:
        audit.record("retention.applied", f"rule:{rule.pk}", entity=rule.entity, days=rule.days,
                     company=rule.company_id, rows=done)  # fmt: skip


def apply_all() -> int:
    """Apply the rules that are switched on, and close accounts that waited; for the nightly job."""
    rules = RetentionRule.objects.filter(active=True)
    return sum(sum(apply(rule)) for rule in rules) + members.close_waiting()


def _delete_rows(rule: RetentionRule, numbers: list[int]) -> int:
    rows = ENTITIES[Entity(rule.entity)].model._default_manager.filter(pk__in=numbers)
    count = rows.count()
    rows.delete()
    return count


def _delete_synced(rule: RetentionRule, numbers: list[int]) -> int:
    """By the verbs of the sync, so that members' facts follow."""
    is_candidate = rule.entity == Entity.CANDIDATES
    model = Candidate if is_candidate else Application
    verb = candidates.delete if is_candidate else applications.delete
    rows = model._default_manager.filter(pk__in=numbers)
    for ats in Ats.objects.filter(pk__in=rows.values("ats")).order_by("pk"):
        verb(ats, list(rows.filter(ats=ats).values_list("external_id", flat=True)))
    return len(numbers)


def _close(rule: RetentionRule, numbers: list[int]) -> int:
    free = [one for one in Member.objects.filter(pk__in=numbers)
            if not legal_holds.on_members([one.pk])]  # fmt: skip
    for member in free:
        members.close_account(member)
    return len(free)


def _empty(rule: RetentionRule, numbers: list[int]) -> int:
    """Notes stay as deleted ones, so that ATSs which read them delete their copies."""
    now = timezone.now()
    notes = RecruiterNote.objects.filter(pk__in=numbers)
    return notes.update(text="", deleted_at=now, modified_at=now)


_DELETE: dict[Entity, Callable[[RetentionRule, list[int]], int]] = {
    Entity.CANDIDATES: _delete_synced,
    Entity.APPLICATIONS: _delete_synced,
    Entity.MEMBERS: _close,
    Entity.NOTES: _empty,
}
