"""Why does this seat see no badge “In …” beside this member?"""

from __future__ import annotations

from collections import Counter

from ats_sync.models import Application, Ats, Candidate, Integration, IntegrationSetting, Match
from ats_sync.models.integration import ALL_PRODUCT_USERS
from ats_sync.why.steps import Chain, Step, place
from recruiter.models import AtsFootprint, Member, VisibilityToken
from rsc.models import Seat

INDICATOR = Integration.Type.IN_ATS_INDICATOR
ADMINISTRATOR = "an administrator, on the ATS's page of Admin settings"


class _Facts:
    """All that decides, for all ATSs of the seat's company, in eight queries."""

    def __init__(self, seat: Seat, member: Member) -> None:
        company = seat.contract.company_id
        self.atss = list(Ats.objects.filter(company=company).order_by("name", "pk"))
        features = Integration.objects.filter(ats__in=self.atss, integration_type=INDICATOR)
        self.features = {row.ats_id: row for row in features}
        links = Match.objects.live().filter(member=member, candidate__ats__in=self.atss)
        self.links = list(links.select_related("candidate").order_by("decided_at", "pk"))
        ids = [link.candidate_id for link in self.links]
        self.seen = set(
            Candidate.objects.visible_to(seat).filter(pk__in=ids).values_list("pk", flat=True)
        )
        applications = Application.objects.filter(candidate__in=ids)
        self.all = Counter(applications.values_list("candidate_id", flat=True))
        open_ones = applications.visible_to(seat)
        self.open = Counter(open_ones.values_list("candidate_id", flat=True))
        everyone = IntegrationSetting.objects.filter(
            integration__in=self.features.values(),
            key=IntegrationSetting.Key.APPLICATION_VIEWERS,
            value=ALL_PRODUCT_USERS,
        )
        self.everyone = set(everyone.values_list("integration__ats_id", flat=True))
        footprints = AtsFootprint.objects.filter(
            member=member, token__in=VisibilityToken.objects.held_by(seat)
        ).select_related("token")
        self.footprints = {row.token.ats_id: row for row in footprints}


def explain_badges(seat: Seat, member: Member) -> list[Chain]:
    """One chain for each ATS of the seat's company.

    Args:
        seat: who looks; with its user and contract.
        member: at whom.
    """
    facts = _Facts(seat, member)
    door = seen_by(seat, member)
    if not facts.atss:
        text = f"{seat.contract.company} has connected no ATS."
        none = Step(text, False, who="an administrator of the company")
        return [_chain(seat, "any ATS", (none,))]
    return [
        _chain(seat, f"“In {ats}”", (door, *_way(facts, seat, member, ats))) for ats in facts.atss
    ]


def _chain(seat: Seat, badge: str, steps: tuple[Step, ...]) -> Chain:
    question = f"Does {seat.user.full_name} see {badge} beside the member?"
    return Chain(question, "The badge is shown.", "The badge is not shown.", steps)


def seen_by(seat: Seat, member: Member) -> Step:
    """Whether the member is there for the seat at all. At most one query."""
    if member.closed_at:
        return Step("The member has closed the account.", False, at=member.closed_at)
    if member.hidden_from_recruiters:
        return Step("The member hides from recruiters.", False, who="the member")
    if not Member.objects.visible_to(seat).filter(pk=member.pk).exists():
        text = "A hiring manager sees only people of projects and reviews that concern them."
        return Step(text, False, who="a recruiter, who shares a project", link=place(seat))
    return Step("The seat may open the member's profile.", True, link=place(member))


def _way(facts: _Facts, seat: Seat, member: Member, ats: Ats) -> list[Step]:
    links = [link for link in facts.links if link.candidate.ats_id == ats.pk]
    steps = [feature_step(ats, facts.features.get(ats.pk), INDICATOR)]
    if not links:
        text = f"No record of {ats} is matched with {member}. Ask about the record itself."
        return [*steps, Step(text, False, who="whoever reviews matches here")]
    seen = [link for link in links if link.candidate_id in facts.seen]
    steps.append(
        Step(
            f"Matched with the record {', '.join(link.candidate.external_id for link in links)}.",
            True,
            at=links[0].decided_at,
            link=place(links[0]),
        )
    )
    steps.append(_visibility(facts, seat, ats, links, bool(seen)))
    if seen:
        steps.append(_footprint(facts, ats))
    return steps


def feature_step(ats: Ats, feature: Integration | None, kind: Integration.Type) -> Step:
    """Whether a feature of an ATS is switched on."""
    if feature is None:
        text = f"“{kind.label}” was never asked for in {ats}."
        return Step(text, False, who=ADMINISTRATOR, link=place(ats))
    on = feature.status == Integration.Status.ENABLED
    state = "is switched on" if on else f"is {feature.get_status_display().lower()}"
    text = f"“{kind.label}” {state} for {ats}."
    return Step(text, on, at=feature.modified_at, who=ADMINISTRATOR, link=place(ats))


def _visibility(facts: _Facts, seat: Seat, ats: Ats, links: list[Match], seen: bool) -> Step:
    count = sum(facts.all[link.candidate_id] for link in links)
    shown = sum(facts.open[link.candidate_id] for link in links)
    if not count:
        text = "The record has no application, so everyone at the company sees it."
        return Step(text, seen)
    if ats.pk in facts.everyone:
        text = f"{ats} shows {_applications(count)} to everyone at the company."
        return Step(text, seen, who="the ATS's vendor, by its viewers setting", link=place(ats))
    name = seat.user.full_name
    text = f"{shown} of {_applications(count)} open to {name}: {ats} shows each job to some."
    return Step(text, seen, who=f"an administrator of {ats}, by its access lists", link=place(ats))


def _applications(count: int) -> str:
    return "1 application" if count == 1 else f"{count} applications"


def _footprint(facts: _Facts, ats: Ats) -> Step:
    footprint = facts.footprints.get(ats.pk)
    if footprint:
        return Step("Search knows of it.", True, at=footprint.as_of)
    text = "Search does not know of it yet: a change waits in the outbox."
    return Step(text, False, who="the operator, whose worker must run")
