"""What the frame shows, gathered in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from ats_sync.models import Ats, Candidate, Match
from recruiter import activity, reach
from recruiter.connections import between
from recruiter.models import Conversation, Follow, InMail, Member, Position, RecruiterNote
from recruiter.profile import Profile
from recruiter.profile import gather as gather_profile
from recruiter.reach import Reach
from rsc.models import Seat
from widget.admission import FEATURE

SHOWN = 5  # of each list, then "Show more"
READ = 25  # more than these are read in Recruiter


def candidate_of(seat: Seat, ats: Ats, external_id: str) -> Candidate | None:
    """The candidate that the ATS's page is about, if the seat may know of it."""
    if "\x00" in external_id:  # PostgreSQL has no text with this character
        return None
    known = Candidate.objects.visible_to(seat, FEATURE)
    return known.filter(ats=ats, external_id=external_id).select_related("ats").first()


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


@dataclass(frozen=True)
class Content:
    """One member as the frame shows them to one seat.

    Attributes:
        seen: what the Recruiter's own profile page shows as well.
        emails: the addresses that the ATS has; those of the member's account belong to the
            member, who may share them (`seen.shares`).
        between: those through whom the visitor knows the member.
        activities: what the team did, newest first.
        messages: InMails of the contract, newest first.
        readable: the threads whose text the visitor may read (design.md 5, rule 4).
        notes: recruiters' notes that the visitor may read, newest first.
        followed: whether the visitor's feed says what the member changes.
        reach: whether the visitor can write to the member, and what was written before.
    """

    seen: Profile
    emails: list[str]
    between: Shown
    activities: Shown
    messages: Shown
    readable: set[int]
    notes: Shown
    followed: bool
    reach: Reach

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


def gather(seat: Seat, candidate: Candidate, member: Member) -> Content:
    """Everything about a member that the frame shows."""
    threads = Conversation.objects.filter(member=member)
    written = InMail.objects.filter(conversation__in=threads.visible_to(seat))
    latest = written.select_related("conversation__seat__user").order_by("-sent_at", "-pk")
    notes = RecruiterNote.objects.visible_to(seat).filter(member=member)
    return Content(
        seen=gather_profile(seat, member),
        emails=candidate.emails,
        between=Shown(between(seat, member)),
        activities=Shown(activity.of_team(seat, member, READ)),
        messages=Shown(list(latest[:READ])),
        readable=set(threads.readable_by(seat).values_list("pk", flat=True)),
        notes=Shown(list(notes.select_related("seat__user")[:READ])),
        followed=Follow.objects.filter(seat=seat, member=member).exists(),
        reach=reach.gather(seat, [member])[0],
    )


def has_several_contracts(seat: Seat) -> bool:
    """Whether the same person may look through another contract of the company."""
    mine = Seat.objects.active().filter(user=seat.user_id, contract__company=seat.company_id)
    return mine.exclude(pk=seat.pk).exists()
