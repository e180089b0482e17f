"""What a recruiter's own side keeps of a member: beside the profile and on its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from recruiter import activity, reach
from recruiter.activity import Deed
from recruiter.models import (
    Conversation,
    Follow,
    InMail,
    Member,
    MemberAttachment,
    MemberTag,
    RecruiterNote,
    Reminder,
    Review,
)
from rsc.models import Seat

NOTES_SHOWN = 5  # then the rest folds
DEEDS_SHOWN = 5
DEEDS_READ = 25


@dataclass(frozen=True)
class Counts:
    """How many lines each tab has, of those that the seat may see."""

    messages: int
    reviews: int
    attachments: int


@dataclass
class Desk:
    """Notes, tags, reminders and deeds that one seat sees beside a profile.

    Attributes:
        no_message: why the seat cannot write to the member; empty when it can.
        follows: whether the seat hears of changes.
    """

    notes: list[RecruiterNote]
    tags: list[MemberTag]
    reminders: list[Reminder]
    deeds: list[Deed]
    counts: Counts
    no_message: str = ""
    follows: bool = False


def gather(seat: Seat, member: Member) -> Desk:
    """Everything beside a profile, whichever tab is open."""
    notes = RecruiterNote.objects.visible_to(seat).filter(member=member)
    tags = MemberTag.objects.visible_to(seat).filter(member=member)
    own = Reminder.objects.visible_to(seat).waiting().filter(member=member)
    return Desk(
        notes=list(notes.select_related("seat__user", "project")),
        tags=list(tags.select_related("tag")),
        reminders=list(own),
        deeds=activity.of_team(seat, member, DEEDS_READ),
        counts=counts(seat, member),
        no_message=reach.gather(seat, [member])[0].reason,
        follows=Follow.objects.visible_to(seat).filter(member=member).exists(),
    )


def counts(seat: Seat, member: Member) -> Counts:
    """The numbers on the tabs. One query."""
    threads = Conversation.objects.visible_to(seat)
    row = Member.objects.filter(pk=member.pk).values_list(
        _count(InMail.objects.filter(conversation__in=threads), "conversation__member"),
        _count(Review.objects.visible_to(seat).given(), "member"),
        _count(MemberAttachment.objects.visible_to(seat), "member"),
    )
    return Counts(*row.get())


def _count(rows: QuerySet[Any], member: str) -> Coalesce:
    """How many of the rows are about the member of the outer query, by the path to them."""
    of_member = rows.filter(**{member: OuterRef("pk")}).order_by().values(member)
    return Coalesce(Subquery(of_member.annotate(n=Count("pk", distinct=True)).values("n")), 0)


def threads(seat: Seat, member: Member) -> list[Conversation]:
    """The team's threads with a member, the last one first.

    Each has `count`, its number of messages; `readable`: whether the seat may read their text
    (design.md 5, rule 4); and `texts`: those it may read, last one first.
    """
    readable = Conversation.objects.readable_by(seat)
    texts = InMail.objects.filter(conversation__in=readable).order_by("-sent_at", "-pk")
    found = Conversation.objects.visible_to(seat).filter(member=member)
    return list(
        found.annotate(readable=Exists(readable.filter(pk=OuterRef("pk"))), count=Count("messages"))
        .select_related("seat__user")
        .prefetch_related(Prefetch("messages", texts, to_attr="texts"))
    )


def attachments(seat: Seat, member: Member) -> list[MemberAttachment]:
    """The files that the team keeps with a member, newest first."""
    kept = MemberAttachment.objects.visible_to(seat).filter(member=member)
    return list(kept.select_related("seat__user"))


def reviews(seat: Seat, member: Member) -> list[Review]:
    """What hiring managers said of a member, newest first."""
    given = Review.objects.visible_to(seat).given().filter(member=member)
    return list(given.select_related("request__reviewer__user", "request__project"))
