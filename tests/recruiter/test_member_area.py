"""The member's own side: answer, share or keep contact details, edit, decide, leave."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from recruiter import (
    contact_sharing,
    data_copies,
    imports,
    inmail,
    own_addresses,
    own_profile,
)
from recruiter.models import (
    ContactShare,
    Conversation,
    DataCopy,
    Enclosure,
    InMail,
    Member,
    MemberEmail,
    MemberPhone,
    Position,
)
from rsc.models import OutboxEvent
from tests import factories
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 hello"


@pytest.fixture
def account(mae) -> Member:
    """Mae can sign in."""
    mae.user = factories.UserFactory(username="mae", first_name="Mae", last_name="Norris")
    mae.save()
    return mae


@pytest.fixture
def me(account, browse) -> Client:
    """Mae's browser."""
    return browse(account.user)


@pytest.fixture
def thread(ada, account) -> Conversation:
    return inmail.send(ada, account, subject="A role", body="Are you interested?")


@pytest.fixture
def stranger(browse) -> Client:
    """The browser of another member."""
    return browse(factories.MemberFactory(user=factories.UserFactory()).user)


def answer(client: Client, thread: Conversation, **data: str):
    return client.post(reverse("member:conversation", args=[thread.pk]), data)


def question(thread: Conversation) -> str:
    return reverse("member:contact_question", args=[thread.pk])


# ---------------------------------------------------------------------------- the door
def test_a_member_starts_at_their_messages_and_a_recruiter_at_the_desk(me, browse, ada):
    assert me.get("/")["Location"] == reverse("member:start")
    assert browse(ada).get("/")["Location"] == reverse("recruiter:home")


def test_who_has_no_profile_reads_why(browse, ada):
    response = browse(ada).get(reverse("member:messages"))
    assert response.status_code == 403
    assert "You have no profile here" in text_of(response)


def test_being_here_is_noted_once_a_day(me, account, django_assert_num_queries):
    me.get(reverse("member:messages"))
    account.refresh_from_db()
    seen = account.last_seen_at
    assert seen is not None
    with django_assert_num_queries(5):
        me.get(reverse("member:messages"))
    account.refresh_from_db()
    assert account.last_seen_at == seen


# ---------------------------------------------------------------------------- answering
def test_the_inbox_shows_who_wrote_for_whom_until_it_is_read(me, thread):
    page = text_of(me.get(reverse("member:messages")))
    assert parts_in_order(page, "Ada Recruiter", "New", "PMM Middleware Test Company", "A role")
    assert "Are you interested?" in text_of(
        me.get(reverse("member:conversation", args=[thread.pk]))
    )
    assert "New" not in text_of(me.get(reverse("member:messages")))
    assert InMail.objects.get().read_at


@pytest.mark.parametrize(
    ("data", "state", "words"),
    [
        ({"interested": "true"}, "interested", "Interested"),
        ({"interested": "false"}, "declined", "No, thanks"),
        ({"interested": "true", "body": "Tell me more"}, "interested", "Tell me more"),
        ({"body": "Who are you?"}, "awaiting", "Who are you?"),
    ],
)
def test_a_click_is_an_answer_and_so_are_words(me, thread, data, state, words):
    answer(me, thread, **data)
    thread.refresh_from_db()
    assert thread.state == state
    assert thread.answered_at
    assert InMail.objects.filter(from_member=True).get().body == words


def test_an_answer_without_words_or_click_is_none(me, thread):
    assert "This field is required." in text_of(answer(me, thread, body=" "))
    assert not InMail.objects.filter(from_member=True).exists()


def test_files_go_both_ways_and_no_further(me, stranger, browse, ada, thread):
    answer(me, thread, body="My resume", files=SimpleUploadedFile("resume.pdf", PDF))
    file = Enclosure.objects.get()
    own = me.get(reverse("member:enclosure", args=[thread.pk, file.pk]))
    theirs = browse(ada).get(reverse("recruiter:enclosure", args=[thread.pk, file.pk]))
    assert b"".join(own.streaming_content) == b"".join(theirs.streaming_content) == PDF
    assert stranger.get(reverse("member:enclosure", args=[thread.pk, file.pk])).status_code == 404


