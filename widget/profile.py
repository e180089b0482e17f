"""What the frame shows: each list is one query, however long it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet

from ats_sync.against import DECIDED_AGAINST
from ats_sync.models import Ats, Candidate, Match
from recruiter import activity
from recruiter.connections import between
from recruiter.models import Conversation, Follow, InMail, Member, Position, RecruiterNote
from recruiter.profile import Profile
from rsc.models import Seat
from rsc.written import written_once
from widget.admission import FEATURE

SHOWN = 5  # of each list, then "Show more"
READ = 25  # more than these are read in Recruiter


def candidate_of(seat: Seat, ats: Ats, external_id: str) -> Candidate | None:
    """The candidate that the ATS's page is about, if the seat may know of it."""
    if "\x00" in external_id:  # PostgreSQL has no text with this character
        return None
    for found in _candidates(seat, ats, external_id):
        found.ats = ats
        return found
    return None


@written_once
def _candidates(seat: Seat, ats: Ats, external_id: str) -> QuerySet[Candidate]:
    return Candidate.objects.filter(ats=ats, external_id=external_id).visible_to(seat, FEATURE)


def members_of(seat: Seat, candidate: Candidate) -> list[Member]:
    """The members to whom a candidate is linked and whom the seat may see, surest first.

    A person's word comes alone: while a link made by hand is live, no rule has a say.
    """
    links = _links(seat, candidate)
    by_hand = [link.member for link in links if link.state == Match.State.MANUAL]
    return by_hand or [link.member for link in links]


@written_once
def _links(seat: Seat, candidate: Candidate) -> QuerySet[Match]:
    seen = Match.objects.live().filter(member__in=Member.objects.visible_to(seat))
    surest_first = F("score").desc(nulls_last=True), "decided_at", "id"
    return seen.filter(candidate=candidate).order_by(*surest_first).select_related("member")


@written_once
def decided_against(seat: Seat, candidate: Candidate) -> QuerySet[Match]:
    """What people said whom a candidate is not, of members whom the seat may see; newest first."""
    seen = Match.objects.filter(member__in=Member.objects.visible_to(seat))
    against = seen.filter(candidate=candidate, state__in=DECIDED_AGAINST)
    return against.order_by("-decided_at", "-id").select_related("member", "decided_by")


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
        return Shown(_messages(self.seat, self.member))

    @cached_property
    def readable(self) -> set[int]:
        """The threads whose text the visitor may read (design.md 5, rule 4)."""
        threads = Conversation.objects.readable_by(self.seat).filter(member=self.member)
        return set(threads.values_list("pk", flat=True))

    @cached_property
    def notes(self) -> Shown:
        """Recruiters' notes that the visitor may read, newest first."""
        return Shown(_notes(self.seat, self.member))

    @cached_property
    def followed(self) -> bool:
        """Whether the visitor's feed says what the member changes."""
        return bool(_follows(self.seat, self.member))

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


@written_once
def _messages(seat: Seat, member: Member) -> QuerySet[InMail]:
    threads = Conversation.objects.filter(member=member).visible_to(seat)
    written = InMail.objects.filter(conversation__in=threads)
    return written.select_related("conversation__seat__user").order_by("-sent_at", "-pk")[:READ]


@written_once
def _notes(seat: Seat, member: Member) -> QuerySet[RecruiterNote]:
    notes = RecruiterNote.objects.filter(member=member).visible_to(seat)
    return notes.select_related("seat__user")[:READ]


@written_once
def _follows(seat: Seat, member: Member) -> QuerySet[Follow]:
    return Follow.objects.filter(seat=seat, member=member)


def has_several_contracts(seat: Seat) -> bool:
    """Whether the same person may look through another contract of the company."""
    return bool(_other_seats(seat))


@written_once
def _other_seats(seat: Seat) -> QuerySet[Seat]:
    mine = Seat.objects.active().filter(user=seat.user_id, contract__company=seat.company_id)
    return mine.exclude(pk=seat.pk)[:1]
