"""Why is this person not matched? The exact chain of reasons, for an administrator."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Q

from ats_sync import candidate_keys
from ats_sync.against import DECIDED_AGAINST
from ats_sync.identity import normal
from ats_sync.models import ApiRequest, Ats, Candidate, IdentityBlock, Match
from recruiter.models import MemberEmail
from rsc.addresses import email_normal_form

MOST_CANDIDATES = 20


@dataclass(frozen=True)
class Answer:
    """What is known of one candidate.

    Attributes:
        candidate: the record, or None when none arrived.
        matched: whether a live link exists.
        lines: sentences, in the order in which matching goes.
    """

    candidate: Candidate | None
    matched: bool
    lines: tuple[str, ...]


def explain(atss: Collection[Ats], text: str) -> list[Answer]:
    """Look a person up and say what became of them.

    Args:
        atss: the ATSs about which the asker may know.
        text: a name, an e-mail address, or the ATS's own id of the record.
    """
    text = text.strip()
    if not text:
        return []
    found = list(_candidates(atss, text)[:MOST_CANDIDATES])
    if not found:
        return [Answer(None, False, tuple(_never_stored(atss, text)))]
    return [_answer(candidate) for candidate in found]


def _candidates(atss: Collection[Ats], text: str) -> Iterator[Candidate]:
    asked = Q(external_id=text)
    if form := email_normal_form(text):
        asked |= Q(email_keys__contains=[form])
    first, _, last = text.partition(" ")
    asked |= (
        Q(first_name__iexact=first, last_name__iexact=last.strip())
        if last
        else Q(last_name__iexact=text)
    )
    return Candidate.objects.filter(asked, ats__in=atss).select_related("ats").order_by("pk")


def _never_stored(atss: Collection[Ats], text: str) -> Iterator[str]:
    """Nothing is stored: was it refused, or never sent?"""
    refused = ApiRequest.objects.filter(
        application__atss__in=atss, record_ids__contains=[text], failed__gt=0
    ).distinct()
    for request in refused.order_by("-at")[:3]:
        for error in request.errors:
            if text in str(error.get("id", "")):
                yield (
                    f"Received on {request.at:%Y-%m-%d %H:%M} UTC and refused: "
                    f"{error.get('message', '')} (request {request.uuid})."
                )
    yield (
        "No ATS has sent a record with this name, address or id that was stored. Whoever runs the "
        "ATS can send it again; a record needs a name and an address, or a member."
    )


def _answer(candidate: Candidate) -> Answer:
    links = list(candidate.matches.select_related("member", "decided_by").order_by("-score"))
    live = [link for link in links if link.state in Match.LIVE]
    if live:
        return Answer(candidate, True, tuple(_linked(link) for link in live))
    return Answer(
        candidate,
        False,
        (*_about_addresses(candidate), *_about_decisions(candidate, links), *_about_rest(links)),
    )


def _linked(link: Match) -> str:
    who = f" by {link.decided_by.full_name}" if link.decided_by else ""
    how = link.get_state_display().lower()
    return f"Linked to {link.member} on {link.decided_at:%Y-%m-%d}: {how}{who} ({link.rule})."


def _about_addresses(candidate: Candidate) -> Iterator[str]:
    if not candidate.email_keys:
        yield "The record has no usable e-mail address."
        return
    (known,) = candidate_keys.known(candidate.ats, [candidate.pk]).values()
    shared = candidate_keys.shared_keys(candidate.ats, [known])
    kept = candidate_keys.without_shared([known], shared)[candidate.pk].emails.strict
    for form in candidate.email_keys:
        if normal.says_nothing(form):
            yield f"{form} is a placeholder or the address of an office, so it proves nothing."
        elif form not in kept:
            yield f"{form} is used by differently named candidates, so it links nobody by itself."
        else:
            yield from _about_holders(form)


def _about_holders(form: str) -> Iterator[str]:
    holders = MemberEmail.objects.filter(normal_form=form).select_related("member")
    if not holders:
        yield f"No member has the address {form}."
    for held in holders:
        if held.verified_at is None:
            yield f"A member has the address {form}, but has not verified it."
        elif held.member.closed_at or held.member.hidden_from_recruiters:
            yield f"The member with the address {form} hides from recruiters or has left."
        else:
            yield f"{held.member} has the address {form}."


def _about_decisions(candidate: Candidate, links: list[Match]) -> Iterator[str]:
    for link in links:
        if link.state in DECIDED_AGAINST:
            who = link.decided_by.full_name if link.decided_by else "the ATS"
            yield (
                f"{link.get_state_display()}: {link.member}, by {who} on "
                f"{link.decided_at:%Y-%m-%d}. Only a person can link this pair again."
            )
    told = {link.member_id for link in links if link.state in DECIDED_AGAINST}
    blocks = IdentityBlock.objects.standing().filter(
        ats=candidate.ats, external_candidate_id=candidate.external_id
    )
    for block in blocks.exclude(member__in=told).select_related("member"):
        yield f"A person decided on {block.decided_at:%Y-%m-%d} that this is not {block.member}."


def _about_rest(links: list[Match]) -> Iterator[str]:
    suggested = [link for link in links if link.state == Match.State.SUGGESTED]
    if not suggested:
        yield "No other member resembles the record closely enough to suggest one."
    elif len(suggested) > 1:
        names = ", ".join(str(link.member) for link in suggested)
        yield f"Ambiguous between {names}: a person has to choose."
    for link in suggested:
        doubt = link.evidence.get("doubt")
        why = f", not linked because {doubt}" if doubt else ""
        yield f"{link.member} is suggested ({link.evidence.get('label', 'possible')}){why}."
