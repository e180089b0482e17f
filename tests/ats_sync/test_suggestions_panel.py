"""Records of an ATS that may be a member, on the member's ATS tab."""

from __future__ import annotations

import pytest

from ats_sync import candidates
from ats_sync.models import IdentityBlock, Match
from rsc.models import AuditEntry
from tests import factories
from tests.ats_sync import records


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
    assert "Same person" not in tab(browse(ada), mae)


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


def test_what_was_rejected_can_be_taken_back(browse, ada, mae, ats, drain):
    """Rejected and taken back leaves what the rule says, and both are in the audit."""
    factories.MemberEmailFactory(member=mae, address="mae@post.test", primary=False)
    candidates.upsert(ats, [records.candidate(emails=["mae@post.test"], first_name="Maeve")])
    drain()
    pair = Match.objects.get(member=mae)
    decide(browse(ada), pair, "no")
    drain()
    page = tab(browse(ada), mae)
    assert "Take back" in page
    assert "Same person" not in page
    decide(browse(ada), pair, "undo")
    drain()
    before = pair.state
    pair.refresh_from_db()
    assert pair.state == before == "suggested"
    assert not IdentityBlock.objects.standing().exists()
    verbs = AuditEntry.objects.filter(verb__startswith="match.").values_list("verb", flat=True)
    assert sorted(verbs) == ["match.rejected", "match.taken_back"]


def test_nobody_takes_back_what_nobody_decided(browse, ada, mae, suggested):
    decide(browse(ada), suggested, "undo")
    suggested.refresh_from_db()
    assert suggested.state == "suggested"


def test_a_strangers_company_decides_nothing(browse, cy, mae, suggested):
    for same in ("yes", "no", "undo"):
        assert decide(browse(cy), suggested, same).status_code == 404
    suggested.refresh_from_db()
    assert suggested.state == "suggested"
