"""Verbs on tags: a contract's own words for members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models.functions import Lower

from recruiter.models import Member, MemberTag, Tag
from rsc.models import Contract, Seat

LONGEST = Tag._meta.get_field("name").max_length


class TagRefused(ValueError):
    """The words given are no tags; the message says why."""


def parse(text: str) -> list[str]:
    """Tags as people type them, with commas between; each once, whatever its case.

    Raises:
        TagRefused: none, or one that is too long.
    """
    names: dict[str, str] = {}
    for part in text.split(","):
        if name := " ".join(part.split()):
            names.setdefault(name.casefold(), name)
    if not names:
        raise TagRefused("Please write a tag.")
    if any(len(name) > LONGEST for name in names.values()):
        raise TagRefused(f"A tag has at most {LONGEST} characters.")
    return list(names.values())


@transaction.atomic
def add(seat: Seat, members: Sequence[Member], names: Iterable[str]) -> list[Tag]:
    """Put tags on members; new words join the contract's list. A tag that is there stays once.

    Args:
        seat: who does it.
        members: whom the seat may see (checked by the caller).
        names: as `parse` gives them.

    Returns:
        The tags.
    """
    tags = [_tag(seat.contract, name) for name in names]
    MemberTag.objects.bulk_create(
        [MemberTag(tag=tag, member=member, seat=seat) for tag in tags for member in members],
        ignore_conflicts=True,
    )
    return tags


def _tag(contract: Contract, name: str) -> Tag:
    """The contract's tag of that name, in whatever case it was written first."""
    found = contract.tags.annotate(folded=Lower("name")).filter(folded=name.lower()).first()
    return found or Tag.objects.get_or_create(contract=contract, name=name)[0]


@transaction.atomic
def remove(seat: Seat, use: MemberTag) -> None:
    """Take a tag from a member; a word that nobody bears any more leaves the list."""
    MemberTag.objects.visible_to(seat).filter(pk=use.pk).delete()
    Tag.objects.visible_to(seat).filter(pk=use.tag_id, uses=None).delete()
