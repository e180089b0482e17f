"""Member to document: what search engines know of a member, built in set-based SQL.

The words of a document are weighted by where they stand:
    A  current titles, name
    B  headline
    C  skills, past titles, employers
    D  summary, schools and fields of study, location, industry; names once more, marked
A gap between two values keeps a phrase from matching across them. Members who closed their
account or hide from recruiters have no document.
"""

# ruff: noqa: S608 - statements are put together from constants; values travel as parameters
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from recruiter import countries
from recruiter.search import seniority, words

# Raise it when documents are built differently: `rebuild_member_index` then has work to do.
SCHEMA_VERSION = 4


# The advisory lock of the documents: one writer at a time, or several of a rebuild.
WRITERS = 0x52534301


def one_writer(*, shared: bool = False) -> None:
    """Wait until nobody else writes documents, and keep others out until the transaction ends.

    In a statement of its own, so that the next one sees what the last writer committed.

    Args:
        shared: let others in who share too: they must not write the same members.
    """
    how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    execute(f"SELECT {how}(%(key)s)", key=WRITERS)


def write(member_ids: Sequence[int], *, values_are_there: bool = False) -> list[int]:
    """Write the documents of some members as they are now; drop those of who cannot be found.

    Call it in a transaction. Two statements for any number of members.

    Args:
        values_are_there: `add_values` was called for these members already.

    Returns:
        Members who joined or left a company by this: their connections' documents are stale.
    """
    if not values_are_there:
        add_values(member_ids)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"ids": list(member_ids), "version": SCHEMA_VERSION})
        return [member for (member,) in cursor.fetchall()]


def add_values(member_ids: Sequence[int]) -> None:
    """Make sure that each facet value of some members has its row. One statement."""
    execute(_ADD_VALUES, ids=list(member_ids))


def refresh_connections(moved: Sequence[int]) -> None:
    """Correct where the acquaintances of some members have connections. One statement."""
    if moved:
        execute(_REFRESH_CONNECTIONS, ids=list(moved))


