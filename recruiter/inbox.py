"""Lists of threads, for a seat and for a member, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left

from recruiter.models import ContactShare, Conversation, InMail, Member
from rsc.models import Seat

PAGE_SIZE = 25
EXCERPT = 200  # characters of the last message that a list shows
State = Conversation.State
_UNREAD = "unread"
# What a list can be narrowed to, by the word in the address.
VIEWS = {
    "": "All",
    _UNREAD: "Unread",
    "awaiting": "Awaiting reply",
    "interested": "Interested",
    "declined": "Declined",
}


@dataclass
class Inbox:
    """One page of threads.

    Attributes:
        show: to what the list is narrowed; a key of VIEWS.
        team: colleagues' threads instead of the seat's own.
        readable: whether the texts may be read; always for one's own, never in a preview.
    """

    page: Page
    show: str
    team: bool
    readable: bool

    @property
    def views(self) -> dict[str, str]:
        """What the list can be narrowed to. Nobody reads for a colleague."""
        if not self.team:
            return VIEWS
        return {key: label for key, label in VIEWS.items() if self.readable and key != _UNREAD}


def of_seat(seat: Seat, *, show: str = "", team: bool = False, page: str = "") -> Inbox:
    """A page of a seat's threads, or of its colleagues' on the contract.

    Where the company does not let a team read its messages, a colleague's thread tells who wrote
    and when, and cannot be narrowed by what was answered (design.md 5, rule 4).
    """
    readable = not seat.previewed and (not team or seat.contract.company.team_reads_inmail)
    inbox = Inbox(Paginator((), PAGE_SIZE).get_page(1), show, team, readable)
    inbox.show = show if show in inbox.views else ""
    threads = Conversation.objects.visible_to(seat)
    threads = threads.exclude(seat=seat) if team else threads.filter(seat=seat)
    threads = _narrow(_with_last(threads, from_member=True), inbox.show)
    rows = threads.select_related("member", "seat__user")
    inbox.page = Paginator(rows, PAGE_SIZE).get_page(page)
    return inbox


def of_member(member: Member, *, page: str = "") -> Page:
    """A page of a member's threads, the latest word first."""
    threads = _with_last(member.conversations.all(), from_member=False)
    rows = threads.select_related("seat__user", "seat__contract__company")
    return Paginator(rows, PAGE_SIZE).get_page(page)


def unread_of_seat(seat: Seat) -> int:
    """How many of a seat's threads hold an answer that it has not read."""
    threads = Conversation.objects.filter(seat=seat)
    return _with_last(threads, from_member=True).filter(unread=True).count()


def unread_of_member(member: Member) -> int:
    """How many of a member's threads hold a message that they have not read."""
    return _with_last(member.conversations.all(), from_member=False).filter(unread=True).count()


def shares_with(seat: Seat, member: Member) -> ContactShare | None:
    """What a member shares with a seat's company, if anything."""
    return ContactShare.objects.visible_to(seat).filter(member=member).first()


def _with_last(threads: QuerySet[Conversation], *, from_member: bool) -> QuerySet[Conversation]:
    """Add the last message's beginning, who wrote it, and whether one waits to be read."""
    messages = InMail.objects.filter(conversation=OuterRef("pk"))
    last = messages.order_by("-sent_at", "-pk")
    return threads.annotate(
        excerpt=Subquery(last.values(start=Left("body", EXCERPT))[:1]),
        last_from_member=Subquery(last.values("from_member")[:1]),
        unread=Exists(messages.filter(read_at=None, from_member=from_member)),
    )


def _narrow(threads: QuerySet[Conversation], show: str) -> QuerySet[Conversation]:
    narrowed = {
        "": Q(),
        _UNREAD: Q(unread=True),
        "awaiting": Q(answered_at=None),
        "interested": Q(state=State.INTERESTED),
        "declined": Q(state=State.DECLINED),
    }
    return threads.filter(narrowed[show])
