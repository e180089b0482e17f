"""What is known of a seat, and of a member, before anybody asks about both."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.timezone import localtime

from ats_sync.models import Ats, EntityAclAssignee, Integration, Match
from ats_sync.why.steps import Chain, Step, place
from recruiter.models import Member
from rsc.models import Seat


def explain_seat(seat: Seat) -> Chain:
    """Whether a seat can work, and what ATSs know of it. Three queries.

    Args:
        seat: with its user and contract.
    """
    question = f"Can {seat.user.full_name} work, and do ATSs know this seat?"
    steps = (*_works(seat), *_known(seat))
    return Chain(question, "The seat works.", "Something is missing.", steps)


def _works(seat: Seat) -> Iterator[Step]:
    user, contract = seat.user, seat.contract
    last = user.last_login
    signed_in = f"last signed in at {localtime(last):%Y-%m-%d}" if last else "never"
    yield Step(
        f"The account is {'active' if user.is_active else 'switched off'}; {signed_in}"
        f"{'' if user.last_login else ' signed in'}.",
        user.is_active,
        who="an administrator",
        link=place(user),
    )
    yield Step(
        f"The seat is {seat.get_state_display().lower()}, as {seat.get_role_display().lower()}.",
        seat.state == Seat.State.ACTIVE,
        at=seat.modified_at,
        who="an administrator",
        link=place(seat),
    )
    text = f"The contract “{contract.name}” {'runs' if contract.active else 'is switched off'}."
    yield Step(text, contract.active, who="an administrator", link=place(contract))


def _known(seat: Seat) -> Iterator[Step]:
    atss = list(Ats.objects.filter(company=seat.contract.company_id).order_by("name", "pk"))
    kinds = Integration.objects.enabled().filter(ats__in=atss).order_by("integration_type")
    on: dict[int, list[str]] = {}
    for row in kinds:
        if row.contract_id in (None, seat.contract_id):
            on.setdefault(row.ats_id, []).append(f"“{row.get_integration_type_display()}”")
    lists: dict[int, int] = {}
    named = EntityAclAssignee.objects.filter(ats__in=atss, person_id=seat.user.person_id)
    for ats_id, _ in named.values_list("ats", "acl_id").distinct():
        lists[ats_id] = lists.get(ats_id, 0) + 1
    if not atss:
        yield Step("The company has connected no ATS.", False, who="an administrator")
    for ats in atss:
        features = on.get(ats.pk)
        words = f"is switched on with {', '.join(features)}" if features else "is switched off"
        yield Step(f"{ats} {words}.", bool(features), who="an administrator", link=place(ats))
        count = lists.get(ats.pk, 0)
        text = f"{ats} names the person ({seat.user.urn}) in {count} access list(s)."
        if not count:
            text = f"{text} It learns the person id when they sign in at the ATS's widget."
        yield Step(text, who=f"an administrator of {ats}", link=place(ats))


def explain_member(member: Member) -> Chain:
    """Whether recruiters find a member, and which records of ATSs are joined. Two queries."""
    steps = (_account(member), *_choices(member), *_records(member))
    return Chain("Can recruiters find the member?", "They can.", "They cannot.", steps)


def _account(member: Member) -> Step:
    if member.closed_at:
        return Step("The account is closed.", False, at=member.closed_at)
    return Step("The account is open.", True, at=member.created_at, link=place(member))


def _choices(member: Member) -> Iterator[Step]:
    hidden = member.hidden_from_recruiters
    text = f"The member {'hides from' if hidden else 'lets themselves be seen by'} recruiters."
    yield Step(text, not hidden, who="the member")
    if not member.shares_with_third_parties:
        yield Step("The member does not allow exports to other systems.", who="the member")
    if not member.accepts_inmail:
        yield Step("The member takes no messages from recruiters.", who="the member")
    for email in member.emails.all():
        state = "verified" if email.verified_at else "not verified, so it matches nobody by itself"
        yield Step(f"{email.address}: {state}.", at=email.verified_at, who="the member")


def _records(member: Member) -> Iterator[Step]:
    links = list(member.matches.select_related("candidate__ats").order_by("pk"))
    for link in links:
        record = f"{link.candidate.external_id} of {link.candidate.ats}"
        label = Match.State(link.state).label.lower()
        yield Step(f"Record {record}: {label}.", at=link.decided_at, link=place(link))
    if not links:
        yield Step("No record of an ATS is joined with the member, nor suggested.")
