"""The stub of a member, as exports and InMail stubs tell it (contract.md 13.1 and 16)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from recruiter.models import ContactShare, Member


def stub(member: Member) -> dict[str, Any]:
    """Who a member is, without any contact details. Needs the positions; prefetch them."""
    current = [position for position in member.positions.all() if position.current]
    stub = {
        "firstName": member.first_name,
        "lastName": member.last_name,
        "headline": member.headline,
        "location": member.location,
        "currentEmployerNames": list(dict.fromkeys(one.employer for one in current)),
        "profileUrl": f"{settings.BASE_URL}{member.get_absolute_url()}",
        "member": str(member.urn),
    }
    return stub | ({"currentJobTitle": current[0].title} if current else {})


def contact(share: ContactShare | None) -> dict[str, str]:
    """What the member agreed to share with the company; each one text."""
    if share is None:
        return {}
    details = {"emailAddress": share.email, "phoneNumber": share.phone}
    return {name: value for name, value in details.items() if value}
