"""Writing to members, sharing contact details, and notes: who may, and what follows."""

from __future__ import annotations

import pytest

from recruiter import contact_sharing, inmail, members, notes
from recruiter.models import (
    Activity,
    ContactShare,
    Conversation,
    InMail,
    MemberPhone,
    RecruiterNote,
)
from rsc.models import OutboxEvent
from tests import factories

pytestmark = pytest.mark.django_db

PRIVATE = RecruiterNote.Visibility.PRIVATE
CONTRACT = RecruiterNote.Visibility.CONTRACT


@pytest.fixture
def thread(ada, mae) -> Conversation:
    return inmail.send(ada, mae, subject="A role", body="Are you interested?")


# --------------------------------------------------------------------------------------- InMail
def test_sending_opens_a_thread_and_tells_the_team(ada, mae, thread):
    assert InMail.objects.get().body == "Are you interested?"
    assert Activity.objects.get().verb == Activity.Verb.MESSAGED
    assert thread.state == Conversation.State.AWAITING


def test_who_cannot_be_seen_cannot_be_written_to(ada, mae):
    mae.hidden_from_recruiters = True
    mae.save()
    with pytest.raises(inmail.NotReachable):
        inmail.send(ada, mae, subject="A role", body="Hello")


@pytest.mark.parametrize(("subject", "body"), [(" ", "Hello"), ("A role", " \n")])
def test_an_empty_message_is_not_sent(ada, mae, subject, body):
    with pytest.raises(inmail.NothingToSay):
        inmail.send(ada, mae, subject=subject, body=body)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    ("interested", "state"), [(True, "interested"), (False, "declined"), (None, "awaiting")]
)
def test_an_answer_moves_the_thread_and_is_announced(mae, thread, interested, state):
    message = inmail.reply(mae, thread, "Hello Ada", interested=interested)
    thread.refresh_from_db()
    mae.refresh_from_db()
    assert (thread.state, thread.last_message_at) == (state, message.sent_at)
    assert mae.last_replied_at == message.sent_at
    topics = set(OutboxEvent.objects.values_list("topic", flat=True))
    assert {"inmail.replied", "member.changed"} <= topics


def test_a_recruiter_may_write_again_and_nobody_else_may(ada, bo, thread):
    inmail.reply(ada, thread, "One more thing")
    for stranger in (bo, factories.MemberFactory()):
        with pytest.raises(inmail.NotYourConversation):
            inmail.reply(stranger, thread, "Hello")
    assert InMail.objects.count() == 2


def test_sharing_names_the_main_address_and_number(mae, thread):
    factories.MemberEmailFactory(member=mae, address="other@mail.test", primary=False)
    MemberPhone.objects.create(member=mae, number="+13125550100")
    share = contact_sharing.share(mae, thread)
    assert (share.email, share.phone) == ("mnorris@gmail.com", "+13125550100")


def test_sharing_again_renews_what_is_shared(ada, mae, thread):
    contact_sharing.share(mae, thread)
    members.remove_email(mae, "mnorris@gmail.com")
    members.add_email(mae, "mae@new.test")
    contact_sharing.share(mae, thread)
    assert ContactShare.objects.visible_to(ada).get().email == "mae@new.test"


def test_sharing_is_with_one_company(cy, ada, mae, thread):
    contact_sharing.share(mae, thread)
    assert ContactShare.objects.visible_to(ada).exists()
    assert not ContactShare.objects.visible_to(cy).exists()
    assert not contact_sharing.withdraw(mae, cy.contract.company)
    assert contact_sharing.withdraw(mae, ada.contract.company)
    assert not ContactShare.objects.visible_to(ada).exists()


def test_nobody_shares_for_another_or_shares_nothing(mae, thread):
    with pytest.raises(inmail.NotYourConversation):
        contact_sharing.share(factories.MemberFactory(), thread)
    members.remove_email(mae, "mnorris@gmail.com")
    with pytest.raises(contact_sharing.NothingToShare):
        contact_sharing.share(mae, thread)


# ---------------------------------------------------------------------------------------- notes
def test_a_shared_note_is_seen_by_the_contract_and_told_to_the_team(ada, bo, di, cy, mae):
    note = notes.add(ada, mae, " Speaks Portuguese. ")
    assert note.text == "Speaks Portuguese."
    assert note in RecruiterNote.objects.visible_to(bo)
    for stranger in (di, cy):
        assert note not in RecruiterNote.objects.visible_to(stranger)
    assert Activity.objects.get().verb == Activity.Verb.NOTED


def test_a_private_note_leaves_no_trace_for_others(ada, bo, mae):
    note = notes.add(ada, mae, "Mine.", visibility=PRIVATE)
    assert note in RecruiterNote.objects.visible_to(ada)
    assert note not in RecruiterNote.objects.visible_to(bo)
    assert not Activity.objects.exists()


def test_only_the_author_changes_a_note(ada, bo, mae):
    note = notes.add(ada, mae, "One.")
    with pytest.raises(notes.NoteOfAnother):
        notes.edit(bo, note, "Two.", visibility=CONTRACT)
    with pytest.raises(notes.NoteOfAnother):
        notes.delete(bo, note)
    assert notes.edit(ada, note, "Two.", visibility=CONTRACT).text == "Two."


def test_a_deleted_note_cannot_be_changed_again(ada, mae):
    note = notes.add(ada, mae, "One.")
    notes.delete(ada, note)
    assert note not in RecruiterNote.objects.visible_to(ada)
    with pytest.raises(notes.NoteOfAnother):
        notes.edit(ada, note, "Two.", visibility=CONTRACT)


def test_a_note_needs_a_text_and_a_member_whom_the_seat_can_see(ada, mae):
    with pytest.raises(notes.NoteEmpty):
        notes.add(ada, mae, "  ")
    mae.hidden_from_recruiters = True
    mae.save()
    with pytest.raises(notes.MemberNotFound):
        notes.add(ada, mae, "Hello")


def test_a_private_note_may_be_shared_later(ada, bo, mae):
    note = notes.add(ada, mae, "One.", visibility=PRIVATE)
    shared = notes.edit(ada, note, "One.", visibility=CONTRACT)
    assert shared == note
    assert note in RecruiterNote.objects.visible_to(bo)
