"""Merge fields: {first_name} in a message becomes the name of the one who gets it."""

from __future__ import annotations

import re

from recruiter.models import Member, Position
from rsc.models import Seat

# In the order in which the page names them.
LABELS = {
    "first_name": "first name",
    "last_name": "last name",
    "current_title": "current title",
    "current_company": "current company",
    "my_name": "my name",
}
_FIELD = re.compile(r"\{(\w+)\}")


def unknown(text: str) -> list[str]:
    """The names in braces that are no merge fields."""
    return [name for name in dict.fromkeys(_FIELD.findall(text)) if name not in LABELS]


def gaps(text: str, member: Member, seat: Seat) -> list[str]:
    """What a text asks for and the member's profile does not tell, in words."""
    known = values(member, seat)
    asked = dict.fromkeys(_FIELD.findall(text))
    return [LABELS[name] for name in asked if name in known and not known[name]]


def merge(text: str, member: Member, seat: Seat) -> str:
    """A text with its fields filled in for one member; other braces stay as they are."""
    known = values(member, seat)
    return _FIELD.sub(lambda found: known.get(found[1], found[0]), text)


def values(member: Member, seat: Seat) -> dict[str, str]:
    """What each field becomes. Prefetch `positions` where there are many members."""
    current = next((one for one in member.positions.all() if one.current), Position())
    return {
        "first_name": member.first_name,
        "last_name": member.last_name,
        "current_title": current.title,
        "current_company": current.employer,
        "my_name": seat.user.full_name,
    }
