"""Why is this person not matched?"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ats_sync import candidate_keys
from ats_sync.against import DECIDED_AGAINST
from ats_sync.identity import normal
from ats_sync.models import Candidate, IdentityBlock, Match
from ats_sync.why.steps import Chain, Step, place
from recruiter.models import MemberEmail

REVIEWERS = "whoever reviews matches here"
VENDOR = "whoever works in the ATS"
MEMBER = "the member"


def explain_match(candidate: Candidate) -> Chain:
    """Whether a record of an ATS is joined with a member, and how it came to that.

    Args:
        candidate: with its ATS.
    """
    found = candidate.matches.select_related("member", "decided_by").order_by("-score", "pk")
    links = list(found)
    live = [link for link in links if link.state in Match.LIVE]
    if live:
        steps = [_arrived(candidate), *map(_linked, live)]
    else:
        steps = [
            _arrived(candidate),
            *_about_addresses(candidate),
            *_about_decisions(candidate, links),
            *_about_rest(candidate, links),
        ]
    return Chain("Is the record matched with a member?", "Matched.", "Not matched.", tuple(steps))


def _arrived(candidate: Candidate) -> Step:
    return Step(
        f"{candidate.ats} sent the record {candidate.external_id}.",
        True,
        at=candidate.received_at,
        link=place(candidate),
    )


def _linked(link: Match) -> Step:
    how = link.get_state_display().lower()
    if link.decided_by:
        how = f"{how.removesuffix(' by a person')} by {link.decided_by.full_name}"
    elif link.rule:
        how = f"{how} ({link.rule})"
    return Step(
        f"Linked to {link.member}: {how}.",
        True,
        at=link.decided_at,
        who=REVIEWERS,
        link=place(link),
    )


def _about_addresses(candidate: Candidate) -> Iterator[Step]:
    if not candidate.email_keys:
        yield Step("The record has no usable e-mail address.", False, who=VENDOR)
        return
    (known,) = candidate_keys.known(candidate.ats, [candidate.pk]).values()
    shared = candidate_keys.shared_keys(candidate.ats, [known])
    kept = candidate_keys.without_shared([known], shared)[candidate.pk].emails.strict
    holders = _holders(candidate.email_keys)
    for form in candidate.email_keys:
        if normal.says_nothing(form):
            text = f"{form} is a placeholder or the address of an office, so it proves nothing."
            yield Step(text, False, who=VENDOR)
        elif form not in kept:
            text = f"{form} is used by differently named candidates, so it links nobody by itself."
            yield Step(text, False, who=VENDOR)
        else:
            yield from _about_holders(form, holders.get(form, []))


def _holders(forms: Collection[str]) -> dict[str, list[MemberEmail]]:
    held: dict[str, list[MemberEmail]] = {}
    rows = MemberEmail.objects.filter(normal_form__in=forms).select_related("member")
    for row in rows.order_by("pk"):
        held.setdefault(row.normal_form, []).append(row)
    return held


def _about_holders(form: str, holders: list[MemberEmail]) -> Iterator[Step]:
    if not holders:
        yield Step(f"No member has the address {form}.", False, who=f"{VENDOR}, or a member")
    for held in holders:
        if held.verified_at is None:
            text = f"A member has the address {form}, but has not verified it."
            yield Step(text, False, who=MEMBER)
        elif held.member.closed_at or held.member.hidden_from_recruiters:
            text = f"The member with the address {form} hides from recruiters or has left."
            yield Step(text, False, who=MEMBER)
        else:
            text = f"{held.member} has the address {form}."
            yield Step(text, True, at=held.verified_at, link=place(held.member))


def _about_decisions(candidate: Candidate, links: list[Match]) -> Iterator[Step]:
    for link in links:
        if link.state in DECIDED_AGAINST:
            who = link.decided_by.full_name if link.decided_by else "the ATS"
            yield Step(
                f"{link.get_state_display()}: {link.member}, by {who}. "
                "Only a person can link this pair again.",
                False,
                at=link.decided_at,
                who=REVIEWERS,
                link=place(link),
            )
    told = {link.member_id for link in links if link.state in DECIDED_AGAINST}
    blocks = IdentityBlock.objects.standing().filter(
        ats=candidate.ats, external_candidate_id=candidate.external_id
    )
    for block in blocks.exclude(member__in=told).select_related("member"):
        text = f"A person decided that this is not {block.member}."
        yield Step(text, False, at=block.decided_at, who=REVIEWERS)


def _about_rest(candidate: Candidate, links: list[Match]) -> Iterator[Step]:
    suggested = [link for link in links if link.state == Match.State.SUGGESTED]
    if not suggested:
        text = "No other member resembles the record closely enough to suggest one."
        yield Step(text, False, who=f"{VENDOR}: choose the member on the record's profile there")
    elif len(suggested) > 1:
        names = ", ".join(str(link.member) for link in suggested)
        text = f"Ambiguous between {names}: a person has to choose."
        yield Step(text, False, who=REVIEWERS)
    for link in suggested:
        doubt = link.evidence.get("doubt")
        why = f", not linked because {doubt}" if doubt else ""
        label = link.evidence.get("label", "possible")
        text = f"{link.member} is suggested ({label}){why}."
        yield Step(text, False, at=link.decided_at, who=REVIEWERS, link=place(link))