# ---------------------------------------------------------------------------- contact details
def test_the_question_comes_after_the_first_answer_and_never_after_a_no(me, thread, ada, account):
    second = inmail.send(ada, account, subject="Another", body="Hello")
    response = answer(me, second, interested="false")
    assert response["Location"] == reverse("member:conversation", args=[second.pk])
    response = answer(me, thread, interested="true")
    assert response["Location"] == question(thread)
    page = me.get(question(thread))
    text = text_of(page)
    assert parts_in_order(
        text,
        "Share your contact info?",
        "Ada Recruiter of PMM Middleware Test Company",
        "Only PMM Middleware Test Company gets what stands here, nobody else.",
        "No, don\N{RIGHT SINGLE QUOTATION MARK}t share",
        "Yes, please share",
    )
    assert 'value="mnorris@gmail.com"' in page.content.decode()


def test_yes_shares_what_stands_there_and_nothing_else(me, browse, ada, bo, di, cy, thread):
    answer(me, thread, interested="true")
    me.post(question(thread), {"share": "yes", "email": "mae@other.test", "phone": "555-541-5123"})
    share = ContactShare.objects.standing().get()
    assert (share.email, share.phone) == ("mae@other.test", "555-541-5123")
    for seat in (ada, bo, di):  # the choice is per company
        assert "mae@other.test" in text_of(browse(seat).get(thread.member.get_absolute_url()))
    assert "mae@other.test" not in text_of(browse(cy).get(thread.member.get_absolute_url()))
    page = text_of(browse(ada).get(thread.get_absolute_url()))
    assert "shared with PMM Middleware Test Company on" in page
    assert OutboxEvent.objects.filter(topic="contact.shared").count() == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"email": "", "phone": ""}, "Give an e-mail address or a phone number."),
        ({"email": "nonsense"}, "Enter a valid email address."),
        ({"phone": "call me"}, "Write digits, spaces and a leading +."),
    ],
)
def test_what_cannot_be_shared_is_said(me, thread, data, reason):
    assert reason in text_of(me.post(question(thread), {"share": "yes", **data}))
    assert not ContactShare.objects.exists()


def test_no_shares_nothing_is_dated_and_is_not_asked_again(me, browse, ada, account, thread):
    answer(me, thread, interested="true")
    me.post(question(thread), {"share": "no", "email": "mae@other.test"})
    assert not ContactShare.objects.exists()
    page = text_of(browse(ada).get(thread.get_absolute_url()))
    assert "was asked for contact details and keeps them" in page
    assert "You said no on" in text_of(me.get(reverse("member:sharing")))
    other = inmail.send(ada, account, subject="Again", body="Hello")
    response = answer(me, other, interested="true")
    assert response["Location"] == reverse("member:conversation", args=[other.pk])


def test_what_was_shared_can_be_taken_back(me, browse, ada, thread):
    contact_sharing.share(thread.member, thread)
    page = text_of(me.get(reverse("member:sharing")))
    assert parts_in_order(page, "PMM Middleware Test Company", "mnorris@gmail.com", "Shared on")
    share = ContactShare.objects.get()
    me.post(reverse("member:withdraw", args=[share.pk]))
    assert "Taken back on" in text_of(me.get(reverse("member:sharing")))
    for address in (thread.get_absolute_url(), thread.member.get_absolute_url()):
        assert "mnorris@gmail.com" not in text_of(browse(ada).get(address))


def test_another_member_reaches_nothing_of_mine(stranger, me, account, thread):
    contact_sharing.share(account, thread)
    own_profile.block(account, thread.seat.contract.company)
    copy = DataCopy.objects.create(member=account, asked_at=timezone.now())
    phone = MemberPhone.objects.create(member=account, number="1")
    gets = [
        reverse("member:conversation", args=[thread.pk]),
        question(thread),
        reverse("member:edit_career", args=["positions", account.positions.get().pk]),
        reverse("member:fetch_data", args=[copy.pk]),
    ]
    posts = [
        *gets[:3],
        reverse("member:block_sender", args=[thread.pk]),
        reverse("member:withdraw", args=[ContactShare.objects.get().pk]),
        reverse("member:unblock", args=[account.inmail_blocks.get().pk]),
        reverse("member:remove_phone", args=[phone.pk]),
        reverse("member:change_email", args=[account.emails.get().pk, "remove"]),
        reverse("member:delete_career", args=["positions", account.positions.get().pk]),
    ]
    assert {stranger.get(address).status_code for address in gets} == {404}
    assert {stranger.post(address, {"share": "yes"}).status_code for address in posts} == {404}
    assert ContactShare.objects.standing().exists()


