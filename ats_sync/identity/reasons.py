"""The evidence in words: one line a field, strongest first, and why a person is asked."""

from __future__ import annotations

from ats_sync.identity.decide import Proposal
from ats_sync.identity.features import (
    Email,
    Employer,
    Evidence,
    Location,
    Middle,
    Phone,
    Profile,
    Title,
)
from ats_sync.identity.gates import Doubt, Rule
from ats_sync.identity.names import Agreement
from ats_sync.identity.score import PLAIN_FIELDS
from ats_sync.identity.weights import Weights, shipped_weights

# Hundredths of a bit under which a field would only be noise to a reader.
_WORTH_SAYING = 50

_NAMES = {
    Agreement.SAME: "{} name the same",
    Agreement.PART: "{} name part of the other",
    Agreement.OTHER_FORM: "{} name a short or earlier form",
    Agreement.CLOSE: "{} name spelled nearly the same",
    Agreement.INITIAL: "{} name an initial of the other",
    Agreement.DIFFERENT: "{} name different",
}
_WORDS: dict[str, dict[int, str]] = {
    "middle": {
        Middle.SAME: "Same middle initial",
        Middle.DIFFERENT: "Different middle initial",
        Middle.OTHER_GENERATION: "Another generation (Jr. and Sr.)",
    },
    "email": {
        Email.SAME: "Same verified e-mail",
        Email.LOOSE: "E-mail the same but for a slip",
        Email.LOCAL_ELSEWHERE: "Same e-mail name at another provider",
        Email.NAME_ELSEWHERE: "Same e-mail name at another provider, made of the name",
        Email.DIFFERENT: "Different e-mail",
    },
    "phone": {
        Phone.SAME: "Same phone number",
        Phone.CLOSE: "Phone number one digit off",
        Phone.DIFFERENT: "Different phone number",
    },
    "profile": {
        Profile.SAME: "Same profile address",
        Profile.DIFFERENT: "Different profile address",
    },
    "employer": {
        Employer.AT_THE_TIME: "Worked at the same employer when applying",
        Employer.ANOTHER_TIME: "Worked at the same employer at another time",
        Employer.DIFFERENT: "Different employers",
    },
    "title": {
        Title.AT_THE_TIME: "Same job title when applying",
        Title.ANOTHER_TIME: "Same job title at another time",
        Title.DIFFERENT: "Different job titles",
    },
    "place": {
        Location.SAME_CITY: "Same town",
        Location.SAME_REGION: "Same region",
        Location.OTHER_CITY: "Another town",
        Location.OTHER_REGION: "Another region",
        Location.OTHER_COUNTRY: "Another country",
    },
}


def reasons(proposal: Proposal, weights: Weights | None = None) -> tuple[str, ...]:
    """Why a member is proposed; each line begins with + or -, the last says what is in doubt.

    The lines name fields, never values, so they may be stored and sent.
    """
    return told(proposal.evidence, proposal.rule, proposal.doubt, weights or shipped_weights())


def told(
    evidence: Evidence, rule: Rule | None, doubt: Doubt | None, weights: Weights
) -> tuple[str, ...]:
    """As `reasons`, by what it looks at of a proposal."""
    if rule is Rule.ASSERTED:
        return ("+ The record itself names the member",)
    lines = [f"+ {_names(evidence)}"] if _names_speak_for(evidence) else [f"- {_names(evidence)}"]
    worth = {
        field: weights.fields[field][level]
        for field in PLAIN_FIELDS
        if (level := getattr(evidence, field))
        and abs(weights.fields[field][level]) >= _WORTH_SAYING
    }
    for field, bits in sorted(worth.items(), key=lambda item: -abs(item[1])):
        sign = "+" if bits >= 0 else "-"
        lines.append(f"{sign} {_WORDS[field][getattr(evidence, field)]}")
    if doubt:
        lines.append(f"? Not linked by itself: {doubt}")
    return tuple(lines)


def _names_speak_for(evidence: Evidence) -> bool:
    return min(evidence.given, evidence.family) > Agreement.DIFFERENT


def _names(evidence: Evidence) -> str:
    swapped = " (first and last name swapped)" if evidence.order else ""
    if evidence.given == evidence.family == Agreement.SAME:
        return f"Same name{swapped}"
    parts = [_part("First", evidence.given), _part("Last", evidence.family)]
    return ", ".join(part for part in parts if part) + swapped


def _part(which: str, agreement: Agreement) -> str:
    return _NAMES[agreement].format(which) if agreement else ""
