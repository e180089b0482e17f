"""What the frame shows in each of its states, and what its buttons do."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from ats_sync import matching
from ats_sync.batches import batch
from ats_sync.models import Integration, IntegrationSetting, Match
from recruiter.models import Activity, Connection, ContactShare, Education, Prospect, Recommendation
from recruiter.search import index
from rsc.models import AuditEntry, Seat
from tests import factories


@pytest.fixture
def catherine(candidate):
    """The guide's project manager, linked to the candidate by her address."""
    candidate.first_name, candidate.last_name = "Catherine", "Silva"
    candidate.emails = ["CSilva@gmail.com"]
    candidate.save()
    member = factories.MemberFactory(
        first_name="Catherine",
        last_name="Silva",
        headline="Project Manager at Acme",
        location="Greater Chicago Area",
        industry="Computer Software",
        website="https://silva.example.org",
        skills=[f"Skill {number}" for number in range(1, 15)],
    )
    factories.MemberEmailFactory(member=member, address="private@silva.test")
    factories.PositionFactory(member=member, title="Project Manager", employer="Acme")
    factories.PositionFactory(
        member=member, title="Project Manager", employer="Mintone", ended_on="2015-01"
    )
    factories.PositionFactory(
        member=member, title="Project Manager", employer="44Elk", ended_on="2012-06"
    )
    Education.objects.create(member=member, school="Georgia Institute of Technology")
    Recommendation.objects.create(
        member=member,
        author_name="Barbara Allen",
        author_headline="Software Engineer at Acme",
        text="Catherine Silva is an amazing person.",
    )
    factories.MatchFactory(candidate=candidate, member=member)
    return member


def events(response) -> dict[str, dict[str, str]]:
    return json.loads(response.headers.get("HX-Trigger", "{}"))


# ------------------------------------------------------------------------------- signed out
def test_signed_out_the_frame_holds_no_personal_data(client, frame_query, catherine):
    text = client.get("/widget/v1/frame", frame_query).text
    assert "Sign in" in text
    for secret in ("Catherine", "Silva", "Mae", "gmail", catherine.public_id):
        assert secret not in text


def test_the_frame_sets_no_cookie(client, frame_query):
    assert not client.get("/widget/v1/frame", frame_query).cookies


def test_an_id_from_the_query_is_only_text(client, frame_query):
    spiked = frame_query | {"ats_candidate_id": '"><script>alert(1)</script>'}
    assert "<script>alert" not in client.get("/widget/v1/frame", spiked).text


# -------------------------------------------------------------------------------- one match
def test_a_match_shows_the_profile_of_the_guide(bear, ada, bo, catherine):
    Activity.objects.create(
        member=catherine,
        seat=bo,
        verb=Activity.Verb.SAVED,
        at=datetime(2014, 1, 8, 9, 0, tzinfo=UTC),
    )
    text = bear(ada).post().text
    for words in (
        "Catherine Silva",
        "Project Manager at Acme",
        "Greater Chicago Area | Computer Software",
        "Project Manager at Mintone",
        "Project Manager at 44Elk",
        "Georgia Institute of Technology",
        "CSilva@gmail.com",
        "https://silva.example.org",
        "Barbara Allen",
        "Not the right profile?",
        "View in Recruiter",
        f"/talent/profile/{catherine.public_id}/",
        "Saved to project by Bo Colleague",
        "January 8, 2014, 9:00 AM",
    ):
        assert words in text, words


def test_skills_after_the_eleventh_are_folded(bear, ada, catherine):
    folded = bear(ada).post().text.partition("Skill 11</li>")[2]
    assert "Skill 12</li>" in folded
    assert "<summary>Show more</summary>" in folded


def test_only_the_addresses_of_the_ats_are_shown(bear, ada, catherine):
    assert "private@silva.test" not in bear(ada).post().text


def test_what_the_member_shared_with_the_company_is_shown_to_it(bear, ada, catherine, freshing):
    share = ContactShare.objects.create(
        member=catherine, company=freshing, phone="+13125551234", shared_at=factories.LONG_AGO
    )
    assert "+13125551234" in bear(ada).post().text
    share.withdrawn_at = factories.LONG_AGO
    share.save()
    assert "+13125551234" not in bear(ada).post().text


def test_times_are_in_the_recruiters_zone(bear, ada, bo, catherine):
    ada.user.time_zone = "America/Chicago"
    ada.user.save()
    Activity.objects.create(
        member=catherine, seat=bo, verb="saved", at=datetime(2014, 1, 8, 15, 0, tzinfo=UTC)
    )
    assert "January 8, 2014, 9:00 AM" in bear(ada).post().text