# ---------------------------------------------------------------------------- privacy
def test_privacy_settings_hold_and_are_announced(me, account):
    OutboxEvent.objects.all().delete()
    me.post(reverse("member:privacy"), {"openness": "private", "visible": "on"})
    account.refresh_from_db()
    assert account.openness == "private"
    assert not account.hidden_from_recruiters
    assert not account.shares_with_third_parties
    assert not account.accepts_inmail
    assert OutboxEvent.objects.filter(topic="member.changed", key=str(account.pk)).exists()


def test_who_hides_is_not_found_and_their_threads_stay(me, browse, ada, account, thread):
    me.post(reverse("member:privacy"), {"openness": "no"})
    assert browse(ada).get(account.get_absolute_url()).status_code == 404
    assert browse(ada).get(thread.get_absolute_url()).status_code == 200


def test_a_company_is_blocked_from_a_thread_and_let_in_again(me, account, thread):
    me.post(reverse("member:block_sender", args=[thread.pk]))
    page = text_of(me.get(reverse("member:privacy")))
    assert "PMM Middleware Test Company since" in page
    me.post(reverse("member:unblock", args=[account.inmail_blocks.get().pk]))
    assert not account.inmail_blocks.exists()


def test_only_companies_that_one_knows_can_be_blocked(me, account, cy, freshing, thread):
    block = reverse("member:block")
    me.post(block, {"company": cy.contract.company_id})
    assert not account.inmail_blocks.exists()
    me.post(block, {"company": freshing.pk})
    assert account.inmail_blocks.get().company == freshing


# ---------------------------------------------------------------------------- profile
def test_the_profile_is_edited_and_seen_by_recruiters(me, browse, ada, account):
    me.post(
        reverse("member:profile"),
        {
            "first_name": "Mae",
            "last_name": "Norris",
            "headline": "Director of Accounts",
            "location": "Berlin, Germany",
            "country_code": "de",
            "skills": "Negotiation, Planning, negotiation, Planning",
        },
    )
    account.refresh_from_db()
    assert account.skills == ["Negotiation", "Planning", "negotiation"]
    assert (account.city, account.country_code) == ("Berlin", "DE")
    assert "Director of Accounts" in text_of(browse(ada).get(account.get_absolute_url()))
    assert OutboxEvent.objects.filter(topic="member.changed", key=str(account.pk)).exists()


def test_career_entries_are_added_changed_and_deleted(me, account, freshing):
    add = reverse("member:add_career", args=["positions"])
    words = {"title": "Director", "employer": freshing.name.upper(), "started_on": "2024-01"}
    me.post(add, words)
    made = Position.objects.get(title="Director")
    assert made.company == freshing  # connections and privacy go by it
    edit = reverse("member:edit_career", args=["positions", made.pk])
    page = me.post(edit, {**words, "ended_on": "2023-05"})
    assert "This is before the beginning." in text_of(page)
    me.post(edit, {**words, "title": "Head", "ended_on": "2024"})
    made.refresh_from_db()
    assert made.title == "Head"
    me.post(reverse("member:delete_career", args=["positions", made.pk]))
    assert not Position.objects.filter(pk=made.pk).exists()
    me.post(reverse("member:add_career", args=["education"]), {"school": "Caltech"})
    assert "Caltech" in text_of(me.get(reverse("member:profile")))
    assert me.get("/me/profile/nonsense/add/").status_code == 404


def picture(size=(600, 300), kind="PNG", **more) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **more)
    return SimpleUploadedFile(f"me.{kind.lower()}", file.getvalue())


def test_a_photo_becomes_a_small_square_without_traces_of_where_it_was_taken(
    me, browse, ada, account
):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    me.post(reverse("member:change_photo"), {"photo": picture(kind="JPEG", exif=exif)})
    response = browse(ada).get(reverse("recruiter:photo", args=[account.public_id]))
    content = b"".join(response.streaming_content)
    seen = Image.open(io.BytesIO(content))
    assert seen.size == (400, 400)
    assert b"taken at home" not in content
    account.refresh_from_db()
    former = account.photo.name
    assert "me" not in former.removesuffix(".jpg").split("/")