def execute(statement: str, **given: Any) -> int:
    """Run one statement. Returns the number of rows that it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.rowcount


def folded(expression: str) -> str:
    """SQL for a facet value as it is compared: lower case, single spaces, 200 characters."""
    return rf"left(lower(btrim(regexp_replace({expression}, '\s+', ' ', 'g'))), 200)"


_GAP = "' rscgap '"

# Who can be found at all.
_CHOSEN = """chosen AS (
    SELECT *, upper(country_code) AS code FROM recruiter_member
    WHERE id = ANY(%(ids)s) AND closed_at IS NULL AND NOT hidden_from_recruiters
)"""

# From which year of experience on each label holds.
EXPERIENCE = {
    0: "Less than 1 year",
    1: "1 to 2 years",
    3: "3 to 5 years",
    6: "6 to 10 years",
    11: "11 to 20 years",
    21: "More than 20 years",
}

_STARTED = r"started_on ~ '^\d{4}'"
_FIRST_YEAR = f"min(left(started_on, 4)::int) FILTER (WHERE {_STARTED})"
_YEARS = "greatest(0, least(80, extract(year FROM now()) - coalesce({since}, 9999)))"
_EXPERIENCE = "CASE {} END".format(
    " ".join(
        f"WHEN years >= {least} THEN '{label}'"
        for least, label in sorted(EXPERIENCE.items(), reverse=True)
    )
)
_COUNTRIES = ", ".join(f"('{code}', '{name}')" for code, name in countries.NAMES.items())

# Each facet value of each member; each different label is folded once, since that is slow.
_VALUES = f"""positions AS (
    SELECT id, member_id, title, employer, company_id, started_on, ended_on
    FROM recruiter_position WHERE member_id IN (SELECT id FROM chosen)
),
education AS (
    SELECT member_id, school, field_of_study FROM recruiter_education
    WHERE member_id IN (SELECT id FROM chosen)
),
country (code, name) AS (VALUES {_COUNTRIES}),
levels AS (
    SELECT title, {seniority.level_of("title")} AS level
    FROM (SELECT DISTINCT title FROM positions WHERE ended_on = '') AS titles
),
stated AS MATERIALIZED (
    SELECT member_id, kind, label FROM (
        SELECT id AS member_id, 'location' AS kind, location AS label FROM chosen
        UNION ALL SELECT id, 'industry', industry FROM chosen
        UNION ALL SELECT id, 'skill', unnest(skills) FROM chosen
        UNION ALL SELECT member_id, 'title', title FROM positions WHERE ended_on = ''
        UNION ALL SELECT member_id, 'company', employer FROM positions WHERE ended_on = ''
        UNION ALL SELECT member_id, 'past_company', employer FROM positions WHERE ended_on <> ''
        UNION ALL SELECT member_id, 'past_title', title FROM positions WHERE ended_on <> ''
        UNION ALL SELECT member_id, 'school', school FROM education
        UNION ALL SELECT member_id, 'field_of_study', field_of_study FROM education
        UNION ALL SELECT id, 'language', unnest(languages) FROM chosen
        UNION ALL SELECT chosen.id, 'country', country.name FROM chosen JOIN country USING (code)
        UNION ALL SELECT id, 'region', concat_ws(', ', region, country.name)
            FROM chosen LEFT JOIN country USING (code) WHERE region <> ''
        UNION ALL SELECT member_id, 'seniority', level
            FROM positions JOIN levels USING (title) WHERE ended_on = ''
        UNION ALL SELECT member_id, 'tenure', {_EXPERIENCE} FROM (
            SELECT member_id, {_YEARS.format(since="left(started_on, 4)::int")} AS years
            FROM positions WHERE ended_on = '' AND {_STARTED}
        ) AS tenure
        UNION ALL SELECT member_id, 'experience', {_EXPERIENCE} FROM (
            SELECT member_id, {_YEARS.format(since=_FIRST_YEAR)} AS years
            FROM positions GROUP BY member_id
        ) AS experience
    ) AS every_value
    WHERE label <> ''
),
told AS MATERIALIZED (
    SELECT kind, label, {folded("label")} AS folded
    FROM (SELECT DISTINCT kind, label FROM stated) AS each_label
    WHERE btrim(label) <> ''
)"""

# Sorted, so that two writers wait for each other instead of deadlocking.
_ADD_VALUES = f"""
WITH {_CHOSEN}, {_VALUES}
INSERT INTO recruiter_facetvalue (kind, label, folded)
SELECT kind, min(left(btrim(label), 200)), folded FROM told
WHERE NOT EXISTS (
    SELECT FROM recruiter_facetvalue AS known
    WHERE known.kind = told.kind AND known.folded = told.folded
)
GROUP BY kind, folded ORDER BY kind, folded
ON CONFLICT (kind, folded) DO NOTHING
"""


def connected_companies(member: str) -> str:
    """SQL for the companies at which a member's first-degree connections work now."""
    return f"""ARRAY(
        SELECT DISTINCT work.company_id FROM recruiter_connection AS known
        JOIN recruiter_position AS work ON work.member_id = known.other_id
        JOIN recruiter_member AS other ON other.id = known.other_id
        WHERE known.member_id = {member}
            AND work.ended_on = '' AND work.company_id IS NOT NULL
            AND other.closed_at IS NULL AND NOT other.hidden_from_recruiters
        ORDER BY work.company_id
    )"""


def _words(expression: str, weight: str) -> str:
    # A vector holds 1 MB; a summary longer than this is not read to its end.
    text = f"rsc_plain(left({expression}, 100000))"
    return f"setweight(to_tsvector('rsc_words', {text}), '{weight}')"


# Names once more, each lexeme marked as one: what `name:` asks for (words.NAME).
_NAMES = f"""COALESCE((
    SELECT string_agg(
        $$'$$ || '{words.NAME}' || replace(replace(lexeme, $$\\$$, $$\\\\$$), $$'$$, $$''$$)
        || $$':$$ || array_to_string(positions, ','), ' ')::tsvector
    FROM unnest(to_tsvector('rsc_words', rsc_plain(m.first_name || ' ' || m.last_name)))
), ''::tsvector)"""

_WORDS = " || ".join(
    [
        _words(f"concat_ws({_GAP}, work.titles_now, m.first_name || ' ' || m.last_name, '')", "A"),
        _words(f"concat_ws({_GAP}, m.headline, '')", "B"),
        _words(
            f"concat_ws({_GAP}, array_to_string(m.skills, {_GAP}), work.titles_then,"
            " work.employers, '')",
            "C",
        ),
        _words(f"concat_ws({_GAP}, m.summary, study.schools, m.location, m.industry)", "D"),
        _NAMES,
    ]
)

