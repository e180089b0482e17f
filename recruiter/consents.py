"""Who agreed to which words, and when. The words have versions; what was agreed to stays."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from recruiter.models import Consent, ConsentText
from rsc.models import User

Kind = ConsentText.Kind
# The first version of each; administrators write the next ones.
FIRST = {
    Kind.CONTACT_SHARE: (
        "I let this company have the e-mail address and phone number that I choose here. Its "
        "people see them, and its applicant tracking system may store them. I can take this back "
        "at any time; what the company stored by then is a matter between us."
    ),
    Kind.ACTIVATION: (
        "From now on this company and its applicant tracking system exchange data as the feature "
        "says: requisitions, candidates, applications, notes and feedback come here; stubs of "
        "exported members go there. The company is responsible for the records that it sends."
    ),
}


def current(kind: str) -> ConsentText:
    """The words that are in force."""
    latest = ConsentText.objects.filter(kind=kind).order_by("-version").first()
    if latest:
        return latest
    text, _ = ConsentText.objects.get_or_create(
        kind=kind, version=1, defaults={"text": FIRST[Kind(kind)]}
    )
    return text


def next_version(kind: str) -> int:
    """The number of the next text; the first one is kept before it is replaced."""
    current(kind)
    latest = ConsentText.objects.filter(kind=kind).aggregate(last=Max("version"))["last"]
    return int(latest) + 1


@transaction.atomic
def give(kind: str, subject: str, *, to: str = "", by: User | None = None) -> Consent:
    """Note that somebody agreed to the words in force; an older agreement of theirs ends."""
    withdraw(subject, to=to)
    text = current(kind)
    return Consent.objects.create(text=text, subject=subject, given_to=to, given_by=by)


def withdraw(subject: str, *, to: str = "") -> int:
    """End what stands; returns how many. The row stays, with both times."""
    standing = Consent.objects.standing().filter(subject=subject, given_to=to)
    return standing.update(withdrawn_at=timezone.now())


def standing_of(subject: str) -> dict[str, Consent]:
    """What somebody agrees to now, by whom they gave it to. One query."""
    found = Consent.objects.standing().filter(subject=subject).select_related("text")
    return {one.given_to: one for one in found}