def test_another_photo_replaces_the_file_and_none_removes_it(
    me, account, django_capture_on_commit_callbacks
):
    change = reverse("member:change_photo")
    names = []
    for data in ({"photo": picture()}, {"photo": picture()}, {"remove": "1"}):
        with django_capture_on_commit_callbacks(execute=True):
            me.post(change, data)
        account.refresh_from_db()
        names.append(account.photo.name)
    assert not default_storage.exists(names[0])
    assert not default_storage.exists(names[1])
    assert names[2] == ""
    assert me.get(reverse("member:photo")).status_code == 404


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (SimpleUploadedFile("me.jpg", b"<svg onload=alert(1)>"), "Choose a JPEG, PNG or WebP"),
        (SimpleUploadedFile("me.jpg", b"x" * (8 * 1024 * 1024 + 1)), "larger than 8 MB"),
    ],
)
def test_what_is_no_photo_is_refused(me, account, file, reason):
    me.post(reverse("member:change_photo"), {"photo": file})
    assert reason in text_of(me.get(reverse("member:profile")))
    account.refresh_from_db()
    assert not account.photo


def test_a_photo_is_for_those_who_may_see_the_member(me, browse, cy, stranger, account):
    me.post(reverse("member:change_photo"), {"photo": picture()})
    address = reverse("recruiter:photo", args=[account.public_id])
    assert browse(cy).get(address).status_code == 200
    assert stranger.get(address).status_code == 403
    Member.objects.filter(pk=account.pk).update(hidden_from_recruiters=True)
    assert browse(cy).get(address).status_code == 404
    assert me.get(reverse("member:photo")).status_code == 200


# ---------------------------------------------------------------------------- addresses
def test_an_address_counts_once_its_mailbox_has_answered(me, stranger, account, drain):
    me.post(reverse("member:addresses"), {"address": "Mae@New.test"})
    added = MemberEmail.objects.get(address="mae@new.test")
    assert added.verified_at is None
    drain()
    [letter] = mail.outbox
    assert letter.to == ["mae@new.test"]
    link = re.search(r"https?://[^/]+(/\S+)", letter.body)[1]
    assert "mae" not in link
    stranger.post(link)
    me.get(link)  # a program that follows links confirms nothing
    added.refresh_from_db()
    assert added.verified_at is None
    me.post(link)
    added.refresh_from_db()
    assert added.verified_at
    me.post(reverse("member:change_email", args=[added.pk, "main"]))
    assert account.emails.get(primary=True) == added


def test_a_link_grows_old(me, account, drain, monkeypatch):
    added = own_addresses.add(account, "mae@new.test")
    token = own_addresses.token_of(added)
    monkeypatch.setattr(own_addresses, "LINK_LASTS", timedelta(seconds=-1))
    me.post(reverse("member:confirm_email", args=[token]))
    added.refresh_from_db()
    assert added.verified_at is None


def test_addresses_are_refused_with_the_reason(me, account):
    address = reverse("member:addresses")
    said = text_of(me.post(address, {"address": "MNorris@gmail.com"}))
    assert "This address is in your profile already." in said
    me.post(address, {"address": "mae@new.test"})
    main, added = account.emails.all()
    me.post(reverse("member:change_email", args=[added.pk, "main"]))
    me.post(reverse("member:change_email", args=[main.pk, "remove"]))
    said = text_of(me.get(address))
    assert "Confirm the address first." in said
    assert "Make another address your main one first." in said
    assert me.post(reverse("member:change_email", args=[main.pk, "nonsense"])).status_code == 404
    assert account.emails.count() == 2


def test_phone_numbers_come_and_go(me, account):
    me.post(reverse("member:add_phone"), {"number": "+1 (312) 555-0100", "kind": "mobile"})
    phone = account.phones.get()
    me.post(reverse("member:add_phone"), {"number": "<script>"})
    assert account.phones.count() == 1
    me.post(reverse("member:remove_phone", args=[phone.pk]))
    assert not account.phones.exists()


# ---------------------------------------------------------------------------- data and closing
def unpacked(response) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_a_copy_of_everything_is_made_by_a_worker(me, account, thread, drain, tmp_path):
    answer(me, thread, body="Gladly", files=SimpleUploadedFile("resume.pdf", PDF))
    contact_sharing.share(account, thread)
    me.post(reverse("member:data"))
    assert "is being made" in text_of(me.get(reverse("member:data")))
    drain()
    copy = DataCopy.objects.get()
    archive = unpacked(me.get(reverse("member:fetch_data", args=[copy.pk])))
    kept = tmp_path / "resume.json"
    kept.write_bytes(archive.read("resume.json"))
    [record] = imports.records_in(kept)  # the format that every other place reads
    assert (record.resume.basics.name, record.resume.work[0].position) == (
        "Mae Norris",
        "Account Manager",
    )
    [told] = json.loads(archive.read("messages.json"))
    assert [message["text"] for message in told["messages"]] == ["Are you interested?", "Gladly"]
    [shared] = json.loads(archive.read("contact-sharing.json"))
    assert shared["email"] == "mnorris@gmail.com"
    assert archive.read(f"enclosures/{Enclosure.objects.get().pk}-resume.pdf") == PDF


