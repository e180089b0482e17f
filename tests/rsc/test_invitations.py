"""Seats are offered by letter, one by one or from a list, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rsc.models import AuditEntry, Invitation, Seat, User
from tests.pages import text_of

pytestmark = pytest.mark.django_db
INVITE = "/admin/rsc/seat/invite/"
IMPORT = "/admin/rsc/seat/import/"
SEATS = "/admin/rsc/seat/"
PASSWORD = "a much better one"


@pytest.fixture
def visitor(browse, root) -> Client:
    return browse(root)


@pytest.fixture
def letters(drain):
    """Deliver the outbox; gives the links of all letters so far."""

    def links() -> list[str]:
        drain()
        return [
            word.removeprefix("http://localhost:8000")
            for letter in mail.outbox
            for word in letter.body.split()
            if "/invitation/" in word
        ]

    return links


@pytest.fixture
def invited(visitor, contract, letters) -> str:
    """Eve's link."""
    fields = {"contract": contract.pk, "role": "recruiter", "people": "Eve Newman <eve@new.test>"}
    visitor.post(INVITE, fields)
    return letters()[0]


def act(visitor: Client, action: str, seat: Seat):
    data = {"action": action, "_selected_action": [seat.pk]}
    return visitor.post(SEATS, data, follow=True)


def eve() -> Seat:
    return Seat.objects.get(user__email="eve@new.test")


def test_a_letter_leads_to_a_password_and_to_work(invited, client):
    assert eve().state == Seat.State.INVITED
    assert mail.outbox[0].to == ["eve@new.test"]
    page = client.get(invited)
    assert "Eve Newman, you are to work as recruiter" in text_of(page)
    assert "eve" not in invited.lower().replace("never", "")
    weak = client.post(invited, {"new_password1": "short", "new_password2": "short"})
    assert "too short" in text_of(weak)
    client.post(invited, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert eve().state == Seat.State.ACTIVE
    assert client.get(reverse("recruiter:home")).status_code == 200
    client.logout()
    fields = {"login": "eve@new.test", "password": PASSWORD}
    assert client.post(reverse("account_login"), fields).status_code == 302
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert {"seat.invited", "seat.accepted"} <= set(verbs)


def test_who_was_invited_by_address_alone_gives_a_name(visitor, contract, letters, client):
    fields = {"contract": contract.pk, "role": "recruiter", "people": "grace.h@new.test"}
    visitor.post(INVITE, fields)
    (link,) = letters()
    assert text_of(client.get(link)).count("You are to work as recruiter") == 1
    assert "grace.h" in text_of(visitor.get(SEATS))
    password = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "This field is required" in text_of(client.post(link, password))
    client.post(link, {**password, "first_name": "Grace", "last_name": "Hopper"})
    seat = Seat.objects.get(user__email="grace.h@new.test")
    assert (seat.state, seat.user.full_name) == (Seat.State.ACTIVE, "Grace Hopper")


@pytest.mark.parametrize("spoil", ["used", "old", "again", "revoked", "forged", "ended"])
def test_a_link_that_is_void_opens_nothing(spoil, invited, client, visitor, letters, settings):
    match spoil:
        case "used":
            client.post(invited, {"new_password1": PASSWORD, "new_password2": PASSWORD})
            client.logout()
        case "old":
            settings.INVITATION_DAYS = 0
        case "again":
            act(visitor, "send_again", eve())
            newer = letters()[-1]
            assert newer != invited
            assert client.get(newer).status_code == 200
        case "revoked":
            act(visitor, "revoke", eve())
            assert eve().state == Seat.State.INACTIVE
        case "forged":
            invited = invited[:-3] + "x/"
        case "ended":
            eve().contract.__class__.objects.update(active=False)
    fields = {"new_password1": "another password", "new_password2": "another password"}
    for answer in (client.get(invited), client.post(invited, fields)):
        assert answer.status_code == 404
        assert "This link leads nowhere any more" in text_of(answer)
    assert not User.objects.get(email="eve@new.test").check_password("another password")


def test_a_link_never_changes_the_password_of_somebody_who_has_one(
    cy, contract, visitor, letters, client, browse
):
    fields = {"contract": contract.pk, "role": "recruiter", "people": "CY@people.test"}
    visitor.post(INVITE, fields)
    link = letters()[0]
    assert "You have an account already" in text_of(client.get(link))
    client.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    cy.user.refresh_from_db()
    assert not cy.user.check_password(PASSWORD)
    # Not another person's either: the link is for who it was sent to.
    assert "to whom this was not sent" in text_of(visitor.get(link))
    visitor.post(link)
    offer = Seat.objects.get(contract=contract, user=cy.user)
    assert offer.state == Seat.State.INVITED
    own = browse(cy)
    own.post(link)
    offer.refresh_from_db()
    assert offer.state == Seat.State.ACTIVE
    assert own.get("/talent/").context["request"].seat == offer


def test_one_letter_leaves_for_one_asking(invited, letters):
    letters()
    assert len(mail.outbox) == 1


def test_whoever_is_deactivated_is_out_with_the_next_click(ada, browse, visitor):
    own = browse(ada)
    assert own.get(reverse("recruiter:home")).status_code == 200
    act(visitor, "deactivate", ada)
    assert own.get(reverse("recruiter:home")).status_code == 403
    User.objects.filter(pk=ada.user_id).update(is_active=False)
    assert own.get(reverse("recruiter:home")).status_code == 302  # to sign in
    assert AuditEntry.objects.filter(verb="seat.state_changed", actor__username="root").exists()


def test_only_who_may_add_seats_offers_them(browse, ada, client):
    User.objects.filter(pk=ada.user_id).update(is_staff=True)
    for address in (INVITE, IMPORT):
        assert browse(ada).get(address).status_code == 403
        assert client.get(address).status_code == 302


# ------------------------------------------------------------------------------------ from a list
FILE = """E-mail;First name;Last name;Role;Contract
bo@people.test;Bo;Colleague;Recruiter;
hal@people.test;Hal;;recruiter;
eve@new.test;Eve;Newman;Hiring manager;Executive search
EVE@new.test;Eve;Newman;;Recruiting
eve@new.test;Eve;Twice;;
nonsense;;;;
;;;x;
max@new.test;Max;;Emperor;
may@new.test;May;;;Somewhere else
=cmd@new.test;=1+1;;;
"""


def upload(visitor: Client, contract, text: str = FILE):
    file = SimpleUploadedFile("seats.csv", text.encode())
    return visitor.post(IMPORT, {"contract": contract.pk, "file": file})


def test_a_list_is_looked_through_and_each_bad_line_is_named(visitor, contract, bo, di, hal):
    page = upload(visitor, contract)
    text = text_of(page)
    for words in (
        "What becomes of 10 lines",
        "Bo Colleague bo@people.test Recruiter Recruiting Nothing to do",
        "Hal hal@people.test Recruiter Recruiting Change role",
        "Eve Newman eve@new.test Hiring manager Executive search Invite",
        "Eve Newman EVE@new.test Recruiter Recruiting Invite",
        "The same person stands further up.",
        "This is no e-mail address.",
        "The e-mail address is missing.",
        "There is no role “Emperor”",
        "The company has no contract “Somewhere else”.",
    ):
        assert words in text
    assert not Invitation.objects.exists()


def test_a_list_is_carried_out_once_however_often_it_comes(
    visitor, contract, bo, di, hal, letters, drain
):
    for _ in range(2):
        fields = {"contract": contract.pk, "text": FILE, "run": "Do it"}
        assert visitor.post(IMPORT, fields).status_code == 302
    assert Seat.objects.filter(user__email="eve@new.test").count() == 2
    assert User.objects.filter(email__iexact="eve@new.test").count() == 1
    hal.refresh_from_db()
    assert hal.role == Seat.Role.RECRUITER
    assert len(letters()) == 3  # Eve twice, and the address that begins oddly


def test_the_report_is_no_formula(visitor, contract, di):
    answer = visitor.post(IMPORT, {"contract": contract.pk, "text": FILE, "report": "1"})
    lines = answer.content.decode().splitlines()
    assert lines[0] == "Line,First name,Last name,E-mail,Role,Contract,Outcome,Reason"
    assert "11,'=1+1,,'=cmd@new.test,Recruiter,Recruiting,invite," in lines


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "empty"), ("a,b\n1,2\n", "No column is headed"), ("\x00", "no CSV file")],
)
def test_a_file_that_cannot_be_read_says_why(visitor, contract, text, words):
    assert words in text_of(upload(visitor, contract, text))


