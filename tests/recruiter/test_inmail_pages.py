"""Writing to members from the recruiter's pages, and reading what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from recruiter import credits, inmail, own_profile
from recruiter.models import (
    Connection,
    Conversation,
    CreditEntry,
    Enclosure,
    InMail,
    Member,
    MessageTemplate,
    Signature,
)
from tests import factories
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db

COMPOSE = reverse("recruiter:message_people")
MESSAGES = reverse("recruiter:messages")
WORDS = {"subject": "A role for {first_name}", "body": "Hello {first_name}, greetings, {my_name}"}
PDF = b"%PDF-1.7 hello"


@pytest.fixture
def thread(ada, mae) -> Conversation:
    return inmail.send(ada, mae, subject="A role", body="Secret words")


def people(count: int) -> list[Member]:
    made = [factories.MemberFactory() for _ in range(count)]
    for member in made:
        factories.PositionFactory(member=member)
    return made


def send(client, members, **more):
    chosen = [member.public_id for member in members]
    return client.post(COMPOSE, {"person": chosen, "act": "send", **WORDS, **more})


# ------------------------------------------------------------------------------------ composing
def test_a_message_goes_to_one_person_with_its_fields_filled_in(browse, ada, mae):
    client = browse(ada)
    page = text_of(client.get(COMPOSE, {"person": mae.public_id}))
    assert "Message Mae Norris" in page
    assert "Costs 1 of your 150 credits" in page
    response = send(client, [mae])
    assert response["Location"] == MESSAGES
    thread = Conversation.objects.get()
    assert thread.subject == "A role for Mae"
    assert InMail.objects.get().body == "Hello Mae, greetings, Ada Recruiter"
    assert "Your message to Mae Norris is sent." in text_of(client.get(MESSAGES))


def test_many_get_a_thread_each(browse, ada, mae):
    members = [mae, *people(2)]
    send(browse(ada), members)
    assert {thread.subject for thread in Conversation.objects.all()} == {
        f"A role for {member.first_name}" for member in members
    }


def test_a_preview_shows_the_words_as_the_first_one_gets_them_and_sends_nothing(browse, ada, mae):
    response = browse(ada).post(
        COMPOSE,
        {"person": mae.public_id, "act": "preview", **WORDS},
        headers={"HX-Request": "true"},
    )
    page = text_of(response)
    assert parts_in_order(page, "As Mae Norris will get it", "A role for Mae", "Hello Mae")
    assert "<form" not in response.content.decode()
    assert not Conversation.objects.exists()


def test_a_field_that_does_not_exist_is_named(browse, ada, mae):
    response = send(browse(ada), [mae], body="Hello {nickname}")
    assert "There is no field {nickname}." in text_of(response)
    assert not Conversation.objects.exists()


def test_who_would_get_a_gap_is_left_out_and_named(browse, ada, mae):
    lost = factories.MemberFactory(first_name="Lost")
    client = browse(ada)
    send(client, [mae, lost], body="You as {current_title} at {current_company}")
    assert Conversation.objects.get().member == mae
    page = text_of(client.get(MESSAGES))
    assert "Not sent to Lost Ber. The text would have a gap" in page
    assert "no current title and no current company is known" in page


def test_the_same_words_twice_in_a_row_are_one_message(browse, ada, mae):
    client = browse(ada)
    send(client, [mae])
    send(client, [mae])
    assert Conversation.objects.count() == 1
    assert "You have just sent this message to Mae." in text_of(client.get(MESSAGES))


def test_a_signature_stands_below(browse, ada, mae):
    client = browse(ada)
    client.post(reverse("recruiter:message_signature"), {"text": "Ada, Recruiting"})
    send(client, [mae])
    assert InMail.objects.get().body.endswith("Ada Recruiter\n\nAda, Recruiting")
    client.post(reverse("recruiter:message_signature"), {"text": ""})
    assert not Signature.objects.exists()


def test_people_come_from_a_project_too_and_strangers_are_not_among_them(browse, ada, cy, mae):
    stage = factories.ProjectStageFactory(project__owner=ada)
    factories.ProspectFactory(stage=stage, member=mae)
    chosen = {"project": stage.project_id}
    assert "Message Mae Norris" in text_of(browse(ada).get(COMPOSE, chosen))
    assert "Nobody is chosen" in text_of(browse(cy).get(COMPOSE, chosen))
    hidden = factories.MemberFactory(hidden_from_recruiters=True)
    assert "Nobody is chosen" in text_of(browse(ada).get(COMPOSE, {"person": hidden.public_id}))


def test_a_hiring_manager_writes_to_nobody(browse, hal, mae):
    assert send(browse(hal), [mae]).status_code == 403
    assert not Conversation.objects.exists()


def test_the_way_back_stays_on_this_site(browse, ada, mae):
    client = browse(ada)
    assert send(client, [mae], next="/talent/projects/")["Location"] == "/talent/projects/"
    other = people(1)
    assert send(client, other, next="https://evil.test/")["Location"] == MESSAGES


# ---------------------------------------------------------------------------- who stands against it
def test_who_wants_no_messages_is_greyed_with_the_reason(browse, ada, mae):
    Member.objects.filter(pk=mae.pk).update(accepts_inmail=False)
    page = text_of(browse(ada).get(COMPOSE, {"person": mae.public_id}))
    assert "Mae takes no messages from recruiters." in page
    assert "Send" not in page
    send(browse(ada), [mae])
    assert not Conversation.objects.exists()


def test_a_blocked_company_is_refused_and_another_is_not(browse, ada, bo, cy, mae):
    own_profile.block(mae, ada.contract.company)
    for seat in (ada, bo, cy):
        send(browse(seat), [mae])
    assert [thread.seat for thread in Conversation.objects.all()] == [cy]


def test_the_contract_s_pause_holds_for_colleagues_until_an_answer(browse, ada, bo, mae, thread):
    thread.seat.contract.inmail_pause_days = 14
    thread.seat.contract.save()
    page = text_of(browse(bo).get(COMPOSE, {"person": mae.public_id}))
    assert "Ada Recruiter wrote 0 minutes ago without an answer yet" in page
    assert "waits 14 days" in page
    send(browse(bo), [mae])
    assert Conversation.objects.count() == 1
    inmail.reply(mae, thread, "Hello")
    send(browse(bo), [mae])
    assert Conversation.objects.count() == 2


def test_after_the_pause_one_may_write_again(browse, bo, mae, thread):
    thread.seat.contract.inmail_pause_days = 14
    thread.seat.contract.save()
    InMail.objects.update(sent_at=timezone.now() - timedelta(days=15))
    send(browse(bo), [mae])
    assert Conversation.objects.count() == 2


def test_it_says_who_wrote_before_and_how_it_went(browse, ada, bo, di, mae, thread):
    InMail.objects.update(sent_at=timezone.now() - timedelta(days=5))
    chosen = {"person": mae.public_id}
    page = text_of(browse(ada).get(COMPOSE, chosen))
    assert "last InMail by you 5 days ago, awaiting reply" in page
    page = text_of(browse(bo).get(COMPOSE, chosen))
    assert "last InMail by Ada Recruiter 5 days ago" in page
    assert "awaiting" not in page  # a colleague's thread tells who and when
    assert "no InMail by anybody here yet" in text_of(browse(di).get(COMPOSE, chosen))


# -------------------------------------------------------------------------------------- credits
def test_credits_run_out_with_the_reason_and_the_day(browse, ada, settings):
    settings.INMAIL_CREDITS = 2
    members = people(3)
    client = browse(ada)
    send(client, members)
    assert Conversation.objects.count() == 2
    page = text_of(client.get(MESSAGES))
    assert f"Not sent to {members[2]}. No credit is left: your 2 of this month are spent." in page
    assert "0 InMail credits left" in page


def test_a_contract_may_have_its_own_number_and_an_administrator_may_give_more(ada, browse, mae):
    ada.contract.inmail_credits = 0
    ada.contract.save()
    send(browse(ada), [mae])
    assert not Conversation.objects.exists()
    CreditEntry.objects.create(seat=ada, amount=1, at=timezone.now())
    send(browse(ada), [mae])
    assert Conversation.objects.exists()


@pytest.mark.parametrize(("days", "back"), [(1, True), (89, True), (91, False)])
@pytest.mark.parametrize("interested", [True, False, None])
def test_any_answer_within_90_days_brings_the_credit_back(ada, mae, thread, days, back, interested):
    Conversation.objects.update(started_at=timezone.now() - timedelta(days=days))
    thread.refresh_from_db()
    inmail.reply(mae, thread, "Hello", interested=interested)
    inmail.reply(mae, thread, "Hello again", interested=interested)
    amounts = list(CreditEntry.objects.filter(seat=ada).values_list("amount", flat=True))
    assert sorted(amounts) == ([-1, 1] if back else [-1])


def test_past_applicants_and_acquaintances_cost_nothing(browse, ada, mae):
    own = factories.MemberFactory(user=ada.user)
    Connection.objects.create(member=own, other=mae)
    page = text_of(browse(ada).get(COMPOSE, {"person": mae.public_id}))
    assert "Costs no credit" in page
    send(browse(ada), [mae])
    assert not CreditEntry.objects.exists()


def test_the_operator_gives_credits_in_the_admin_and_changes_none(browse, root, ada, settings):
    settings.INMAIL_CREDITS = 0
    client = browse(root)
    client.post("/admin/recruiter/creditentry/add/", {"seat": ada.pk, "amount": "5"})
    assert credits.left(ada) == 5
    entry = CreditEntry.objects.get()
    for deed in ("change", "delete"):
        address = f"/admin/recruiter/creditentry/{entry.pk}/{deed}/"
        client.post(address, {"seat": ada.pk, "amount": "50", "post": "yes"})
    assert credits.left(ada) == 5


def test_last_month_s_credits_are_not_this_month_s(browse, ada, mae, settings):
    settings.INMAIL_CREDITS = 1
    CreditEntry.objects.create(seat=ada, amount=-1, at=timezone.now() - timedelta(days=32))
    send(browse(ada), [mae])
    assert Conversation.objects.exists()


# ------------------------------------------------------------------------------------ templates
def template(seat, **more) -> MessageTemplate:
    fields = {"name": "First word", "subject": "Hello {first_name}", "body": "Words", **more}
    return MessageTemplate.objects.create(contract=seat.contract, seat=seat, **fields)


def test_a_template_fills_subject_and_text(browse, ada, mae):
    kept = template(ada)
    response = browse(ada).post(
        COMPOSE,
        {"person": mae.public_id, "act": "template", "template": kept.pk},
        headers={"HX-Request": "true"},
    )
    assert 'value="Hello {first_name}"' in response.content.decode()


def test_shared_templates_are_the_contract_s_own_ones_only_mine(browse, ada, bo, di, cy, mae):
    template(ada, name="Shared one", shared=True)
    template(ada, name="Private one")
    address = reverse("recruiter:message_templates")
    assert {"Shared one", "Private one"} <= set(_names(browse(ada).get(address)))
    assert _names(browse(bo).get(address)) == ["Shared one"]
    for stranger in (di, cy):
        assert _names(browse(stranger).get(address)) == []


def _names(response) -> list[str]:
    return [template.name for template in response.context["templates"]]


def test_templates_are_made_changed_and_deleted(browse, ada):
    client, address = browse(ada), reverse("recruiter:message_templates")
    words = {"name": "One", "subject": "Hi", "body": "Hello {first_name}"}
    client.post(address, words)
    kept = MessageTemplate.objects.get()
    page = text_of(client.post(address, words))
    assert "You have a template of this name already." in page
    assert "There is no field {x}." in text_of(client.post(address, {**words, "body": "{x}"}))
    client.post(reverse("recruiter:message_template", args=[kept.pk]), {**words, "name": "Two"})
    assert MessageTemplate.objects.get().name == "Two"
    client.post(reverse("recruiter:delete_message_template", args=[kept.pk]))
    assert not MessageTemplate.objects.exists()


def test_a_colleague_does_not_change_a_shared_template(browse, ada, bo):
    kept = template(ada, shared=True)
    for name in ("message_template", "delete_message_template"):
        address = reverse(f"recruiter:{name}", args=[kept.pk])
        assert browse(bo).post(address, {"name": "Mine"}).status_code == 404
    assert MessageTemplate.objects.get().name == "First word"


# ---------------------------------------------------------------------------------------- files
def test_files_go_along_and_only_the_two_fetch_them(browse, ada, bo, di, cy, mae):
    send(browse(ada), [mae], files=[SimpleUploadedFile("offer.pdf", PDF)])
    file = Enclosure.objects.get()
    address = reverse("recruiter:enclosure", args=[Conversation.objects.get().pk, file.pk])
    response = browse(ada).get(address)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="offer.pdf"'
    for stranger in (bo, di, cy):
        assert browse(stranger).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("run.exe", b"MZ\x00\x00", "Only PDF, Word, text, PNG and JPEG"),
        ("empty.pdf", b"", "empty"),
        ("big.txt", b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_sent_is_refused_with_the_reason(
    browse, ada, mae, name, content, reason
):
    page = text_of(send(browse(ada), [mae], files=[SimpleUploadedFile(name, content)]))
    assert reason in page
    assert not Conversation.objects.exists()


def test_six_files_are_too_many(browse, ada, mae):
    files = [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(6)]
    assert "at most 5 files" in text_of(send(browse(ada), [mae], files=files))


# -------------------------------------------------------------------------------------- reading
def test_the_inbox_narrows_by_answer_and_shows_what_is_new(browse, ada, mae, thread):
    other = inmail.send(ada, people(1)[0], subject="Second", body="Hello")
    inmail.reply(other.member, other, "Tell me more", interested=True)
    client = browse(ada)

    def shown(**query) -> list[Conversation]:
        return list(client.get(MESSAGES, query).context["inbox"].page)

    assert shown() == [other, thread]
    assert shown(show="awaiting") == [thread]
    assert shown(show="interested") == shown(show="unread") == [other]
    assert shown(show="declined") == []
    client.get(other.get_absolute_url())
    assert shown(show="unread") == []
    assert shown(show="nonsense") == [other, thread]


def test_a_colleague_sees_who_and_when_unless_the_company_lets_teams_read(
    browse, ada, bo, mae, thread
):
    client = browse(bo)
    page = text_of(client.get(MESSAGES, {"team": "1"}))
    assert parts_in_order(page, "Mae Norris", "written to by Ada Recruiter")
    page += text_of(client.get(thread.get_absolute_url()))
    assert "Ada Recruiter" in page
    assert "A role" not in page
    assert "Secret words" not in page
    company = ada.contract.company
    company.team_reads_inmail = True
    company.save()
    assert "Secret words" in text_of(client.get(thread.get_absolute_url()))
    assert "A role" in text_of(client.get(MESSAGES, {"team": "1"}))
    client.post(thread.get_absolute_url(), {"body": "I butt in"})
    assert InMail.objects.count() == 1


@pytest.mark.parametrize("name", ["di", "cy"])
def test_others_find_no_thread(request, browse, thread, name):
    stranger = browse(request.getfixturevalue(name))
    assert stranger.get(thread.get_absolute_url()).status_code == 404
    assert stranger.post(thread.get_absolute_url(), {"body": "Hello"}).status_code == 404
    for query in ({}, {"team": "1"}):
        assert not stranger.get(MESSAGES, query).context["inbox"].page.object_list


def test_a_thread_goes_on_without_a_credit_and_shows_what_was_read(browse, ada, mae, thread):
    client = browse(ada)
    assert "Not read yet" in text_of(client.get(thread.get_absolute_url()))
    inmail.read(mae, thread)
    client.post(thread.get_absolute_url(), {"body": "One more thing"})
    page = text_of(client.get(thread.get_absolute_url()))
    assert parts_in_order(page, "Secret words", "Read ", "One more thing", "Not read yet")
    assert CreditEntry.objects.count() == 1


def test_who_has_opted_out_since_is_not_written_to_again(browse, ada, mae, thread):
    Member.objects.filter(pk=mae.pk).update(accepts_inmail=False)
    page = text_of(browse(ada).post(thread.get_absolute_url(), {"body": "Again"}))
    assert "Mae takes no messages from recruiters." in page
    assert InMail.objects.count() == 1


# --------------------------------------------------------------------------------------- e-mail
def test_the_member_hears_by_e_mail_of_each_message_once(browse, ada, mae, drain):
    send(browse(ada), [mae])
    assert mail.outbox == []  # a row first
    drain()
    [letter] = mail.outbox
    assert letter.to == ["mnorris@gmail.com"]
    assert letter.subject == "Ada Recruiter at PMM Middleware Test Company wrote to you"
    thread = Conversation.objects.get()
    assert "/me/join/" in letter.body  # she has no account yet
    assert f"{thread.subject}\n" in letter.body
    assert "Hello Mae" in letter.body
    drain()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("why", ["unconfirmed", "unwanted"])
def test_no_e_mail_goes_where_none_is_wanted_or_sure(ada, mae, drain, why):
    if why == "unconfirmed":
        mae.emails.update(verified_at=None)
    else:
        Member.objects.filter(pk=mae.pk).update(mails_on_inmail=False)
    inmail.send(ada, mae, subject="A role", body="Hello")
    drain()
    assert mail.outbox == []


def test_the_recruiter_hears_of_the_answer(ada, mae, thread, drain):
    inmail.reply(mae, thread, "", interested=True)
    drain()
    letter = mail.outbox[-1]
    assert letter.to == [ada.user.email]
    assert letter.subject == "Mae Norris answered: Interested"


# ------------------------------------------------------------------------------------- queries
def test_composing_costs_the_same_for_one_and_for_many(browse, ada, mae, django_assert_num_queries):
    members = [mae, *people(29)]
    client = browse(ada)
    for chosen in ([mae], members):
        with django_assert_num_queries(12):
            client.get(COMPOSE, {"person": [member.public_id for member in chosen]})


def test_sending_costs_the_same_for_one_and_for_many(ada, mae, django_assert_num_queries):
    many = people(30)
    for chosen, subject in (([mae], "One"), (many, "Two")):
        with django_assert_num_queries(20):
            inmail.send_all(ada, chosen, subject=subject, body="Hello {first_name}")


def test_the_inbox_and_a_thread_cost_a_fixed_number(browse, ada, mae, django_assert_num_queries):
    for member in [mae, *people(9)]:
        thread = inmail.send(ada, member, subject="A role", body="Hello")
    client = browse(ada)
    with django_assert_num_queries(6):
        client.get(MESSAGES)
    for _ in range(5):
        inmail.reply(thread.member, thread, "Hello", interested=True)
    client.get(thread.get_absolute_url())
    with django_assert_num_queries(10):
        client.get(thread.get_absolute_url())
