"""“Not seeing profiles in your ATS?”: what can be told of why, and who can change it.

Only what concerns the seat, or is the company's own setting: whether a record exists that the
seat may not see is never told, not even by a different answer (design.md 5, rule 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ats_sync import standing, suggestions
from ats_sync.models import (
    ApplicationNote,
    Ats,
    EntityAclAssignee,
    Integration,
    IntegrationSetting,
    InterviewFeedback,
    Match,
)
from ats_sync.models.integration import ALL_PRODUCT_USERS
from ats_sync.standing import Known
from recruiter.models import Member
from rsc.models import Seat


@dataclass(frozen=True)
class Reason:
    """One answer.

    Attributes:
        heading: what is so.
        text: what it means.
        who: who can change it.
    """

    heading: str
    text: str
    who: str = ""


def explain(seat: Seat, member: Member) -> list[Reason]:
    """Why a seat sees of a member what it sees, ATS by ATS, as far as it may know.

    Args:
        seat: who asks.
        member: whom the seat may see (checked by the caller).
    """
    atss = list(Ats.objects.filter(company=seat.company_id).order_by("name", "pk"))
    on = set(Ats.objects.visible_to(seat).values_list("pk", flat=True))
    administrators = _administrators(seat)
    if not atss:
        return [
            Reason(
                "No ATS is connected",
                f"{seat.contract.company} has connected none so far.",
                administrators,
            )
        ]
    off = [ats for ats in atss if ats.pk not in on]
    reasons = [_switched_off(ats, administrators) for ats in off]
    known = standing.know(seat, member)
    joined = {link.candidate.ats_id: link for link in known.links}
    for ats in atss:
        if ats.pk in on:
            reasons += _about(seat, ats, member, joined.get(ats.pk), known)
    return reasons


def _administrators(seat: Seat) -> str:
    """The administrators of the seat's contract, by name."""
    chosen = Seat.objects.active().visible_to(seat).filter(role=Seat.Role.ADMINISTRATOR)
    names = [each.user.full_name for each in chosen.select_related("user").order_by("id")]
    return f"{' or '.join(names)}, in Admin settings" if names else "an administrator"


def _switched_off(ats: Ats, administrators: str) -> Reason:
    indicator = ats.integrations.filter(integration_type=Integration.Type.IN_ATS_INDICATOR).first()
    state = indicator.get_status_display().lower() if indicator else "not asked for yet"
    return Reason(
        f"{ats} is not switched on",
        f"Its feature “{Integration.Type.IN_ATS_INDICATOR.label}” is {state}, so nothing that it "
        "sent is shown to anybody at your company.",
        administrators,
    )


def _about(
    seat: Seat, ats: Ats, member: Member, link: Match | None, known: Known
) -> Iterator[Reason]:
    if link:
        by = f" by {link.decided_by.full_name}" if link.decided_by else ""
        yield Reason(
            f"{ats} knows {member.first_name}",
            f"Record {link.candidate.external_id}: {link.get_state_display().lower()}{by}, "
            f"{link.decided_at:%B} {link.decided_at.day}, {link.decided_at.year}.",
            "you: if it is somebody else, choose the right member on the record's Recruiter "
            "profile in the ATS",
        )
    else:
        yield _not_joined(ats, member, known)
    yield _jobs(seat, ats)
    yield from _never_sent(ats)


def _not_joined(ats: Ats, member: Member, known: Known) -> Reason:
    proposed = [
        each
        for each in suggestions.of_member(known)
        if each.candidate.ats == ats and not each.is_against
    ]
    if proposed:
        return Reason(
            f"{ats} may know {member.first_name}",
            f"{len(proposed)} record{'s' if len(proposed) > 1 else ''} of it may be the same "
            "person, but nothing proves it. They stand below on the ATS tab with reasons.",
            "you: say there whether it is the same person",
        )
    return Reason(
        f"No record of {ats} that you may see is joined with {member.first_name}",
        "It has not sent one; or its record names other addresses and too little else to be "
        "sure; or the record is only on jobs that are not open to you.",
        f"whoever works in {ats}: open the record there and choose {member.first_name} in its "
        "Recruiter profile, or add an address to the record",
    )


def _jobs(seat: Seat, ats: Ats) -> Reason:
    everyone = IntegrationSetting.objects.filter(
        integration__ats=ats,
        integration__integration_type=Integration.Type.IN_ATS_INDICATOR,
        key=IntegrationSetting.Key.APPLICATION_VIEWERS,
        value=ALL_PRODUCT_USERS,
    )
    if everyone.exists():
        return Reason(
            f"{ats} shows its applications to everyone at your company",
            "So none is kept from you.",
        )
    named = EntityAclAssignee.objects.filter(ats=ats, person_id=seat.user.person_id)
    count = named.values("acl_id").distinct().count()
    return Reason(
        f"{ats} shows each job only to the people it names",
        f"It names you in {count} list{'' if count == 1 else 's'}. A person who is only on other "
        "jobs is not shown to you at all.",
        f"an administrator of {ats}, who decides who sees a job",
    )


def _never_sent(ats: Ats) -> Iterator[Reason]:
    kinds = {"notes": ApplicationNote, "interview feedback": InterviewFeedback}
    missing = [name for name, model in kinds.items() if not model.objects.filter(ats=ats).exists()]
    if missing:
        yield Reason(
            f"{ats} has never sent {' or '.join(missing)}",
            "What an ATS sends is its vendor's choice; what arrived is left out nowhere.",
            "the vendor",
        )