def test_the_degree_says_how_near_the_member_is(bear, ada, catherine):
    me = factories.MemberFactory(user=ada.user)
    assert "· 3rd" in bear(ada).post().text
    friend = factories.MemberFactory()
    Connection.objects.create(member=me, other=friend)
    Connection.objects.create(member=friend, other=catherine)
    assert "· 2nd" in bear(ada).post().text
    Connection.objects.create(member=me, other=catherine)
    assert "· 1st" in bear(ada).post().text


def test_looking_is_a_team_activity_once_a_day(bear, ada, bo, catherine):
    bear(ada).post()
    bear(ada).post()
    assert Activity.objects.filter(verb="viewed", seat=ada, member=catherine).count() == 1
    assert "Viewed by Ada Recruiter" in bear(bo).post().text


def test_another_contracts_activities_stay_there(bear, di, ada, catherine):
    Activity.objects.create(
        member=catherine, seat=ada, verb="saved", at=datetime(2014, 1, 8, 9, 0, tzinfo=UTC)
    )
    text = bear(di).post().text
    assert "Catherine Silva" in text
    assert "Saved to project by" not in text


def test_the_number_of_queries_does_not_grow(bear, ada, bo, catherine, django_assert_num_queries):
    bear(ada).post()
    frame = bear(ada)
    with django_assert_num_queries(16):
        frame.post()
    for number in range(20):
        factories.PositionFactory(member=catherine, ended_on="2001")
        Education.objects.create(member=catherine, school=f"School {number}")
        Recommendation.objects.create(member=catherine, author_name=f"Author {number}", text="+")
        Activity.objects.create(
            member=catherine, seat=bo, verb="saved", at=datetime(2014, 1, 8, number, tzinfo=UTC)
        )
    with django_assert_num_queries(16):
        frame.post()


def test_several_contracts_can_be_changed(bear, ada, freshing, catherine):
    assert "Change contract" not in bear(ada).post().text
    factories.SeatFactory(contract=factories.ContractFactory(company=freshing), user=ada.user)
    assert "Change contract" in bear(ada).post().text


# ------------------------------------------------------------------- unknown, hidden, switched off
def test_an_unknown_candidate_says_why(bear, ada, candidate):
    for unknown in ("CAND-8", "", "cand-7", "a\x00b"):
        text = bear(ada).post(ats_candidate_id=unknown).text
        assert "No profile for this record" in text
        assert "has not sent the record yet" in text


def test_a_hidden_requisition_hides_the_candidate_as_if_unknown(bear, ada, candidate, catherine):
    factories.ApplicationFactory(candidate=candidate, access_restricted=True)
    IntegrationSetting.objects.filter(key=IntegrationSetting.Key.APPLICATION_VIEWERS).delete()
    hidden = bear(ada).post().text
    unknown = bear(ada).post(ats_candidate_id="CAND-8").text
    assert hidden == unknown


def test_a_member_who_hides_is_no_match(bear, ada, catherine):
    catherine.hidden_from_recruiters = True
    catherine.save()
    text = bear(ada).post().text
    assert "No profile is linked to Catherine Silva" in text
    assert catherine.public_id not in text


def test_the_widget_works_while_the_indicator_is_off(bear, ada, candidate, catherine):
    candidate.ats.integrations.filter(integration_type=Integration.Type.IN_ATS_INDICATOR).update(
        status=Integration.Status.DISABLED
    )
    assert "Greater Chicago Area" in bear(ada).post().text


def test_switching_the_widget_off_ends_it_at_once(bear, ada, candidate, catherine):
    frame = bear(ada)
    candidate.ats.integrations.filter(integration_type=Integration.Type.PROFILE_PLUGIN).update(
        status=Integration.Status.DISABLED
    )
    for action in ("content", "members", "link", "unlink", "save"):
        text = frame.post(action, member=catherine.public_id, name="Silva").text
        assert "not switched on" in text
        assert "Catherine" not in text
    assert Match.objects.live().count() == 1


# ------------------------------------------------------------------------- linking by hand
def test_no_match_offers_people_of_that_name(bear, ada, candidate, mae):
    otto = factories.MemberFactory(first_name="Otto", last_name="Other")
    index().put([mae.pk, otto.pk])
    text = bear(ada).post().text
    assert "No profile is linked to Mae Norris" in text
    assert 'value="Mae Norris"' in text
    assert mae.public_id in text
    assert "Otto" not in text


def test_another_name_can_be_looked_up(bear, ada, candidate, mae):
    index().put([mae.pk])
    frame = bear(ada)
    assert mae.public_id in frame.post("members", name="Maria norris").text
    assert "Nobody fits" in frame.post("members", name="Nobody").text
    assert "Write a name" in frame.post("members", name="  ").text
    mae.closed_at = datetime.now(UTC)
    mae.save()
    assert mae.public_id not in frame.post("members", name="norris").text


