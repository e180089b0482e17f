"""Who may see which requisition, as an ATS says; the next request of everybody obeys it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import msgspec

from ats_sync import footprints
from ats_sync.batches import batch, run
from ats_sync.models import Ats, EntityAcl, EntityAclAssignee

MOST_ACLS = 10  # of one person in one ATS (contract.md 1.9)


class SecuredEntity(msgspec.Struct, frozen=True):
    """One ACL on one entity, by the ATS's own ids."""

    acl_id: str
    entity_id: str
    entity_type: str = EntityAcl.EntityType.JOB_POSTING


class Assignment(msgspec.Struct, frozen=True):
    """One person in one ACL."""

    acl_id: str
    person_id: str
    entity_type: str = EntityAcl.EntityType.JOB_POSTING


def upsert(ats: Ats, acls: Collection[SecuredEntity]) -> None:
    """Tie entities to ACLs. The entities may arrive later."""
    with batch(ats.pk):
        footprints.make_tokens(ats.pk, {acl.acl_id for acl in acls})
        run(_PUT_ACLS, ats=ats.pk, **_columns(acls))
        _follow(ats, acls)


def delete(ats: Ats, acls: Collection[SecuredEntity]) -> set[SecuredEntity]:
    """Untie entities from ACLs; returns those that were not tied."""
    with batch(ats.pk):
        gone = {SecuredEntity(*row) for row in run(_DROP_ACLS, ats=ats.pk, **_columns(acls))}
        _follow(ats, gone)
    return set(acls) - gone


def _follow(ats: Ats, acls: Collection[SecuredEntity]) -> None:
    concerned = footprints.members_on_jobs(ats.pk, {acl.entity_id for acl in acls})
    footprints.recompute(concerned, ats)


def upsert_assignees(ats: Ats, assignments: Collection[Assignment]) -> set[Assignment]:
    """Put persons into ACLs. The ACLs may secure nothing yet.

    Returns:
        Those left out, because the person is in as many ACLs as one may be.
    """
    with batch(ats.pk):
        refused = _too_many(ats, assignments)
        good = [one for one in assignments if one not in refused]
        holders = {(one.acl_id, one.person_id) for one in good}
        run(_PUT_ASSIGNEES, ats=ats.pk, **_columns(good))
        footprints.make_tokens(ats.pk, {acl_id for acl_id, _ in holders})
        footprints.give_tokens(ats.pk, holders)
    return refused


def _too_many(ats: Ats, assignments: Collection[Assignment]) -> set[Assignment]:
    """The assignments that come when a person has the most ACLs already. One query."""
    people = {one.person_id for one in assignments}
    there: dict[str, set[str]] = defaultdict(set)
    rows = EntityAclAssignee.objects.filter(ats=ats, person_id__in=people)
    for person_id, acl_id in rows.values_list("person_id", "acl_id"):
        there[person_id].add(acl_id)
    refused = set()
    for one in assignments:
        acl_ids = there[one.person_id]
        if one.acl_id not in acl_ids and len(acl_ids) >= MOST_ACLS:
            refused.add(one)
        else:
            acl_ids.add(one.acl_id)
    return refused


def delete_assignees(ats: Ats, assignments: Collection[Assignment]) -> set[Assignment]:
    """Take persons out of ACLs; returns those who were not in."""
    with batch(ats.pk):
        rows = run(_DROP_ASSIGNEES, ats=ats.pk, **_columns(assignments))
        gone = {Assignment(*row) for row in rows}
        footprints.take_tokens(ats.pk, {(one.acl_id, one.person_id) for one in gone})
    return set(assignments) - gone


def _columns(rows: Collection[msgspec.Struct]) -> dict[str, list[str]]:
    tuples = [msgspec.structs.astuple(row) for row in rows]
    names = ("acl_ids", "others", "types")
    return {name: [row[place] for row in tuples] for place, name in enumerate(names)}


_SENT = "unnest(%(acl_ids)s::varchar[], %(others)s::varchar[], %(types)s::varchar[])"

_PUT_ACLS = """
INSERT INTO ats_sync_entityacl (ats_id, acl_id, entity_id, entity_type)
SELECT DISTINCT %(ats)s::bigint, r.acl_id, r.entity_id, r.entity_type
FROM {sent} AS r(acl_id, entity_id, entity_type)
ORDER BY r.entity_type, r.entity_id, r.acl_id
ON CONFLICT (ats_id, entity_type, entity_id, acl_id) DO NOTHING
""".replace("{sent}", _SENT)

_DROP_ACLS = """
DELETE FROM ats_sync_entityacl AS e USING {sent} AS r(acl_id, entity_id, entity_type)
WHERE e.ats_id = %(ats)s AND e.acl_id = r.acl_id AND e.entity_id = r.entity_id
    AND e.entity_type = r.entity_type
RETURNING e.acl_id, e.entity_id, e.entity_type
""".replace("{sent}", _SENT)

_PUT_ASSIGNEES = """
INSERT INTO ats_sync_entityaclassignee (ats_id, acl_id, person_id, entity_type)
SELECT DISTINCT %(ats)s::bigint, r.acl_id, r.person_id, r.entity_type
FROM {sent} AS r(acl_id, person_id, entity_type)
ORDER BY r.acl_id, r.entity_type, r.person_id
ON CONFLICT (ats_id, acl_id, entity_type, person_id) DO NOTHING
""".replace("{sent}", _SENT)

_DROP_ASSIGNEES = """
DELETE FROM ats_sync_entityaclassignee AS e USING {sent} AS r(acl_id, person_id, entity_type)
WHERE e.ats_id = %(ats)s AND e.acl_id = r.acl_id AND e.person_id = r.person_id
    AND e.entity_type = r.entity_type
RETURNING e.acl_id, e.person_id, e.entity_type
""".replace("{sent}", _SENT)
