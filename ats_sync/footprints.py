"""Keep what search knows of each member in step with what ATSs say (design.md 5).

The only writer of visibility tokens, their holders, footprints and the fact log. A change of the
facts is one statement, in the transaction of the change that caused it.
"""

from __future__ import annotations

from collections.abc import Collection

from ats_sync.batches import batch, run
from ats_sync.models import Ats, EntityAcl, EntityAclAssignee, Integration, Match
from ats_sync.models.acl import PUBLIC_ACL
from recruiter.models import VisibilityToken
from rsc import outbox
from rsc.statements import Asked, run_together

# Who may see an ATS's facts, or what it is called, changed. Key: ATS id. Payload: {}.
ATS_VISIBILITY_CHANGED = "ats.visibility_changed"
# Some members' footprints must be computed anew. Key: "ats:first-last". Payload: the same.
FOOTPRINTS_FELL_DUE = "ats.footprints_fell_due"
MEMBERS_PER_CHUNK = 2000
NOT_READY = [(False,)]


# -------------------------------------------------------------------------------------- tokens
def tokens_of(ats: Ats) -> list[VisibilityToken]:
    """The ATS's tokens, everyone's first."""
    return list(VisibilityToken.objects.filter(ats_id=ats.pk).order_by("acl_id"))


def make_tokens(ats_id: int, acl_ids: Collection[str] = ()) -> None:
    """Make sure that everyone's token and those of some ACLs exist. One statement."""
    wanted = {"", *acl_ids} - {PUBLIC_ACL}
    run(_MAKE_TOKENS, ats=ats_id, acl_ids=sorted(wanted), indicator=_INDICATOR)


def token_force_follows(ats: Ats) -> None:
    """Put the ATS's tokens in force, or out of it, as its indicator says; and take its name.

    Call it in the transaction that switches the indicator: all facts appear or hide at once.
    """
    with batch(ats.pk):
        make_tokens(ats.pk)
        # A sandbox counts in nobody's search.
        on = Ats.objects.filter(pk=ats.pk, is_sandbox=False).with_enabled(_INDICATOR).exists()
        VisibilityToken.objects.filter(ats_id=ats.pk).update(in_force=on, ats_name=ats.name)


def give_tokens(ats_id: int, holders: Collection[tuple[str, str]]) -> None:
    """Let persons hold ACLs' tokens, given as (ACL id, person id). One statement."""
    run(_GIVE_TOKENS, ats=ats_id, **_unzip(holders))


def take_tokens(ats_id: int, holders: Collection[tuple[str, str]]) -> None:
    """Take ACLs' tokens from persons, given as (ACL id, person id). One statement."""
    run(_TAKE_TOKENS, ats=ats_id, **_unzip(holders))


