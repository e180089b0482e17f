"""What the benchmark adds to a population: a company, its ATS, its connections and followers."""

# ruff: noqa: S608 - statements are put together from constants; values travel as parameters
from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from recruiter.models import VisibilityToken
from recruiter.search import document
from recruiter.search.port import Viewer
from rsc.models import Company

NAME = "Benchmark company"
ATS = 9_000_001
SHARE = 30  # per cent of all members whom the ATS knows


@dataclass(frozen=True)
class World:
    """Three seats: one with an ACL's token besides everyone's, one without, a stranger."""

    rich: Viewer
    plain: Viewer
    stranger: Viewer

    @property
    def viewers(self) -> dict[str, Viewer]:
        return {"rich": self.rich, "plain": self.plain, "stranger": self.stranger}


def make() -> World:
    """Make what is missing; the same again when it is there."""
    company, new = Company.objects.get_or_create(name=NAME)
    everyone, board = (
        VisibilityToken.objects.get_or_create(
            ats_id=ATS,
            acl_id=acl,
            defaults={
                "company": company,
                "ats_name": "Benchmark ATS",
                "everyone": not acl,
                "in_force": True,
            },
        )[0]
        for acl in ("", "board")
    )
    if new:
        with transaction.atomic():
            document.execute(_FOOTPRINTS, token=everyone.pk, least=0, below=SHARE)
            document.execute(_FOOTPRINTS, token=board.pk, least=SHARE, below=SHARE + 3)
            document.execute(_FOLLOWERS, company=company.pk)
            document.execute(_EMPLOYEES, company=company.pk)
            document.execute(_CONNECTIONS, company=company.pk)
            # What writing the documents of all these members would put there, at once.
            document.execute(_WORKS_HERE, company=company.pk)
            document.execute(_KNOWS_THEM, company=company.pk)
    return World(
        rich=Viewer(company.pk, (everyone.pk, board.pk)),
        plain=Viewer(company.pk, (everyone.pk,)),
        stranger=Viewer(company.pk + 1_000_000),
    )


# Who has which facts hangs on a hash of the member's id: the same whenever it is made.
_HASH = "(abs(hashint8(id)) %% 100)"
_FOOTPRINTS = f"""
WITH known AS (
    INSERT INTO recruiter_atsfootprint (token_id, member_id, past_applicant, as_of)
    SELECT %(token)s, id, abs(hashint8(id + 7)) %% 10 < 8, now() FROM recruiter_member
    WHERE {_HASH} >= %(least)s AND {_HASH} < %(below)s
    RETURNING token_id, member_id, past_applicant
)
INSERT INTO recruiter_factlogentry (token_id, member_id, fact, added)
SELECT token_id, member_id, fact.name, true FROM known
CROSS JOIN LATERAL (VALUES ('in_ats', true), ('past_applicant', past_applicant)) AS fact(name, so)
WHERE fact.so
"""
_FOLLOWERS = """
INSERT INTO recruiter_brandengagement (company_id, member_id, kind, at)
SELECT %(company)s, id, CASE WHEN id %% 2 = 0 THEN 'follows' ELSE 'viewed' END,
    now() - make_interval(days => (id %% 180)::int)
FROM recruiter_member WHERE abs(hashint8(id + 13)) %% 100 < 5
"""
_EMPLOYEES = """
UPDATE recruiter_position SET company_id = %(company)s
WHERE ended_on = '' AND employer = (
    SELECT employer FROM recruiter_position WHERE ended_on = ''
    GROUP BY employer ORDER BY count(*) DESC, employer LIMIT 1
)
"""
_CONNECTIONS = """
WITH pair AS (
    SELECT DISTINCT member_id AS one, 1 + (abs(hashint8(member_id + step)) %% (
        SELECT max(id) FROM recruiter_member
    )) AS other
    FROM recruiter_position CROSS JOIN generate_series(1, 3) AS step
    WHERE company_id = %(company)s AND ended_on = ''
)
INSERT INTO recruiter_connection (member_id, other_id, since)
SELECT one, other, now() FROM pair
JOIN recruiter_member ON recruiter_member.id = other WHERE one <> other
UNION SELECT other, one, now() FROM pair
JOIN recruiter_member ON recruiter_member.id = other WHERE one <> other
ON CONFLICT DO NOTHING
"""
_WORKS_HERE = """
UPDATE recruiter_memberdocument SET current_company_ids = ARRAY[%(company)s]::bigint[]
WHERE member_id IN (
    SELECT member_id FROM recruiter_position WHERE company_id = %(company)s AND ended_on = ''
)
"""
_KNOWS_THEM = """
UPDATE recruiter_memberdocument SET connected_company_ids = ARRAY[%(company)s]::bigint[]
WHERE member_id IN (
    SELECT known.member_id FROM recruiter_connection AS known
    JOIN recruiter_memberdocument AS other ON other.member_id = known.other_id
    WHERE other.current_company_ids = ARRAY[%(company)s]::bigint[]
)
"""
