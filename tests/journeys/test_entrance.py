"""An administrator offers seats, somebody takes one; the pages for operators are read."""

from __future__ import annotations

import pytest
from django.core import mail
from playwright.sync_api import expect

from rsc import outbox
from rsc.models import SingleSignOn
from tests.journeys.conftest import shot
from tests.journeys.test_matches import look_at, signed_in
from tests.rsc.test_invitations import FILE, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def link_of(address: str) -> str:
    """What stands in the letter to somebody."""
    (letter,) = (letter for letter in mail.outbox if letter.to == [address])
    return next(word for word in letter.body.split() if "/invitation/" in word)


def test_seats_are_offered_and_one_is_taken(
    root, bo, di, hal, contract, browse, context, chromium, live_server, settings, tmp_path
):
    settings.BASE_URL = live_server.url
    page = signed_in(context.new_page(), browse(root), live_server)
    page.goto(f"{live_server.url}/admin/rsc/contract/{contract.pk}/change/")
    page.get_by_role("link", name="Import seats").click()
    sheet = tmp_path / "seats.csv"
    sheet.write_text(FILE)
    look_at(page, "seats-import")
    page.get_by_label("File").set_input_files(sheet)
    page.get_by_role("button", name="Look it through").click()
    expect(page.get_by_text("What becomes of 10 lines")).to_be_visible()
    look_at(page, "seats-looked-through")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("4 of 10 seats are offered or changed.")).to_be_visible()
    page.get_by_role("link", name="Invite people").click()
    page.get_by_label("Contract").select_option(str(contract.pk))
    page.get_by_label("People").fill("Max Later <max@later.test>")
    look_at(page, "seats-invite")
    page.get_by_role("button", name="Send invitations").click()
    outbox.drain()
    page.goto(f"{live_server.url}/admin/rsc/seat/")
    shot(page, "seats")

    guest = chromium.new_context().new_page()
    guest.goto(link_of("max@later.test"))
    look_at(guest, "invitation")
    guest.get_by_label("New password:").fill(PASSWORD)
    guest.get_by_label("New password confirmation").fill(PASSWORD)
    guest.get_by_role("button", name="Take the seat").click()
    expect(guest.get_by_text("You work on PMM Middleware Test Company: Recruiting")).to_be_visible()
    guest.context.close()


def test_the_pages_for_operators_and_the_way_to_sign_on(freshing, context, live_server):
    SingleSignOn.objects.create(company=freshing, code="freshing", domains=["people.test"])
    page = context.new_page()
    page.goto(f"{live_server.url}/docs/")
    look_at(page, "docs-production")
    page.get_by_role("link", name="What it answers").click()
    expect(page.get_by_role("row")).to_have_count(23)
    look_at(page, "docs-complaints")
    page.goto(f"{live_server.url}/accounts/login/")
    shot(page, "sign-in")
    page.get_by_role("link", name="Single sign-on").click()
    page.get_by_label("Your e-mail address at work").fill("ada@people.test")
    look_at(page, "sign-on")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Continue to the sign-in of PMM")).to_be_visible()
    look_at(page, "sign-on-way")