def _unzip(holders: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    return {"acl_ids": [acl for acl, _ in holders], "persons": [person for _, person in holders]}


# ----------------------------------------------------------------------------------- footprints
def recompute(member_ids: Collection[int], ats: Ats) -> None:
    """Bring some members' footprints under one ATS's tokens up to date. Call it inside `batch`.

    Writes the differences to the footprints and to the fact log; nothing else is touched.
    """
    if member_ids and run_together(to_recompute(member_ids, ats)) == [NOT_READY]:
        recompute_first(member_ids, ats)


def recompute_first(member_ids: Collection[int], ats: Ats) -> None:
    """As `recompute`, where `to_recompute` was answered with `NOT_READY`."""
    make_tokens(ats.pk)
    run_together(to_recompute(member_ids, ats))


def to_recompute(member_ids: Collection[int], ats: Ats) -> Asked:
    """The statement of `recompute`. It answers `NOT_READY`, with nothing done for everyone, when
    the ATS has no token for everyone yet: these are its first facts."""
    return Asked(
        _RECOMPUTE,
        {
            "ats": ats.pk,
            "members": sorted(member_ids),
            "live": list(Match.LIVE),
            "indicator": _INDICATOR,
            "public": PUBLIC_ACL,
            "lookback_days": ats.company.past_applicant_lookback_days,
        },
    )


def members_on_jobs(ats_id: int, external_job_ids: Collection[str]) -> set[int]:
    """Members whose footprints depend on who may see these requisitions."""
    rows = run(_MEMBERS_ON_JOBS, ats=ats_id, jobs=list(external_job_ids), live=list(Match.LIVE))
    return {member for (member,) in rows}


def refresh_ats(ats_id: int) -> None:
    """Have all footprints of an ATS computed anew, in chunks, through the outbox."""
    with batch(ats_id):
        _restore_tokens(ats_id)
        chunks = run(_CHUNKS, ats=ats_id, live=list(Match.LIVE), size=MEMBERS_PER_CHUNK)
        outbox.publish_many(
            FOOTPRINTS_FELL_DUE,
            [
                (f"{ats_id}:{first}-{last}", {"ats": ats_id, "first": first, "last": last})
                for first, last in chunks
            ],
        )


def _restore_tokens(ats_id: int) -> None:
    """Give every ACL its token and every assignee a hold on it, whatever wrote them."""
    make_tokens(ats_id, EntityAcl.objects.filter(ats=ats_id).values_list("acl_id", flat=True))
    held = EntityAclAssignee.objects.filter(ats=ats_id).values_list("acl_id", "person_id")
    make_tokens(ats_id, {acl for acl, _ in held})
    give_tokens(ats_id, held)


def refresh_members_between(ats_id: int, first: int, last: int) -> None:
    """Compute the footprints of one chunk of members anew."""
    ats = Ats.objects.select_related("company").filter(pk=ats_id).first()
    if ats is None:
        return
    with batch(ats_id):
        rows = run(
            _MEMBERS_OF_ATS + " AND member_id BETWEEN %(first)s AND %(last)s",
            ats=ats_id,
            live=list(Match.LIVE),
            first=first,
            last=last,
        )
        recompute({member for (member,) in rows}, ats)


def refresh_lookbacks() -> int:
    """Have applications that grew too old for a company's lookback drop out; for a daily run.

    Returns:
        The number of ATSs concerned.
    """
    ats_ids = list(
        Ats.objects.exclude(company__past_applicant_lookback_days=None).values_list("pk", flat=True)
    )
    for ats_id in ats_ids:
        refresh_ats(ats_id)
    return len(ats_ids)


_INDICATOR = Integration.Type.IN_ATS_INDICATOR.value

_MAKE_TOKENS = """
INSERT INTO recruiter_visibilitytoken (company_id, ats_id, ats_name, everyone, acl_id, in_force)
SELECT a.company_id, a.id, a.name, wanted.acl_id = '', wanted.acl_id,
    NOT a.is_sandbox AND EXISTS (
        SELECT FROM ats_sync_integration AS i
        WHERE i.ats_id = a.id AND i.integration_type = %(indicator)s AND i.status = 'ENABLED'
    )
FROM ats_sync_ats AS a CROSS JOIN unnest(%(acl_ids)s::varchar[]) AS wanted(acl_id)
WHERE a.id = %(ats)s AND NOT EXISTS (
    SELECT FROM recruiter_visibilitytoken AS t
    WHERE t.ats_id = a.id AND t.acl_id = wanted.acl_id
)
ON CONFLICT (ats_id, acl_id) DO NOTHING
"""

_GIVE_TOKENS = """
INSERT INTO recruiter_tokenholder (token_id, person_id)
SELECT DISTINCT t.id, given.person_id
FROM unnest(%(acl_ids)s::varchar[], %(persons)s::varchar[]) AS given(acl_id, person_id)
JOIN recruiter_visibilitytoken AS t
    ON t.ats_id = %(ats)s AND t.acl_id = given.acl_id AND NOT t.everyone
ORDER BY t.id, given.person_id
ON CONFLICT (person_id, token_id) DO NOTHING
"""

_TAKE_TOKENS = """
DELETE FROM recruiter_tokenholder AS h
USING unnest(%(acl_ids)s::varchar[], %(persons)s::varchar[]) AS taken(acl_id, person_id),
    recruiter_visibilitytoken AS t
WHERE t.ats_id = %(ats)s AND t.acl_id = taken.acl_id AND NOT t.everyone
    AND h.token_id = t.id AND h.person_id = taken.person_id
"""

# Which tokens show a member, and as what. Must say the same as ApplicationQuerySet.visible_to
# and CandidateQuerySet.visible_to; tests/ats_sync/test_footprints.py compares them.
# It goes from the members to their rows: "+ 0" and "OFFSET 0" keep the planner from reading all
# rows of the ATS instead, which looks cheap while statistics do not know of them.
_RECOMPUTE = """
WITH token AS MATERIALIZED (
    SELECT t.id, t.acl_id FROM recruiter_visibilitytoken AS t WHERE t.ats_id = %(ats)s
),
link AS MATERIALIZED (
    SELECT m.candidate_id, m.member_id, c.do_not_contact
    FROM unnest(%(members)s::bigint[]) AS due(member_id) CROSS JOIN LATERAL (
        SELECT m.candidate_id, m.member_id FROM ats_sync_match AS m
        WHERE m.member_id = due.member_id AND m.state = ANY(%(live)s) OFFSET 0
    ) AS m
    JOIN ats_sync_candidate AS c ON c.id = m.candidate_id AND c.ats_id + 0 = %(ats)s
    JOIN recruiter_member AS p ON p.id = m.member_id AND p.closed_at IS NULL
),
application AS MATERIALIZED (
    SELECT link.member_id, link.do_not_contact, a.candidate_id, a.external_job_id,
        (
            %(lookback_days)s::int IS NULL
            OR a.external_created_at >= now() - make_interval(days => %(lookback_days)s::int)
        ) AS recent,
        (
            EXISTS (
                SELECT FROM ats_sync_integrationsetting AS s
                JOIN ats_sync_integration AS i ON i.id = s.integration_id
                WHERE i.ats_id = %(ats)s AND i.integration_type = %(indicator)s
                    AND s.key = 'APPLICATION_VIEWERS' AND s.value = 'ALL_PRODUCT_USERS'
            )
            OR coalesce(a.access_restricted, j.access_restricted, true) IS FALSE
            OR EXISTS (
                SELECT FROM ats_sync_entityacl AS e
                WHERE e.ats_id = %(ats)s AND e.entity_type = 'JOB_POSTING'
                    AND e.entity_id = a.external_job_id AND e.acl_id = %(public)s
            )
        ) AS open_to_everyone
    FROM link CROSS JOIN LATERAL (
        SELECT a.candidate_id, a.external_job_id, a.job_posting_id, a.external_created_at,
            a.access_restricted
        FROM ats_sync_application AS a WHERE a.candidate_id = link.candidate_id OFFSET 0
    ) AS a
    LEFT JOIN ats_sync_jobposting AS j ON j.id = a.job_posting_id
),
shown AS (
    SELECT link.member_id, '' AS acl_id, false AS recent, link.do_not_contact
    FROM link
    WHERE NOT EXISTS (SELECT FROM application AS a WHERE a.candidate_id = link.candidate_id)
    UNION ALL
    SELECT member_id, '', recent, do_not_contact FROM application WHERE open_to_everyone
    UNION ALL
    SELECT application.member_id, e.acl_id, application.recent, application.do_not_contact
    FROM application
    JOIN ats_sync_entityacl AS e
        ON e.ats_id = %(ats)s AND e.entity_type = 'JOB_POSTING'
        AND e.entity_id = application.external_job_id
    WHERE NOT application.open_to_everyone
),
wanted AS MATERIALIZED (
    SELECT t.id AS token_id, shown.member_id, bool_or(shown.recent) AS past_applicant,
        bool_or(shown.do_not_contact) AS do_not_contact
    FROM shown JOIN token AS t ON t.acl_id = shown.acl_id
    GROUP BY t.id, shown.member_id
),
had AS MATERIALIZED (
    SELECT f.id, f.token_id, f.member_id, f.past_applicant
    FROM recruiter_atsfootprint AS f JOIN token AS t ON t.id = f.token_id
    WHERE f.member_id = ANY(%(members)s)
),
gone AS (
    DELETE FROM recruiter_atsfootprint AS f WHERE f.id = ANY(ARRAY(
        SELECT had.id FROM had LEFT JOIN wanted AS w USING (token_id, member_id)
        WHERE w.token_id IS NULL
    ))
),
put AS (
    INSERT INTO recruiter_atsfootprint AS f
        (token_id, member_id, past_applicant, do_not_contact, as_of)
    SELECT token_id, member_id, past_applicant, do_not_contact, now()
    FROM wanted ORDER BY member_id, token_id
    ON CONFLICT (member_id, token_id) DO UPDATE
    SET past_applicant = EXCLUDED.past_applicant, do_not_contact = EXCLUDED.do_not_contact,
        as_of = EXCLUDED.as_of
),
told AS (
    INSERT INTO recruiter_factlogentry (token_id, member_id, fact, added)
    SELECT token_id, member_id, change.fact, change.now_true
    FROM wanted AS w FULL JOIN had USING (token_id, member_id)
    CROSS JOIN LATERAL (VALUES
        ('in_ats', w.past_applicant IS NOT NULL, had.id IS NOT NULL),
        ('past_applicant', coalesce(w.past_applicant, false), coalesce(had.past_applicant, false))
    ) AS change(fact, now_true, was_true)
    WHERE change.now_true <> change.was_true
    ORDER BY member_id, token_id, change.fact
)
SELECT EXISTS (SELECT FROM token WHERE acl_id = '')
""".replace("    ", "")  # what is longer than 4096 characters the driver reads anew each time

_MEMBERS_ON_JOBS = """
SELECT DISTINCT m.member_id
FROM ats_sync_application AS a
JOIN ats_sync_match AS m ON m.candidate_id = a.candidate_id AND m.state = ANY(%(live)s)
WHERE a.ats_id = %(ats)s AND a.external_job_id = ANY(%(jobs)s)
"""

_MEMBERS_OF_ATS = """
SELECT member_id FROM (
    SELECT m.member_id FROM ats_sync_match AS m
    JOIN ats_sync_candidate AS c ON c.id = m.candidate_id
    WHERE c.ats_id = %(ats)s AND m.state = ANY(%(live)s)
    UNION
    SELECT f.member_id FROM recruiter_atsfootprint AS f
    JOIN recruiter_visibilitytoken AS t ON t.id = f.token_id
    WHERE t.ats_id = %(ats)s
) AS concerned
WHERE true
"""

_CHUNKS = """
SELECT min(member_id), max(member_id) FROM (
    SELECT member_id, (row_number() OVER (ORDER BY member_id) - 1) / %(size)s AS chunk
    FROM ({members}) AS everyone
) AS numbered
GROUP BY chunk ORDER BY chunk
""".replace("{members}", _MEMBERS_OF_ATS)