@pytest.mark.parametrize("name", ['"', "or", "-x", "Mae -Norris OR", "a\x00b", "(", "x" * 5000])
def test_no_name_breaks_the_lookup(bear, ada, candidate, name):
    assert bear(ada).post("members", name=name).status_code == 200


def test_linking_by_hand_shows_the_profile_and_tells_the_host_once(bear, ada, candidate, mae):
    response = bear(ada).post("link", member=mae.public_id)
    assert events(response) == {"rsc:linked": {"person": f"urn:li:person:{mae.public_id}"}}
    assert "Greater Chicago Area" in response.text
    assert Match.objects.get(candidate=candidate, member=mae).state == Match.State.MANUAL
    assert AuditEntry.objects.filter(verb="match.linked", seat=ada).count() == 1
    assert Activity.objects.filter(verb="linked", seat=ada, member=mae).count() == 1
    again = bear(ada).post()
    assert "Greater Chicago Area" in again.text
    assert not events(again)


def test_unlinking_leads_to_the_search_and_tells_the_host_once(bear, ada, candidate, catherine):
    response = bear(ada).post("unlink", member=catherine.public_id)
    assert events(response) == {"rsc:unlinked": {"person": f"urn:li:person:{catherine.public_id}"}}
    assert "No profile is linked to Catherine Silva" in response.text
    assert Match.objects.get(candidate=candidate).state == Match.State.UNLINKED
    assert not events(bear(ada).post("unlink", member=catherine.public_id))


def test_where_nobody_is_linked_the_frame_says_why(bear, ada, hal, candidate, catherine, mae):
    bear(ada).post("unlink", member=catherine.public_id)
    text = bear(ada).post().text
    assert "Ada Recruiter said on" in text
    assert "that this is not Catherine Silva. No rule links the two again." in text
    assert "Catherine Silva. No rule" not in bear(hal).post().text, "whom hal may not see"
    candidate.matches.update(member=mae, state=Match.State.SUPERSEDED)
    assert "No member could be told for certain from what Acme ATS sent." in bear(ada).post().text
    candidate.emails = []
    candidate.save()
    text = bear(hal).post().text
    assert "Acme ATS sent no e-mail address with this record" in text
    assert "A recruiter on your contract can link a profile by hand." in text


def test_a_link_made_by_hand_is_undone_to_what_was_before(bear, ada, candidate, catherine, mae):
    frame = bear(ada)
    for before in (Match.State.AUTOMATIC, Match.State.CONFIRMED, Match.State.MANUAL):
        candidate.matches.update(state=Match.State.SUPERSEDED)
        candidate.matches.filter(member=catherine).update(state=before)
        linked = frame.post("link", member=mae.public_id)
        assert "Catherine Silva is linked to Mae Norris now." in linked.text
        undone = undo(frame, linked)
        assert "Undone" in undone.text
        assert "Project Manager at Acme" in undone.text
        assert candidate.matches.live().get().member == catherine
    assert events(undone) == {"rsc:linked": {"person": str(catherine.urn)}}


def test_a_link_taken_away_comes_back_as_it_was(bear, ada, candidate, mae):
    """Mae's address makes the rule's own link."""
    candidate.email_keys = candidate.emails
    candidate.save()
    with batch(candidate.ats_id):
        matching.rematch(candidate.ats, [candidate.pk])
    matching.rematch_members([mae.pk])
    frame = bear(ada)
    for state in (Match.State.AUTOMATIC, Match.State.MANUAL):
        candidate.matches.update(state=state)
        gone = frame.post("unlink", member=mae.public_id)
        assert "Mae Norris is no longer linked to Mae Norris." in gone.text
        undone = undo(frame, gone)
        assert "Not the right profile?" in undone.text
        assert events(undone) == {"rsc:linked": {"person": str(mae.urn)}}
        assert candidate.matches.get().state == state
    assert AuditEntry.objects.filter(verb="match.taken_back", seat=ada).count() == 1


def test_a_link_against_an_earlier_word_is_undone_to_that_word(bear, ada, candidate, catherine):
    frame = bear(ada)
    frame.post("unlink", member=catherine.public_id)
    undone = undo(frame, frame.post("link", member=catherine.public_id))
    assert events(undone) == {"rsc:unlinked": {"person": str(catherine.urn)}}
    assert candidate.matches.get().state == Match.State.UNLINKED
    again = frame.post("undo", member=catherine.public_id, how="unlink")
    assert not events(again)


def undo(frame, response):
    """Press the “Undo” of an answer."""
    form = response.text.partition('hx-post="/widget/v1/undo"')[2].partition("</form>")[0]
    return frame.post("undo", **dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)))


