"""Why can this seat not export this member?"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from ats_sync import exports
from ats_sync.models import Ats, Export, Integration
from ats_sync.why.badges import feature_step, seen_by
from ats_sync.why.steps import Chain, Step, place
from recruiter.models import EDITORS, Member
from rsc.models import Seat

EXPORT = Integration.Type.ONE_CLICK_EXPORT
MOST_EARLIER = 5


def explain_export(seat: Seat, member: Member) -> Chain:
    """Whether the entry “Export to ATS” is open to a seat for a member, and where it leads."""
    question = f"Can {seat.user.full_name} export the member?"
    steps = (_role(seat), *_features(seat), seen_by(seat, member), *_rest(seat, member))
    return Chain(question, "Export is open.", "Export is greyed.", steps)


def _role(seat: Seat) -> Step:
    role = Seat.Role(seat.role).label.lower()
    return Step(
        f"The seat's role is {role}; recruiters and administrators export.",
        seat.role in EDITORS,
        who="an administrator",
        link=place(seat),
    )


def _features(seat: Seat) -> Iterator[Step]:
    """One open ATS is enough; the others are told as well."""
    atss = list(Ats.objects.filter(company=seat.contract.company_id).order_by("name", "pk"))
    rows = Integration.objects.filter(ats__in=atss, integration_type=EXPORT)
    features = {row.ats_id: row for row in rows}
    steps = [feature_step(ats, features.get(ats.pk), EXPORT) for ats in atss]
    some = any(step.holds for step in steps)
    if not steps:
        text = f"{seat.contract.company} has connected no ATS."
        yield Step(text, False, who="an administrator of the company")
    for step in steps:
        holds = None if some and not step.holds else step.holds
        yield Step(step.text, holds, step.at, step.who, step.link)


def _rest(seat: Seat, member: Member) -> Iterator[Step]:
    allows = member.shares_with_third_parties
    text = "allows" if allows else "does not allow"
    yield Step(f"The member {text} exports to other systems.", allows, who="the member")
    left = exports.exports_left(seat)
    text = f"{left} of {settings.EXPORTS_PER_MONTH} exports are left to the seat this month."
    yield Step(text, left > 0, who="the operator, by RSC_EXPORTS_PER_MONTH")
    earlier = Export.objects.filter(member=member, ats__company=seat.contract.company_id)
    rows = earlier.with_state().select_related("job_posting", "seat__user", "delivery")
    for export in rows.order_by("-created_at", "-pk")[:MOST_EARLIER]:
        reason = f" {export.reason}" if export.reason else ""
        yield Step(
            f"{export.seat.user.full_name} exported the member to {export.job_posting}: "
            f"{export.state_label.lower()}.{reason} The same requisition takes nobody twice.",
            at=export.created_at,
            link=place(export),
        )