def test_looking_through_costs_the_same_for_many_lines(
    visitor, contract, django_assert_max_num_queries
):
    lines = "".join(f"p{number}@new.test\n" for number in range(500))
    with django_assert_max_num_queries(15):
        assert "500 lines" in text_of(upload(visitor, contract, f"email\n{lines}"))


def test_an_invitation_says_when_it_left(invited, visitor):
    assert f"sent {timezone.now():%Y-%m-%d}" in text_of(visitor.get(SEATS))
    Invitation.objects.update(accepted_at=timezone.now() - timedelta(days=1))
    assert "accepted" in text_of(visitor.get(SEATS))


# ---------------------------------------------------------------------------------- single sign-on
def test_a_provider_is_set_up_without_its_secret_ever_being_shown(visitor, freshing, cy):
    fields = {
        "company": freshing.pk, "contract": "", "code": "freshing", "client_id": "us",
        "issuer": "https://id.freshing.test/", "secret": "s3cret word",
        "domains": "Freshing.test, @jobs.freshing.test", "active": "on",
    }  # fmt: skip
    address = "/admin/rsc/singlesignon/add/"
    assert visitor.post(address, fields).status_code == 302
    way = freshing.sign_ons.get()
    assert way.domains == ["freshing.test", "jobs.freshing.test"]
    page = visitor.get(f"/admin/rsc/singlesignon/{way.pk}/change/")
    assert "/accounts/oidc/freshing/login/callback/" in text_of(page)
    assert "s3cret" not in page.content.decode() + way.sealed_secret
    other = {**fields, "company": cy.contract.company_id, "code": "other"}
    assert "taken by another company" in text_of(visitor.post(address, other))
    other |= {"company": freshing.pk, "contract": cy.contract_id, "domains": "not a domain"}
    text = text_of(visitor.post(address, other))
    assert "This contract is of another company" in text
    assert "No domain: not a domain" in text