def test_without_confirmation_wanted_the_link_goes_with_one_press(bear, ada, catherine):
    asks = bear(ada).post()
    assert "No rule will link the two again" in asks.text
    at_once = bear(ada).post(confirm_unlink="false")
    assert "No rule will link the two again" not in at_once.text
    assert "Not the right profile?" in at_once.text
    assert "Not the right profile?" not in bear(ada).post(show_unlink="false").text


# ---------------------------------------------------------------------------------- saving
def test_saving_to_a_project_shows_in_the_frame(bear, ada, catherine):
    project = factories.ProjectFactory(owner=ada, name="Account Managers")
    frame = bear(ada)
    assert "Account Managers</option>" in frame.post("save-form", member=catherine.public_id).text
    text = frame.post("save", member=catherine.public_id, project=project.pk).text
    assert "Saved to Account Managers." in text
    assert "Uncontacted" in text
    assert "Saved to project by Ada Recruiter" in text
    assert Prospect.objects.get(member=catherine).project == project


def test_a_new_project_can_be_named_on_the_way(bear, ada, catherine):
    text = bear(ada).post("save", member=catherine.public_id, new_project="Chicago").text
    assert "Saved to Chicago." in text
    text = bear(ada).post("save", member=catherine.public_id).text
    assert "Choose a project, or name a new one." in text


def test_nobody_saves_into_a_strangers_project(bear, ada, cy, catherine):
    foreign = factories.ProjectFactory(owner=cy)
    text = bear(ada).post("save", member=catherine.public_id, project=foreign.pk).text
    assert "Choose a project" in text
    assert not Prospect.objects.exists()


def test_several_matches_are_offered_and_the_chosen_one_stays(bear, ada, candidate, catherine):
    twin = factories.MemberFactory(first_name="Cathy", last_name="Silva", headline="Twin")
    factories.MatchFactory(candidate=candidate, member=twin)
    text = bear(ada).post().text
    assert "Which profile is Catherine Silva?" in text
    assert "Twin" in text
    chosen = bear(ada).post("link", member=twin.public_id)
    assert "rsc:linked" in events(chosen)
    assert "Which profile" not in bear(ada).post().text


def test_nobody_links_a_member_they_may_not_see(bear, ada, candidate, mae):
    mae.hidden_from_recruiters = True
    mae.save()
    for member in (mae.public_id, "nobody", "", "a\x00b"):
        response = bear(ada).post("link", member=member)
        assert response.status_code == 404
        assert not events(response)
    assert not Match.objects.exists()


def test_nobody_links_a_candidate_of_another_ats(bear, ada, candidate, mae):
    foreign = factories.CandidateFactory(external_id="ELSEWHERE")
    response = bear(ada).post("link", member=mae.public_id, ats_candidate_id="ELSEWHERE")
    assert response.status_code == 404
    assert not Match.objects.filter(candidate=foreign).exists()


def test_a_hiring_manager_looks_and_does_not_decide(bear, hal, candidate, catherine):
    stage = factories.ProjectStageFactory(project__owner=hal)
    factories.ProspectFactory(member=catherine, stage=stage)
    assert hal.role == Seat.Role.HIRING_MANAGER
    text = bear(hal).post().text
    assert "Greater Chicago Area" in text
    assert "Not the right profile?" not in text
    assert bear(hal).post("unlink", member=catherine.public_id).status_code == 404
    assert bear(hal).post("members", name="Silva").status_code == 404
    assert bear(hal).post("save", member=catherine.public_id, new_project="X").status_code == 404
    assert Match.objects.live().count() == 1


# ------------------------------------------------------------------------------ suggestions
def suggested(candidate, member, **evidence):
    evidence = {"label": "Strong", "reasons": ["+ Same town", "- Different e-mail"]} | evidence
    state = Match.State.SUGGESTED
    return factories.MatchFactory(
        candidate=candidate, member=member, state=state, evidence=evidence
    )


def test_suggestions_are_shown_with_their_reasons_and_linked_with_one_press(
    bear, ada, candidate, mae
):
    suggested(candidate, mae)
    frame = bear(ada)
    text = frame.post().text
    assert "It may be" in text
    assert "Strong" in text
    assert "+ Same town" in text
    response = frame.post("link", member=mae.public_id)
    assert events(response) == {"rsc:linked": {"person": str(mae.urn)}}


def test_nobody_is_suggested_whom_the_seat_may_not_see(bear, ada, hal, candidate, mae):
    mae.hidden_from_recruiters = True
    mae.save()
    suggested(candidate, mae)
    assert "It may be" not in bear(ada).post().text
    assert "It may be" not in bear(hal).post().text


def test_the_frame_itself_asks_little_and_always_the_same(
    client, frame_query, catherine, django_assert_num_queries
):
    with django_assert_num_queries(2):
        client.get("/widget/v1/frame", frame_query)
