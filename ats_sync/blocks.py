"""Remember what a person decided against a pair, for longer than the candidate's record lives."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from ats_sync import candidate_keys
from ats_sync.models import Ats, Candidate, IdentityBlock
from recruiter.models import Member
from rsc.models import User


def set_for(pairs: Mapping[int, int], *, reason: str, user: User | None = None) -> None:
    """Block pairs of candidate id and member id for good. Call it inside `batch`."""
    now = timezone.now()
    by_ats: dict[int, list[int]] = {}
    for pk, ats_id in Candidate.objects.filter(pk__in=pairs).values_list("pk", "ats_id"):
        by_ats.setdefault(ats_id, []).append(pk)
    for ats in Ats.objects.filter(pk__in=by_ats):
        IdentityBlock.objects.bulk_create(
            (
                IdentityBlock(
                    ats=ats,
                    external_candidate_id=each.external_id,
                    member_id=pairs[pk],
                    name_key=each.name_key,
                    identifier_keys=sorted(each.identifiers),
                    decided_by=user,
                    decided_at=now,
                    reason=reason,
                )
                for pk, each in candidate_keys.known(ats, by_ats[ats.pk]).items()
            ),
            ignore_conflicts=True,
        )


def key_anew() -> None:
    """Give standing blocks the keys of their records as they are now, after a change of the secret.

    Those whose record is gone hold on by the ATS's id alone: nothing is left to make keys of.
    """
    standing = IdentityBlock.objects.standing()
    for ats in Ats.objects.filter(pk__in=standing.values("ats")):
        own = list(standing.filter(ats=ats))
        names = {each.external_candidate_id for each in own}
        ids = Candidate.objects.filter(ats=ats, external_id__in=names).values_list("pk", flat=True)
        known = {each.external_id: each for each in candidate_keys.known(ats, ids).values()}
        for block in own:
            if each := known.get(block.external_candidate_id):
                block.name_key = each.name_key
                block.identifier_keys = sorted(each.identifiers)
        IdentityBlock.objects.bulk_update(own, ["name_key", "identifier_keys"], batch_size=1000)


def lift(candidate: Candidate, member: Member) -> None:
    """Let a pair be linked again: only a person does that, by linking it."""
    standing = IdentityBlock.objects.standing().filter(
        ats=candidate.ats_id, external_candidate_id=candidate.external_id, member=member
    )
    standing.update(lifted_at=timezone.now())
