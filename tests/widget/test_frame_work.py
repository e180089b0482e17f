"""What a recruiter reads of the team and does for the candidate without leaving the ATS."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from recruiter import inmail, notes
from recruiter.models import (
    Activity,
    Connection,
    Conversation,
    Follow,
    InMail,
    Member,
    RecruiterNote,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def catherine(candidate) -> Member:
    """The member to whom the record is linked."""
    member = factories.MemberFactory(first_name="Catherine", last_name="Silva")
    factories.MatchFactory(candidate=candidate, member=member)
    return member


def knows(one: Member, other: Member) -> None:
    Connection.objects.bulk_create(
        [Connection(member=one, other=other), Connection(member=other, other=one)]
    )


# ------------------------------------------------------------------------------- who knows whom
def test_the_connection_path_names_those_in_between(bear, ada, catherine):
    me = factories.MemberFactory(user=ada.user, public_id=ada.user.person_id)
    names = ("Gabriel", "Hugo", "Ines", "Jan", "Kai", "Lea")
    friends = [factories.MemberFactory(first_name=name, last_name="Francis") for name in names]
    for friend in friends:
        knows(me, friend)
        knows(friend, catherine)
    text = bear(ada).post().text
    assert "Connection path" in text
    assert text.index("Gabriel Francis") < text.index("Kai Francis") < text.index("Show more")
    assert text.index("Show more") < text.index("Lea Francis")


def test_a_friend_who_hides_is_on_no_path(bear, ada, catherine):
    me = factories.MemberFactory(user=ada.user, public_id=ada.user.person_id)
    shy = factories.MemberFactory(first_name="Shy", hidden_from_recruiters=True)
    knows(me, shy)
    knows(shy, catherine)
    text = bear(ada).post().text
    assert "Shy" not in text
    assert "Connection path" not in text


# ----------------------------------------------------------------------------------- messages
def test_an_inmail_is_sent_from_the_frame_and_stands_in_the_table(bear, ada, catherine):
    frame = bear(ada)
    answer = frame.post(
        "message", member=catherine.public_id, subject="A role", body="Shall we talk?"
    )
    assert "Your InMail to Catherine Silva is sent." in answer.text
    assert "Shall we talk?" in answer.text
    assert "Last InMail by you" in frame.post("message-form", member=catherine.public_id).text
    assert Conversation.objects.get().seat == ada
    assert Activity.objects.filter(verb=Activity.Verb.MESSAGED, seat=ada).count() == 1


def test_a_message_that_cannot_go_is_kept_with_the_reason(bear, ada, catherine):
    answer = bear(ada).post("message", member=catherine.public_id, subject="", body="Half a text")
    assert "Please write a subject." in answer.text
    assert "Half a text" in answer.text
    assert not InMail.objects.exists()


def test_who_takes_no_messages_is_not_offered_one(bear, ada, catherine):
    Member.objects.filter(pk=catherine.pk).update(accepts_inmail=False)
    form = bear(ada).post("message-form", member=catherine.public_id).text
    assert "takes no messages from recruiters" in form
    assert "<textarea" not in form


def test_a_colleague_s_text_is_read_only_where_the_company_lets(bear, ada, bo, catherine):
    inmail.send(bo, catherine, subject="Hidden subject", body="Hidden words")
    text = bear(ada).post().text
    assert "Hidden" not in text
    assert f"Only {bo.user.full_name} reads it" in text
    company = ada.contract.company
    company.team_reads_inmail = True
    company.save()
    assert "Hidden words" in bear(ada).post().text


def test_messages_of_another_contract_are_not_there(bear, ada, di, catherine):
    inmail.send(di, catherine, subject="Elsewhere", body="Elsewhere")
    text = bear(ada).post().text
    assert "Elsewhere" not in text
    assert "Nobody on your contract has written" in text


# -------------------------------------------------------------------------------------- notes
def test_notes_are_read_by_rule_and_written_for_the_contract(bear, ada, bo, catherine):
    notes.add(bo, catherine, "For all of us")
    notes.add(bo, catherine, "For me alone", visibility=RecruiterNote.Visibility.PRIVATE)
    answer = bear(ada).post("note", member=catherine.public_id, text="Knows Chicago well")
    for words in ("Your note is saved.", "For all of us", "Knows Chicago well"):
        assert words in answer.text
    assert "For me alone" not in answer.text
    assert bear(ada).post("note", member=catherine.public_id, text=" ").status_code == 200
    assert RecruiterNote.objects.filter(seat=ada).count() == 1


def test_long_lists_are_folded(bear, ada, bo, catherine):
    for number in range(7):
        notes.add(bo, catherine, f"Note {number}")
    RecruiterNote.objects.update(created_at=timezone.now() - timedelta(days=1))
    text = bear(ada).post().text
    assert text.index("Show more") < text.index("Note 1")


# ---------------------------------------------------------------------------------- Update me
def test_update_me_can_be_pressed_again(bear, ada, catherine):
    frame = bear(ada)
    on = frame.post("follow", member=catherine.public_id, on="yes")
    assert "Your feed will say what Catherine Silva changes." in on.text
    assert 'aria-pressed="true"' in on.text
    assert Follow.objects.get().seat == ada
    off = frame.post("follow", member=catherine.public_id, on="no")
    assert 'aria-pressed="false"' in off.text
    assert not Follow.objects.exists()


@pytest.mark.parametrize(
    "action", ["message", "message-form", "save-form", "note", "follow", "undo"]
)
def test_who_may_not_work_or_see_the_member_does_nothing(bear, ada, hal, catherine, action):
    said = {"member": catherine.public_id, "text": "x", "subject": "x", "body": "x"}
    assert bear(hal).post(action, **said).status_code == 404
    said["member"] = "AAAAAAAAAAA"
    assert bear(ada).post(action, **said).status_code == 404
    assert not InMail.objects.exists()
    assert not RecruiterNote.objects.exists()
    assert not Follow.objects.exists()