def test_one_copy_an_hour_and_gone_after_a_week(me, account, drain):
    me.post(reverse("member:data"))
    me.post(reverse("member:data"))
    assert DataCopy.objects.count() == 1
    drain()
    DataCopy.objects.update(asked_at=timezone.now() - timedelta(days=8))
    assert data_copies.sweep() == 1


def test_closing_asks_for_the_password_and_takes_everything(
    me, account, thread, drain, django_capture_on_commit_callbacks
):
    me.post(reverse("member:change_photo"), {"photo": picture()})
    answer(me, thread, body="Resume", files=SimpleUploadedFile("resume.pdf", PDF))
    account.refresh_from_db()
    names = [account.photo.name, Enclosure.objects.get().file.name]
    close = reverse("member:close")
    assert "That is not your password." in text_of(me.post(close, {"password": "wrong"}))
    with django_capture_on_commit_callbacks(execute=True):
        response = me.post(close, {"password": "correct horse battery"})
    assert response["Location"] == reverse("member:closed")
    account.refresh_from_db()
    assert account.closed_at
    assert not Conversation.objects.exists()
    assert not Enclosure.objects.exists()
    assert not any(default_storage.exists(name) for name in names)
    assert me.get(reverse("member:messages"))["Location"].startswith("/accounts/login/")
    account.user.refresh_from_db()
    assert not account.user.is_active
    assert not account.user.check_password("correct horse battery")


def test_who_signs_in_elsewhere_types_words(account, browse):
    account.user.set_unusable_password()
    account.user.save()
    client = browse(account.user)
    close = reverse("member:close")
    assert "Type the words" in text_of(client.post(close, {"words": "yes"}))
    client.post(close, {"words": "Close my account"})
    account.refresh_from_db()
    assert account.closed_at


# ---------------------------------------------------------------------------- queries
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("messages", 6),
        ("profile", 6),
        ("addresses", 6),
        ("privacy", 6),
        ("sharing", 7),
        ("data", 5),
    ],
)
def test_each_page_costs_a_fixed_number_of_queries(
    me, account, ada, cy, name, queries, django_assert_num_queries
):
    for seat in (ada, cy):
        thread = inmail.send(seat, account, subject="A role", body="Hello")
        inmail.reply(account, thread, "Hello", interested=True)
        contact_sharing.share(account, thread)
        own_profile.block(account, seat.contract.company)
    me.get(reverse("member:messages"))
    with django_assert_num_queries(queries):
        me.get(reverse(f"member:{name}"))


# ---------------------------------------------------------------------------- joining
def invitation(ada, mae, drain) -> str:
    inmail.send(ada, mae, subject="A role", body="Hello")
    drain()
    return re.search(r"https?://[^/]+(/me/join/\S+)", mail.outbox[-1].body)[1]


def test_who_has_no_account_opens_one_by_the_mail_s_link(client, ada, mae, drain):
    link = invitation(ada, mae, drain)
    assert "Choose a password" in text_of(client.get(link))
    weak = {"new_password1": "12345678", "new_password2": "12345678"}
    assert "too common" in text_of(client.post(link, weak))
    good = dict.fromkeys(("new_password1", "new_password2"), "a much better one")
    client.post(link, good)
    mae.refresh_from_db()
    assert (mae.user.email, mae.user.person_id) == ("mnorris@gmail.com", mae.public_id)
    assert "Ada Recruiter" in text_of(client.get(reverse("member:messages")))
    stranger = Client()
    assert stranger.get(link).status_code == 404  # once only
    stranger.post(link, good)
    assert "_auth_user_id" not in stranger.session


def test_an_account_with_the_same_address_takes_the_profile_up(client, browse, ada, cy, mae, drain):
    user = factories.UserFactory(username="mae", email="mnorris@gmail.com")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    link = invitation(ada, mae, drain)
    assert "sign in" in text_of(client.get(link))
    for stranger in (client, browse(cy)):
        stranger.post(link, {"new_password1": "x", "new_password2": "x"})
    mae.refresh_from_db()
    assert mae.user is None
    browse(user).post(link)
    mae.refresh_from_db()
    assert mae.user == user


def test_a_forged_link_leads_nowhere(client, mae):
    assert client.get(reverse("member:join", args=["1:nonsense"])).status_code == 404
