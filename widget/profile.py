"""What the frame shows: each list is one query, however long it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F

from ats_sync.models import Ats, Candidate, Match
from recruiter import activity
from recruiter.connections import between
from recruiter.models import Conversation, Follow, InMail, Member, Position, RecruiterNote
from recruiter.profile import Profile
from rsc.models import Seat
from widget.admission import FEATURE

SHOWN = 5  # of each list, then "Show more"
READ = 25  # more than these are read in Recruiter


def candidate_of(seat: Seat, ats: Ats, external_id: str) -> Candidate | None:
    """The candidate that the ATS's page is about, if the seat may know of it."""
    if "\x00" in external_id:  # PostgreSQL has no text with this character
        return None
    asked_for = Candidate.objects.filter(ats=ats, external_id=external_id)
    found = asked_for.visible_to(seat, FEATURE).first()
    if found:
        found.ats = ats
    return found


def members_of(seat: Seat, candidate: Candidate) -> list[Member]:
    """The members to whom a candidate is linked and whom the seat may see, surest first.

    A person's word comes alone: while a link made by hand is live, no rule has a say.
    """
    live = (
        Match.objects.live()
        .filter(candidate=candidate, member__in=Member.objects.visible_to(seat))
        .order_by(F("score").desc(nulls_last=True), "decided_at", "id")
        .select_related("member")
    )
    links = list(live)
    by_hand = [link.member for link in links if link.state == Match.State.MANUAL]
    return by_hand or [link.member for link in links]


@dataclass(frozen=True)
class Shown:
    """A list in the frame: what stands there at once, and what "Show more" opens."""

    rows: list[Any]

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def first(self) -> list[Any]:
        return self.rows[:SHOWN]

    @property
    def more(self) -> list[Any]:
        return self.rows[SHOWN:]


@dataclass
class Content:
    """One member as the frame shows them to one seat; what is not shown is not asked for.

    Attributes:
        candidate: the record in the ATS. Its addresses are shown; those of the member's account
            belong to the member, who may share them (`seen.shares`).
    """

    seat: Seat
    candidate: Candidate
    member: Member

    @cached_property
    def seen(self) -> Profile:
        """What the Recruiter's own profile page shows as well."""
        return Profile(self.seat, self.member)

    @cached_property
    def between(self) -> Shown:
        """Those through whom the visitor knows the member: nobody, where they are 3rd."""
        near = self.seen.degree in ("1st", "2nd")
        return Shown(between(self.seat, self.member) if near else [])

    @cached_property
    def activities(self) -> Shown:
        """What the team did, newest first."""
        return Shown(activity.of_team(self.seat, self.member, READ))

    @cached_property
    def messages(self) -> Shown:
        """InMails of the contract, newest first."""
        threads = Conversation.objects.filter(member=self.member).visible_to(self.seat)
        written = InMail.objects.filter(conversation__in=threads)
        latest = written.select_related("conversation__seat__user").order_by("-sent_at", "-pk")
        return Shown(list(latest[:READ]))

    @cached_property
    def readable(self) -> set[int]:
        """The threads whose text the visitor may read (design.md 5, rule 4)."""
        threads = Conversation.objects.readable_by(self.seat).filter(member=self.member)
        return set(threads.values_list("pk", flat=True))

    @cached_property
    def notes(self) -> Shown:
        """Recruiters' notes that the visitor may read, newest first."""
        notes = RecruiterNote.objects.filter(member=self.member).visible_to(self.seat)
        return Shown(list(notes.select_related("seat__user")[:READ]))

    @cached_property
    def followed(self) -> bool:
        """Whether the visitor's feed says what the member changes."""
        return Follow.objects.filter(seat=self.seat, member=self.member).exists()

    @property
    def experience(self) -> Shown:
        return Shown(self.seen.positions)

    @property
    def education(self) -> Shown:
        return Shown(self.seen.education)

    @property
    def recommendations(self) -> Shown:
        return Shown(self.seen.recommendations)

    @property
    def current(self) -> list[Position]:
        return [position for position in self.seen.positions if position.current]

    @property
    def previous(self) -> list[Position]:
        """The two jobs before, as in the guide; all of them stand under Experience."""
        return [position for position in self.seen.positions if not position.current][:2]


def has_several_contracts(seat: Seat) -> bool:
    """Whether the same person may look through another contract of the company."""
    mine = Seat.objects.active().filter(user=seat.user_id, contract__company=seat.company_id)
    return mine.exclude(pk=seat.pk).exists()
