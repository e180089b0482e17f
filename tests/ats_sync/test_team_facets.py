"""Search facets of applications: each seat finds and counts what its ACLs open, no more."""

# ruff: noqa: F401, F811 - fixtures of other tests
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ats_sync import footprints
from ats_sync.models import ApplicationStage, Match
from recruiter import search
from tests import factories
from tests.ats_sync.test_footprints import assign, hidden_by_default, secure
from tests.recruiter.test_facets import look, make, names_in, panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def applied(hidden_by_default, drain):
    """Ann applied to an open job, Ben to one that an ACL opens; Cem was taken for Ben once."""
    ats, found = hidden_by_default, {}
    for name, job, source, year in (
        ("Ann", "Pilot", "Referral", 2024),
        ("Ben", "Board member", "Headhunter", 2026),
    ):
        candidate = factories.CandidateFactory(ats=ats)
        found[name] = make(name)
        factories.MatchFactory(candidate=candidate, member=found[name])
        application = factories.ApplicationFactory(
            candidate=candidate,
            external_job_id=job,
            job_name=job,
            source=source,
            access_restricted=name == "Ben",
            external_created_at=datetime(year, 3, 5, tzinfo=UTC),
        )
        ApplicationStage.objects.create(
            ats=ats, application=application, external_id=name, name=f"{job} interview",
            entered_at=factories.LONG_AGO, received_at=factories.LONG_AGO,
            external_application_id=application.external_id,
        )  # fmt: skip
    found["Cem"] = make("Cem")
    factories.MatchFactory(candidate=candidate, member=found["Cem"], state=Match.State.REJECTED)
    search.index().put([member.pk for member in found.values()])
    return found


@pytest.fixture
def rights(hidden_by_default, applied, ada, drain):
    """Ada alone holds the ACL of the secured job."""
    secure(hidden_by_default, "BOARD", job="Board member")
    assign(hidden_by_default, ada, "BOARD")
    footprints.refresh_ats(hidden_by_default.pk)
    drain()


SECURED = {
    "ats_job": "Board member",
    "ats_stage": "Board member interview",
    "ats_source": "Headhunter",
    "applied": "2026",
}
OPEN = {
    "ats_job": "Pilot",
    "ats_stage": "Pilot interview",
    "ats_source": "Referral",
    "applied": "2024-03-05..2024-03",
}


@pytest.mark.parametrize("kind", sorted(SECURED))
def test_three_seats_with_three_rights_find_and_count_three_things(
    look,
    panel,
    rights,
    ada,
    bo,
    cy,
    kind,
):
    assert names_in(look(ada, **{kind: SECURED[kind]})) == ["Ben"]
    assert names_in(look(bo, **{kind: SECURED[kind]})) == []
    assert names_in(look(bo, **{kind: OPEN[kind]})) == ["Ann"]
    assert names_in(look(bo, **{f"{kind}.not": SECURED[kind]})) == ["Ann", "Ben", "Cem"]
    assert names_in(look(cy, **{kind: OPEN[kind]})) == []
    if kind != "applied":
        assert panel(ada, kind) == {OPEN[kind]: "1", SECURED[kind]: "1"}
        assert panel(bo, kind) == {OPEN[kind]: "1"}
        assert panel(cy, kind) == {}


def test_in_which_ats_somebody_is_and_in_none(look, panel, rights, ada, bo, cy):
    assert panel(ada, "ats") == {"Acme ATS": "2", "Any ATS": "2"}
    assert panel(bo, "ats") == {"Acme ATS": "1", "Any ATS": "1"}
    assert names_in(look(ada, **{"ats.not": "any"})) == ["Cem"]
    assert names_in(look(bo, **{"ats.not": "Acme ATS"})) == ["Ben", "Cem"]
    assert names_in(look(cy, **{"ats.not": "any"})) == ["Ann", "Ben", "Cem"]
    assert "Stage reached" in look(bo)
    assert "Stage reached" not in look(cy)


@pytest.mark.parametrize("span", ["2024-02-30..", "yesterday", "..", "5..6"])
def test_a_span_that_is_none_finds_nobody_or_everybody_and_never_fails(
    look,
    rights,
    ada,
    span,
):
    assert names_in(look(ada, applied=span)) in ([], ["Ann", "Ben"])
