"""From a recruiter's first word to contact details, and back: both sides in a real browser."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from recruiter.models import Member, MemberPhone
from tests import factories, guide
from tests.journeys.conftest import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "Hello {first_name}, we look for a director. May I tell you more?"


@pytest.fixture
def rebecca(db) -> Member:
    """The member of the guide's question."""
    member = factories.MemberFactory(
        user=factories.UserFactory(username="rebecca"),
        first_name="Rebecca",
        last_name="Best",
        headline="Connecting top talent with career-changing opportunities",
    )
    factories.MemberEmailFactory(member=member, address="thebestrebecca123@gmail.com")
    MemberPhone.objects.create(member=member, number="555-541-5123")
    return member


@pytest.fixture
def window(browse, chromium: Browser, live_server):
    """Opens a browser for somebody; closes them all afterwards."""
    opened = []

    def sign_in(who, **more) -> Page:
        context = chromium.new_context(viewport={"width": 1000, "height": 900}, **more)
        context.set_default_timeout(10_000)
        opened.append(context)
        session = browse(who).cookies["rsc_session"].value
        context.add_cookies([{"name": "rsc_session", "value": session, "url": live_server.url}])
        return context.new_page()

    yield sign_in
    for context in opened:
        context.close()


def serious_faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def write(page: Page, address: str) -> None:
    """Compose a message on a page of its own, look at it, send it."""
    page.goto(address)
    page.get_by_label("Subject").fill("Director of Recruiting")
    page.get_by_label("Message:").fill(WORDS)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("Preview")).to_contain_text("Hello Rebecca, we look")
    assert serious_faults(page) == []
    shot(page, "inmail-compose")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message to Rebecca Best is sent.")).to_be_visible()
    assert serious_faults(page) == []
    shot(page, "inmail-messages")


def answer(page: Page, address: str) -> None:
    """Follow the e-mail's link, say yes to the message and yes to the question."""
    page.goto(address)
    expect(page.get_by_text("Hello Rebecca, we look for a director.")).to_be_visible()
    assert serious_faults(page) == []
    shot(page, "inmail-member-thread")
    page.get_by_role("button", name="Interested").click()
    expect(page.get_by_role("heading", name="Share your contact info?")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value("thebestrebecca123@gmail.com")
    expect(page.get_by_label("Phone")).to_have_value("555-541-5123")
    assert serious_faults(page) == []
    shot(page, "inmail-question")
    page.get_by_label("Phone").fill("555-544-5123")
    page.get_by_role("button", name="Yes, please share").click()
    expect(page.get_by_text("can see your contact details now")).to_be_visible()


def test_from_the_first_word_to_contact_details_and_back(window, ada, rebecca, live_server, drain):
    recruiter, member = window(ada), window(rebecca.user)
    here = live_server.url
    write(recruiter, f"{here}/talent/people/message/?person={rebecca.public_id}")
    drain()
    path = re.search(re.escape(settings.BASE_URL) + r"(/me/messages/\S+)", mail.outbox[-1].body)[1]
    answer(member, here + path)
    recruiter.goto(f"{here}/talent/messages/?show=interested")
    recruiter.get_by_role("link", name="Rebecca Best").click()
    expect(recruiter.get_by_role("link", name="555-544-5123")).to_be_visible()
    assert serious_faults(recruiter) == []
    shot(recruiter, "inmail-thread")
    recruiter.goto(here + rebecca.get_absolute_url())
    expect(recruiter.get_by_text("thebestrebecca123@gmail.com")).to_be_visible()
    member.get_by_role("link", name="Take them back").click()
    shot(member, "member-sharing-standing")
    member.get_by_role("button", name="Take back").click()
    expect(member.get_by_text("Taken back on")).to_be_visible()
    assert serious_faults(member) == []
    recruiter.reload()
    expect(recruiter.get_by_text("thebestrebecca123@gmail.com")).to_have_count(0)


def test_a_message_from_the_dialog_in_front_of_a_profile(window, ada, ats, mae, live_server):
    guide.mae_in(ats, mae)
    page = window(ada)
    page.goto(live_server.url + mae.get_absolute_url())
    page.get_by_role("link", name="Message", exact=True).first.click()
    dialog = page.get_by_role("dialog", name="Message Mae Norris")
    expect(dialog.get_by_text("now at phone screen")).to_be_visible()
    dialog.get_by_label("Subject").fill("Hello {first_name}")
    dialog.get_by_label("Message:").fill("You as {nickname}")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("There is no field {nickname}.")).to_be_visible()
    shot(page, "inmail-dialog")
    assert serious_faults(page) == []
    dialog.get_by_label("Message:").fill("You as {current_title}")
    dialog.get_by_label("Files").set_input_files(
        {"name": "role.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 hello"}
    )
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message to Mae Norris is sent.")).to_be_visible()
    page.goto(f"{live_server.url}/talent/messages/")
    page.get_by_role("link", name="Mae Norris").click()
    expect(page.get_by_text("You as Account Manager")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="role.pdf").click()
    assert started.value.suggested_filename == "role.pdf"


def test_a_member_answers_without_javascript(window, ada, rebecca, live_server):
    recruiter = window(ada, java_script_enabled=False)
    recruiter.goto(f"{live_server.url}/talent/people/message/?person={rebecca.public_id}")
    recruiter.get_by_label("Subject").fill("A role")
    recruiter.get_by_label("Message:").fill("Hello {first_name}")
    recruiter.get_by_role("button", name="Preview").click()
    expect(recruiter.get_by_label("Preview")).to_contain_text("Hello Rebecca")
    recruiter.get_by_role("button", name="Send").click()
    member = window(rebecca.user, java_script_enabled=False)
    member.goto(live_server.url)
    member.get_by_role("link", name="Ada Recruiter").click()
    member.get_by_role("button", name="Interested").click()
    member.get_by_role("button", name="No, don\N{RIGHT SINGLE QUOTATION MARK}t share").click()
    expect(member.get_by_text("does not get your contact details")).to_be_visible()


def test_the_member_s_pages_are_accessible(window, rebecca, live_server):
    factories.PositionFactory(member=rebecca, title="Senior Recruiter", employer="Harbor Lane")
    page = window(rebecca.user)
    for name in ("messages", "profile", "addresses", "privacy", "sharing", "data", "close"):
        page.goto(f"{live_server.url}/me/{name}/")
        assert serious_faults(page) == [], name
        shot(page, f"member-{name}")
    page.goto(f"{live_server.url}/me/data/")
    page.get_by_role("button", name="Ask for a copy").click()
    expect(page.get_by_text("is being made")).to_be_visible()
