"""The administrators' desk for links: review, decide, and learn why somebody has none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ats_sync import candidates, links, matching
from ats_sync.models import Candidate, IdentityBlock, Match
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db
WHY = "/admin/ats_sync/why/"


@pytest.fixture
def resembling(ats, drain):
    """Two members of one name; the candidate bears it too, but shares no address with them."""
    members = [
        factories.MemberFactory(first_name="Chiara", last_name="Dubois", city="Lyon"),
        factories.MemberFactory(first_name="Chiara", last_name="Dubois", city="Lyon"),
    ]
    matching.rematch_members([member.pk for member in members])
    sent = records.candidate(
        "C-1",
        first_name="Chiara",
        last_name="Dubois",
        emails=["c.dubois@work.test"],
        addresses=[{"city": "Lyon", "country": "fr"}],
    )
    candidates.upsert(ats, [sent])
    drain()
    return members


def review(client, action: str) -> str:
    chosen = Match.objects.filter(state="suggested").order_by("pk")[:1]
    data = {"action": action, "_selected_action": [match.pk for match in chosen]}
    return client.post("/admin/ats_sync/match/", data, follow=True).content.decode()


def asked(client, text: str) -> str:
    return client.post(WHY, {"text": text}).content.decode()


def test_suggestions_wait_for_review_with_their_reasons(resembling, root, browse):
    page = browse(root).get("/admin/ats_sync/match/?state__exact=suggested").content.decode()
    assert page.count("+ First name the same") + page.count("+ Same name") >= 1
    assert "Same town" in page


def test_the_queue_shows_times_in_the_readers_zone(resembling, root, browse):
    Match.objects.update(decided_at=datetime(2026, 3, 4, 2, 30, tzinfo=UTC))
    root.time_zone = "America/Chicago"
    root.save()
    page = browse(root).get("/admin/ats_sync/match/").content.decode()
    assert "2026-03-03 20:30" in page


def test_a_confirmed_suggestion_is_a_link_that_no_rule_takes_away(resembling, root, browse, drain):
    assert "1 confirmed." in review(browse(root), "confirm")
    link = Match.objects.get(state="confirmed")
    assert link.decided_by == root
    matching.rematch_members([link.member_id])
    drain()
    assert Match.objects.get(pk=link.pk).state == "confirmed"


def test_a_rejected_suggestion_never_comes_back(resembling, root, browse, drain):
    assert "1 rejected." in review(browse(root), "reject")
    rejected = Match.objects.get(state="rejected")
    assert IdentityBlock.objects.standing().filter(member=rejected.member_id).exists()
    matching.rematch_members([member.pk for member in resembling])
    drain()
    assert Match.objects.get(pk=rejected.pk).state == "rejected"


def test_what_was_decided_meanwhile_is_left_alone(resembling, root, browse):
    suggested = Match.objects.filter(state="suggested").first()
    data = {"action": "confirm", "_selected_action": [suggested.pk]}
    Match.objects.filter(pk=suggested.pk).update(state="unlinked")
    page = browse(root).post("/admin/ats_sync/match/", data, follow=True).content.decode()
    assert "1 could not be decided like that" in page
    assert Match.objects.get(pk=suggested.pk).state == "unlinked"


def test_why_names_a_record_that_never_came(ats, root, browse):
    assert "No ATS has sent a record" in asked(browse(root), "Nobody Atall")


def test_why_says_between_whom_it_is_ambiguous(resembling, root, browse):
    page = asked(browse(root), "chiara dubois")
    assert "Not matched." in page
    assert "No member has the address c.dubois@work.test." in page
    assert "Ambiguous between Chiara Dubois, Chiara Dubois" in page


def test_why_says_who_unlinked_and_when(ats, ada, root, browse):
    member = factories.MemberFactory(first_name="Amara", last_name="Abbott")
    factories.MemberEmailFactory(member=member, address="amara@post.test")
    sent = {"first_name": "Amara", "last_name": "Abbott", "emails": ["amara@post.test"]}
    candidates.upsert(ats, [records.candidate("C-1", **sent)])
    client = browse(root)
    assert "Linked to Amara Abbott: matched by a rule (email)." in asked(client, "amara@post.test")
    links.link(ada, Candidate.objects.get(), member)
    assert "Linked to Amara Abbott: linked by hand by Ada Recruiter." in asked(client, "C-1")
    links.unlink(ada, Candidate.objects.get(), member)
    assert "Unlinked by a person: Amara Abbott, by Ada Recruiter." in asked(client, "C-1")


@pytest.mark.parametrize(
    ("emails", "words"),
    [
        ([], "has no usable e-mail address"),
        (["jobs@corp.test"], "placeholder or the address of an office"),
        (["hidden@post.test"], "hides from recruiters or has left"),
        (["unsure@post.test"], "has not verified it"),
    ],
)
def test_why_names_what_is_wrong_with_an_address(ats, root, browse, emails, words):
    hidden = factories.MemberFactory(hidden_from_recruiters=True)
    factories.MemberEmailFactory(member=hidden, address="hidden@post.test")
    factories.MemberEmailFactory(address="unsure@post.test", verified_at=None)
    candidates.upsert(ats, [records.candidate("C-1", emails=emails)])
    assert words in asked(browse(root), "C-1")


def test_others_are_turned_away(ada, browse, client):
    assert client.get(WHY).status_code == 302
    assert browse(ada).get(WHY).status_code == 302
