"""Why did this InMail not reach the ATS?

An ATS reads InMails seat by seat (contract.md 15), so the way of a message is: the contract is
open, the ATS knows the seat, the member is matched with a record, the ATS asked after it was sent.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from ats_sync.models import ApiRequest, ApiUsage, Ats, Candidate, Integration, Match
from ats_sync.throttles import MINUTE
from ats_sync.why.badges import ADMINISTRATOR
from ats_sync.why.steps import Chain, Step, place
from recruiter.models import ContactShare, Conversation
from rsc.models import Seat

ACTIVITY = Integration.Type.CSA_API
READ_BY = "conversationEvents"


def explain_inmails(thread: Conversation, *, to_seat: bool = False) -> list[Chain]:
    """Whether the messages of a thread reached each ATS of the company.

    Args:
        thread: with its seat, that seat's user and contract, and its member.
        to_seat: whether the thread's own seat asks, which learns of no record that it may not see.
    """
    seat = thread.seat
    atss = list(Ats.objects.filter(company=seat.contract.company_id).order_by("name", "pk"))
    open_here = Integration.objects.filter(
        ats__in=atss, integration_type=ACTIVITY, contract=seat.contract_id
    )
    open_at = {row.ats_id: row for row in open_here}
    links = Match.objects.live().filter(member=thread.member_id, candidate__ats__in=atss)
    if to_seat:
        links = links.filter(candidate__in=Candidate.objects.visible_to(seat))
    linked = {link.candidate.ats_id: link for link in links.select_related("candidate")}
    sent = thread.messages.aggregate(at=Max("sent_at"))["at"] or thread.started_at
    asked = _asked(atss, seat)
    shared = _shared(thread)
    return [
        Chain(
            f"Did the InMails reach {ats}?",
            f"{ats} has asked since.",
            f"{ats} has not got the newest.",
            (
                _sent(thread, sent),
                _level(ats, seat, open_at.get(ats.pk)),
                _active(seat),
                _linked(thread, ats, linked.get(ats.pk)),
                _fetched(ats, seat, asked, sent),
                shared,
            ),
        )
        for ats in atss
    ]


def of_seat_and_member(seat: Seat, member_id: int) -> list[Conversation]:
    """The newest threads between a seat and a member, ready to be explained."""
    rows = Conversation.objects.filter(seat=seat, member=member_id)
    return list(rows.select_related("seat__contract__company", "seat__user", "member")[:1])


def _sent(thread: Conversation, sent: datetime) -> Step:
    return Step(
        f"The thread {thread.urn} holds messages; the time is the newest one's.",
        True,
        at=sent,
    )


def _level(ats: Ats, seat: Seat, feature: Integration | None) -> Step:
    on = feature is not None and feature.status == Integration.Status.ENABLED
    words = "opens" if on else "does not open"
    return Step(
        f"The contract “{seat.contract.name}” {words} its recruiters' activity to {ats}. "
        "Company-level features do not include messages.",
        on,
        at=feature.modified_at if feature else None,
        who=ADMINISTRATOR,
        link=place(ats),
    )


def _active(seat: Seat) -> Step:
    text = f"The seat {seat.urn} is {seat.get_state_display().lower()}."
    if seat.state == Seat.State.ACTIVE:
        return Step(text, True, link=place(seat))
    return Step(f"{text} Many ATSs ask only for active seats.", None, link=place(seat))


def _linked(thread: Conversation, ats: Ats, link: Match | None) -> Step:
    if link:
        text = f"The member is matched with the record {link.candidate.external_id} of {ats}."
        return Step(text, True, at=link.decided_at, link=place(link))
    text = f"No record of {ats} known here is matched with the member, so messages stand nowhere."
    return Step(text, False, who=f"whoever works in {ats}: link or add the person there")


def _asked(atss: list[Ats], seat: Seat) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When each application last read InMails: of this seat, and of anybody. Two queries.

    What was asked of one seat is counted for two days only; the log of all calls lives longer.
    """
    applications = [ats.application_id for ats in atss]
    of_seat = ApiUsage.objects.filter(
        application__in=applications, resource=f"{READ_BY} {seat.pk}"
    ).values_list("application")
    of_any = ApiRequest.objects.filter(
        application__in=applications, resource=READ_BY, status__lt=300
    ).values_list("application")
    return (
        dict(of_seat.order_by().annotate(at=Max("started_at"))),
        dict(of_any.order_by().annotate(at=Max("at"))),
    )


def _fetched(
    ats: Ats,
    seat: Seat,
    asked: tuple[dict[int, datetime], dict[int, datetime]],
    sent: datetime,
) -> Step:
    of_seat, of_any = (found.get(ats.application_id) for found in asked)
    who = f"whoever runs {ats}: it must ask for each seat that it has mapped"
    if of_seat and of_seat + MINUTE > sent:
        return Step(f"{ats} asked for the InMails of this seat since.", True, at=of_seat)
    if of_any and of_any > sent:
        text = f"{ats} asked for InMails since; for which seat is not kept longer than two days."
        return Step(text, None, at=of_any, who=who)
    text = f"{ats} has not asked for InMails of {seat.urn} since: it has not mapped the seat, or "
    return Step(f"{text}comes later.", False, at=of_any, who=who)


def _shared(thread: Conversation) -> Step:
    """Contact details go their own way: only after an answer, and by the member's wish."""
    share = ContactShare.objects.visible_to(thread.seat).filter(member=thread.member_id).first()
    if share:
        return Step("The member shares contact details with the company.", at=share.shared_at)
    text = "The member shares no contact details with the company; the ATS gets messages, no stub."
    return Step(text, who="the member")
