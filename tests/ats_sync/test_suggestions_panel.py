"""Records of an ATS that may be a member, on the member's ATS tab."""

from __future__ import annotations

import pytest

from ats_sync.models import Match
from tests import factories


@pytest.fixture
def suggested(ats, mae) -> Match:
    """A record that resembles Mae's profile."""
    candidate = factories.CandidateFactory(ats=ats, external_id="CAND-77")
    evidence = {"label": "Strong", "reasons": ["+ Same town"]}
    state = Match.State.SUGGESTED
    return factories.MatchFactory(candidate=candidate, member=mae, state=state, evidence=evidence)


def tab(client, member) -> str:
    return client.get(f"/ats/members/{member.public_id}/history/").content.decode()


def decide(client, match, same: str):
    path = f"/ats/members/{match.member.public_id}/candidates/{match.candidate_id}/decide/"
    return client.post(path, {"same": same})


def test_a_suggestion_says_which_record_and_why(browse, ada, mae, suggested):
    page = tab(browse(ada), mae)
    assert "CAND-77 in Acme ATS" in page
    assert "+ Same town" in page
    assert "Same person" in page


def test_a_hiring_manager_reads_but_does_not_decide(browse, hal, contract, mae, suggested):
    stage = factories.ProjectStageFactory(project__contract=contract)
    factories.ProspectFactory(stage=stage, member=mae)
    assert "Same person" not in tab(browse(hal), mae)
    assert decide(browse(hal), suggested, "yes").status_code == 403


@pytest.mark.parametrize(("same", "state"), [("yes", "confirmed"), ("no", "rejected")])
def test_a_recruiter_decides_with_one_press(browse, ada, mae, suggested, same, state):
    response = decide(browse(ada), suggested, same)
    assert response["Location"] == f"/talent/profile/{mae.public_id}/?tab=ats"
    suggested.refresh_from_db()
    assert suggested.state == state
    assert "may be Mae" not in tab(browse(ada), mae)


def test_who_comes_second_is_told_so(browse, ada, bo, mae, suggested):
    decide(browse(bo), suggested, "no")
    decide(browse(ada), suggested, "yes")
    suggested.refresh_from_db()
    assert suggested.state == "rejected"


def test_a_record_hidden_from_the_seat_is_not_suggested_to_it(browse, ada, ats, mae, suggested):
    ats.integrations.get(integration_type="IN_ATS_INDICATOR").settings.all().delete()
    factories.ApplicationFactory(candidate=suggested.candidate, external_job_id="SECRET-1")
    assert "CAND-77" not in tab(browse(ada), mae)
    assert decide(browse(ada), suggested, "yes").status_code == 404
