"""Which questions a thing raises, alone or as a seat sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ats_sync.models import Candidate, Match
from ats_sync.why import inmails
from ats_sync.why.badges import explain_badges
from ats_sync.why.exporting import explain_export
from ats_sync.why.finding import Found
from ats_sync.why.inmails import explain_inmails
from ats_sync.why.matches import explain_match
from ats_sync.why.people import explain_member, explain_seat
from ats_sync.why.remarks import explain_note
from ats_sync.why.requests import explain_request, explain_sent
from ats_sync.why.requisitions import explain_requisition
from ats_sync.why.steps import Chain, Step
from recruiter import reach
from recruiter.models import Conversation, Member, RecruiterNote
from rsc.models import Seat

MOST_LISTED = 5


def explain(found: Found, seat: Seat | None = None) -> list[Chain]:
    """All that can be told about a thing.

    Args:
        found: the thing.
        seat: as whom to look; None asks without anybody's eyes.
    """
    return list(_ANSWERS[found.kind](found.row, seat))


def related(found: Found) -> list[Found]:
    """Notes and threads of a member, which have questions of their own. Two queries."""
    if not isinstance(found.row, Member):
        return []
    notes = RecruiterNote.objects.filter(member=found.row).select_related("seat__user", "member")
    threads = Conversation.objects.filter(member=found.row).select_related("seat__user", "member")
    return [
        *(Found("note", row) for row in notes[:MOST_LISTED]),
        *(Found("thread", row) for row in threads[:MOST_LISTED]),
    ]


def _candidate(candidate: Candidate, seat: Seat | None) -> Iterator[Chain]:
    yield explain_match(candidate)
    link = Match.objects.live().filter(candidate=candidate).select_related("member").first()
    if seat and link:
        yield from _member_seen(link.member, seat)


def _member(member: Member, seat: Seat | None) -> Iterator[Chain]:
    yield explain_member(member)
    if seat:
        yield from _member_seen(member, seat)


def _member_seen(member: Member, seat: Seat) -> Iterator[Chain]:
    yield from explain_badges(seat, member)
    yield explain_export(seat, member)
    yield _reach(member, seat)
    for thread in inmails.of_seat_and_member(seat, member.pk):
        yield from explain_inmails(thread)


def _reach(member: Member, seat: Seat) -> Chain:
    """By the rules that the compose window itself asks."""
    (one,) = reach.gather(seat, [member])
    free = " It costs no credit." if one.free else ""
    step = Step(one.reason or f"Nothing stands against it.{free}", not one.reason)
    question = f"Can {seat.user.full_name} write to the member?"
    return Chain(question, "Messages are open.", "Messages are closed.", (step,))


def _requisition(job: Any, seat: Seat | None) -> Iterator[Chain]:
    yield explain_requisition(job, seat)


def _seat(own: Seat, seat: Seat | None) -> Iterator[Chain]:
    yield explain_seat(own)


def _request(request: Any, seat: Seat | None) -> Iterator[Chain]:
    yield explain_request(request)


def _export(export: Any, seat: Seat | None) -> Iterator[Chain]:
    yield explain_sent(export)


def _thread(thread: Conversation, seat: Seat | None) -> Iterator[Chain]:
    yield from explain_inmails(thread)


def _note(note: RecruiterNote, seat: Seat | None) -> Iterator[Chain]:
    yield explain_note(note, seat)


_ANSWERS: dict[str, Callable[[Any, Seat | None], Iterator[Chain]]] = {
    "candidate": _candidate,
    "member": _member,
    "requisition": _requisition,
    "seat": _seat,
    "request": _request,
    "export": _export,
    "thread": _thread,
    "note": _note,
}
