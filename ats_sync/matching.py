"""Match candidates to members by the rule: in the sync, in the worker, when a member changes.

What people decide about links is in `links`; who is linked is read there too.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from ats_sync import (
    candidate_keys,
    decision_log,
    footprints,
    key_secret,
    member_keys,
    outcomes,
)
from ats_sync.batches import batch, run_kept, take_turns
from ats_sync.deciding import decide_candidates
from ats_sync.models import Ats, Match, MatchModel
from rsc import outbox
from rsc.statements import Asked, run_together

# The quick phase could not settle some candidates. Payload: ats, candidates (ids).
CANDIDATES_LEFT_OPEN = "candidates.left_open"


def rematch(
    ats: Ats, candidate_ids: Collection[int], also: Iterable[int] = (), *, anew: bool = True
) -> None:
    """Match candidates and bring the footprints of all members concerned up to date.

    Runs the quick phase; whom it leaves open, the worker looks at again (`look_closer`).

    Args:
        ats: the candidates' ATS, with its `batch` open.
        candidate_ids: the candidates to look at.
        also: further members whose footprints are due.
        anew: decide again even about candidates that are as they were when last decided.
    """
    due = set(also) | linked_to(candidate_ids)
    if not key_secret.may_decide():
        follow(due, ats)
        return
    found = candidate_keys.known(ats, candidate_ids)
    changed = [each for each in found.values() if each.changed]
    if open_ones := found if anew else {each.pk: each for each in changed}:
        first = candidate_keys.to_remember(changed, thorough=False)
        decided = decide_candidates(ats, open_ones, thorough=False, first=first)
        due |= decision_log.write(decided, thorough=False)
        leave_open(ats.pk, {*decided.unsettled, *decided.overtaken})
    follow(due, ats)


def rematch_alike(ats: Ats, candidate_ids: Collection[int], also: Iterable[int] = ()) -> None:
    """Match candidates that a person decided about, and their like, anew.

    Who shares an address, a phone or a profile with them may be the same person in another
    record; those of other ATSs of the company are left to the worker.

    Args:
        ats, candidate_ids, also: as of `rematch`.
    """
    alike: dict[int, set[int]] = defaultdict(set)
    for ats_id, candidate_id in candidate_keys.sharing_with(ats, candidate_ids):
        alike[ats_id].add(candidate_id)
    rematch(ats, alike.pop(ats.pk, set()) | set(candidate_ids), also=also)
    for ats_id, others in alike.items():
        leave_open(ats_id, others)


def leave_open(ats_id: int, candidate_ids: Collection[int]) -> None:
    """Have the worker look closer at candidates, if there are any."""
    run_together(*to_leave_open(ats_id, candidate_ids))


def to_leave_open(ats_id: int, candidate_ids: Collection[int]) -> list[Asked]:
    """The statement of `leave_open`, for the open transaction; none without candidates."""
    if not candidate_ids:
        return []
    # A key of its own: two batches of one ATS must not swallow each other.
    key = f"{ats_id}:{secrets.token_hex(8)}"
    payload = {"ats": ats_id, "candidates": sorted(candidate_ids)}
    return [outbox.to_publish(CANDIDATES_LEFT_OPEN, [(key, payload)])]


def follow_applications(ats: Ats, candidate_ids: Collection[int]) -> None:
    """Bring footprints up to date after the applications of some candidates changed.

    Who the candidates are has not changed, so nothing is decided anew. Call it inside `batch`.
    """
    follow(linked_to(candidate_ids), ats)


def follow(member_ids: Collection[int], ats: Ats, first: Sequence[Asked] = ()) -> None:
    """Bring what depends on links up to date: footprints, and exports that have arrived.

    Args:
        first: statements to run before, whose rows nobody asks for.
    """
    if not member_ids:
        run_together(*first)
        return
    *_, ready, arrived = run_together(
        *first,
        footprints.to_recompute(member_ids, ats),
        outcomes.to_mark_linked(ats, member_ids),
    )
    if ready == footprints.NOT_READY:
        footprints.recompute_first(member_ids, ats)
    outcomes.tell_linked(ats, [pk for (pk,) in arrived])


def look_closer(
    ats_id: int,
    candidate_ids: Collection[int],
    model: MatchModel | None = None,
    *,
    beside: bool = False,
) -> None:
    """Both phases, by every key, which it keeps; suggestions included. For the worker.

    Args:
        model: one to try instead of the one in force.
        beside: while other processes do the same for other candidates of the ATS.
    """
    if not key_secret.may_decide():
        return
    ats = Ats.objects.select_related("company").get(pk=ats_id)
    with batch(ats.pk, beside=beside):
        due: set[int] = set()
        overtaken = _look_closer(ats, candidate_ids, model, due)
        if overtaken:
            # Whom these overtake in turn was overtaken by the first already.
            _look_closer(ats, overtaken, model, due)
        if due and beside:
            take_turns(ats.pk)
        follow(due, ats)


def _look_closer(
    ats: Ats, candidate_ids: Collection[int], model: MatchModel | None, due: set[int]
) -> Collection[int]:
    """Decide, and add the members concerned to `due`; returns who was overtaken."""
    found = candidate_keys.known(ats, candidate_ids)
    first = candidate_keys.to_remember(list(found.values()), thorough=True)
    decided = decide_candidates(ats, found, thorough=True, model=model, first=first)
    due |= decision_log.write(decided, thorough=True)
    return decided.overtaken


def rematch_members(member_ids: Collection[int]) -> None:
    """Match anew whatever some changed members may concern, in every ATS."""
    due: dict[int, set[int]] = defaultdict(set)
    before = candidate_keys.concerned_by(member_ids)
    member_keys.rewrite(member_ids)
    for ats_id, candidate_id in [*before, *candidate_keys.concerned_by(member_ids)]:
        due[ats_id].add(candidate_id)
    # Always in this order, so that two runs do not wait for each other in a circle.
    for ats in Ats.objects.filter(pk__in=due).select_related("company").order_by("pk"):
        with batch(ats.pk):
            rematch(ats, due[ats.pk], also=member_ids)


def linked_to(candidate_ids: Collection[int]) -> set[int]:
    """Ids of the members whom some candidates are linked to now."""
    found = run_kept(_LINKED_TO, candidates=list(candidate_ids), live=list(Match.LIVE))
    return {member for (member,) in found}


_LINKED_TO = """
SELECT member_id FROM ats_sync_match
WHERE candidate_id = ANY(%(candidates)s::bigint[]) AND state = ANY(%(live)s::varchar[])
"""