_COLUMNS = (
    "words", "facets", "current_company_ids", "connected_company_ids", "open_publicly",
    "open_privately", "last_seen_at", "last_replied_at", "experience_years", "completeness",
    "schema_version",
)  # fmt: skip

_WRITE = f"""
WITH {_CHOSEN}, {_VALUES},
work AS (
    SELECT member_id,
        string_agg(title, {_GAP} ORDER BY started_on DESC, id)
            FILTER (WHERE ended_on = '') AS titles_now,
        string_agg(title, {_GAP} ORDER BY started_on DESC, id)
            FILTER (WHERE ended_on <> '') AS titles_then,
        string_agg(employer, {_GAP} ORDER BY started_on DESC, id) AS employers,
        array_agg(DISTINCT company_id)
            FILTER (WHERE ended_on = '' AND company_id IS NOT NULL) AS companies,
        {_FIRST_YEAR} AS since
    FROM positions GROUP BY member_id
),
study AS (
    SELECT member_id,
        string_agg(concat_ws({_GAP}, school, field_of_study), {_GAP} ORDER BY id) AS schools
    FROM recruiter_education WHERE member_id IN (SELECT id FROM chosen) GROUP BY member_id
),
facets AS (
    SELECT stated.member_id, array_agg(DISTINCT value.id ORDER BY value.id) AS ids
    FROM stated
    JOIN told USING (kind, label)
    JOIN recruiter_facetvalue AS value USING (kind, folded)
    GROUP BY stated.member_id
),
-- What stood there before this statement, for who joined or left a company.
before AS (
    SELECT member_id, current_company_ids FROM recruiter_memberdocument
    WHERE member_id = ANY(%(ids)s)
),
gone AS (
    DELETE FROM recruiter_memberdocument
    WHERE member_id = ANY(%(ids)s) AND member_id NOT IN (SELECT id FROM chosen)
),
fresh AS (
    SELECT m.id AS member_id, ts_delete({_WORDS}, 'rscgap') AS words,
        coalesce(facets.ids, '{{}}') AS facets,
        coalesce(work.companies, '{{}}') AS current_company_ids,
        {connected_companies("m.id")} AS connected_company_ids,
        m.openness = 'public' AS open_publicly, m.openness = 'private' AS open_privately,
        m.last_seen_at, m.last_replied_at,
        {_YEARS.format(since="work.since")} AS experience_years,
        ((m.headline <> '')::int + (m.summary <> '')::int + (m.location <> '')::int
            + (m.industry <> '')::int + (cardinality(m.skills) >= 3)::int
            + (work.titles_now IS NOT NULL)::int + (work.titles_then IS NOT NULL)::int
            + (study.schools IS NOT NULL)::int) * 100 / 8 AS completeness,
        %(version)s AS schema_version
    FROM chosen AS m
    LEFT JOIN work ON work.member_id = m.id
    LEFT JOIN study ON study.member_id = m.id
    LEFT JOIN facets ON facets.member_id = m.id
),
-- Rows that are right already stay as they are: their index entries are the costly part.
written AS (
    INSERT INTO recruiter_memberdocument AS old (member_id, {", ".join(_COLUMNS)})
    SELECT member_id, {", ".join(_COLUMNS)} FROM fresh ORDER BY member_id
    ON CONFLICT (member_id) DO UPDATE
    SET {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)}
    WHERE ({", ".join(f"old.{column}" for column in _COLUMNS)})
        IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in _COLUMNS)})
)
SELECT coalesce(before.member_id, fresh.member_id)
FROM before FULL JOIN fresh USING (member_id)
WHERE coalesce(before.current_company_ids, '{{}}')
    IS DISTINCT FROM coalesce(fresh.current_company_ids, '{{}}')
"""

_REFRESH_CONNECTIONS = f"""
UPDATE recruiter_memberdocument AS stale SET connected_company_ids = fresh.companies
FROM (
    SELECT near.id, {connected_companies("near.id")} AS companies
    FROM (
        SELECT DISTINCT member_id AS id FROM recruiter_connection WHERE other_id = ANY(%(ids)s)
    ) AS near
) AS fresh
WHERE stale.member_id = fresh.id AND stale.connected_company_ids <> fresh.companies
"""
