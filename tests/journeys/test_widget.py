"""A recruiter opens a candidate in the ATS and sees the live profile inside the ATS's page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ats_sync.models import Match
from recruiter.models import Activity
from rsc.models import Seat
from tests import factories
from tests.journeys.conftest import shot
from tests.journeys.widget_pages import (
    PAGE,
    PUBLISHED,
    fill,
    open_page,
    sign_in,
    sign_in_again,
    widget,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_signed_out_to_the_profile_and_after_a_reload(context, live_server, host, ats, catherine):
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    expect(widget(page).get_by_role("button", name="Sign in")).to_be_visible()
    assert "Catherine" not in page.frames[1].content()
    sign_in(page)
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()
    page.reload()
    expect(widget(page).get_by_role("button", name="Sign in")).to_be_visible()
    sign_in_again(page)
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()
    assert context.cookies(host.origin) == []
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_the_frame_is_as_high_as_its_content_and_as_wide_as_asked(
    context, live_server, host, ats, catherine
):
    for width in (320, 500, 800):
        page = open_page(context, host, fill(PAGE, ats, live_server.url, width=str(width)))
        (sign_in if width == 320 else sign_in_again)(page)
        expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()
        page.wait_for_function("document.querySelector('iframe').offsetHeight > 600")
        inside = page.frames[1]
        assert page.locator("iframe").bounding_box()["width"] == width
        assert inside.evaluate("document.documentElement.scrollWidth") <= width
        body = inside.evaluate("document.body.getBoundingClientRect().height")
        page.wait_for_function(
            "height => Math.abs(document.querySelector('iframe').offsetHeight - height) <= 1",
            arg=body,
        )
        widget(page).get_by_text("Show more").first.click()
        page.wait_for_function(
            "height => document.querySelector('iframe').offsetHeight > height + 20", arg=body
        )
        page.close()


def test_an_unlisted_page_shows_nothing_and_says_why(context, live_server, host, ats, catherine):
    """CF-181."""
    ats.application.script_origins = ["https://elsewhere.test"]
    ats.application.save()
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    host.pages["/candidate"] = fill(PAGE, ats, live_server.url)
    page.goto(f"{host.origin}/candidate")
    note = page.get_by_text("Recruiter does not appear here")
    expect(note).to_be_visible(timeout=9000)
    expect(note).to_contain_text(f"exactly {host.origin}")
    expect(note).to_contain_text(f"frame-src {live_server.url}")
    expect(page.locator("iframe")).to_be_hidden()
    assert any(text.startswith("rsc: ") for text in said)
    shot(page, "unlisted")


def test_unlinking_asks_first_and_calls_back_once(context, live_server, host, ats, catherine):
    """CF-183."""
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    sign_in(page)
    inside = widget(page)
    inside.get_by_text("Not the right profile?").click()
    inside.get_by_role("button", name="Cancel").click()
    expect(inside.get_by_role("button", name="Unlink")).to_be_hidden()
    inside.get_by_text("Not the right profile?").click()
    shot(page, "unlink")
    inside.get_by_role("button", name="Unlink").click()
    expect(inside.get_by_role("heading", name="No profile is linked")).to_be_visible()
    assert page.evaluate("heard") == [f"unlinked {catherine.urn}"]
    assert Match.objects.get(member=catherine).state == Match.State.UNLINKED
    assert context.pages == [page]  # no press but "Sign in" opened a window
    shot(page, "search")


def test_linking_by_hand_calls_back_once_and_survives_a_reload(
    context, live_server, host, ats, catherine
):
    """CF-182."""
    factories.CandidateFactory(ats=ats, external_id="CAND-8", first_name="Kate", last_name="S")
    page = open_page(context, host, fill(PAGE, ats, live_server.url, candidate="CAND-8"))
    sign_in(page)
    inside = widget(page)
    expect(inside.get_by_role("searchbox", name="Name")).to_have_value("Kate S")
    inside.get_by_role("searchbox", name="Name").fill("silva")
    inside.get_by_role("searchbox", name="Name").press("Enter")
    inside.get_by_role("button", name="Link Catherine Silva").click()
    expect(inside.get_by_role("heading", name="Catherine Silva")).to_be_visible()
    expect(inside.get_by_text("Kate S is linked to Catherine Silva now.")).to_be_focused()
    assert page.evaluate("heard") == [f"linked {catherine.urn}"]
    page.reload()
    sign_in_again(page)
    expect(inside.get_by_role("heading", name="Catherine Silva")).to_be_visible()
    assert page.evaluate("heard") == []


def test_saving_to_a_project_keeps_the_recruiter_in_the_ats(
    context, live_server, host, ats, catherine
):
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    sign_in(page)
    inside = widget(page)
    inside.get_by_text("Save to project").click()
    inside.get_by_label("Name of a new project").fill("Chicago")
    inside.get_by_label("Name of a new project").press("Enter")
    expect(inside.get_by_text("Saved to Chicago.")).to_be_focused()
    with page.expect_popup() as opened:
        inside.get_by_role("link", name="View in Recruiter").click()
    expect(opened.value.get_by_role("heading", name="Catherine Silva")).to_be_visible()


def test_the_published_tags_work_unchanged_but_for_the_address(
    context, live_server, host, ats, catherine
):
    """CF-180."""
    page = open_page(context, host, fill(PUBLISHED, ats, live_server.url))
    sign_in(page)
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()
    assert page.locator("iframe").bounding_box()["width"] == 500
    expect(widget(page).get_by_text("Not the right profile?")).to_be_visible()


def test_a_widget_added_later_comes_up_and_one_taken_away_is_gone(
    context, live_server, host, ats, catherine
):
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    expect(widget(page).get_by_role("button", name="Sign in")).to_be_visible()
    page.evaluate(
        """() => {
            const first = document.querySelector("[data-rsc-widget]");
            const second = first.cloneNode(false);
            second.dataset.atsCandidateId = "CAND-8";
            first.after(second);
            delete first.dataset.rscWidget;
        }"""
    )
    expect(page.locator("iframe")).to_have_count(1)
    expect(widget(page).get_by_role("button", name="Sign in")).to_be_visible()
    assert "ats_candidate_id=CAND-8" in page.locator("iframe").get_attribute("src")


def test_the_host_page_cannot_forge_events_or_read_the_frame(
    context, live_server, host, ats, catherine
):
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    expect(widget(page).get_by_role("button", name="Sign in")).to_be_visible()
    page.evaluate("postMessage({type: 'rsc:linked', person: 'urn:li:person:forged'}, '*')")
    page.evaluate("frames[0].postMessage({type: 'rsc:ticket', ticket: 'forged'}, '*')")
    page.wait_for_timeout(200)
    assert page.evaluate("heard") == []
    expect(widget(page).get_by_role("button", name="Sign in")).to_be_visible()


def test_a_lost_way_back_says_what_to_do(context, live_server, host, ats, catherine):
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    sign_in(page)
    alone = context.new_page()
    alone.goto(
        f"{live_server.url}/widget/v1/sign-in?api_key={ats.application.client_id}"
        f"&integration_context={ats.context}&origin={host.origin}"
    )
    expect(alone.get_by_text("press “Sign in” there once more")).to_be_visible()


def test_an_ended_ticket_asks_to_sign_in_again(context, live_server, host, ats, catherine):
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    sign_in(page)
    inside = widget(page)
    expect(inside.get_by_role("heading", name="Catherine Silva")).to_be_visible()
    Seat.objects.update(state=Seat.State.PARKED)
    inside.get_by_text("Not the right profile?").click()
    inside.get_by_role("button", name="Unlink").click()
    expect(inside.get_by_role("heading", name="Sign in again")).to_be_focused()
    assert "Catherine" not in page.frames[1].content()
    assert page.evaluate("heard") == []
    Seat.objects.update(state=Seat.State.ACTIVE)
    sign_in_again(page)
    expect(inside.get_by_role("heading", name="Catherine Silva")).to_be_visible()


def test_a_person_without_a_seat_is_told_who_can_help(context, live_server, host, ats, catherine):
    factories.UserFactory(username="eve")
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    with page.expect_popup() as opened:
        widget(page).get_by_role("button", name="Sign in").click()
    popup = opened.value
    popup.locator("input[name=login]").fill("eve")
    popup.locator("input[type=password]").fill("correct horse battery")
    popup.get_by_role("button", name="Sign in", exact=True).click()
    expect(popup.get_by_role("heading", name="You have no seat")).to_be_visible()
    shot(popup, "popup-no-seat")
    expect(widget(page).get_by_role("heading", name="No seat for this profile")).to_be_visible()
    shot(page, "no-seat")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_and_use_the_frame(
    chromium, context, live_server, host, ats, catherine, bo, scheme
):
    Activity.objects.create(
        member=catherine, seat=bo, verb=Activity.Verb.SAVED, at=factories.LONG_AGO
    )
    for width in (1000, 800, 320):
        page = open_page(context, host, fill(PAGE, ats, live_server.url, width=str(width)))
        page.set_viewport_size({"width": 1040, "height": 1800})  # off-screen frames stay blank
        page.emulate_media(color_scheme=scheme)
        shot(page, f"signed-out-{width}-{scheme}")
        (sign_in if width == 1000 else sign_in_again)(page)
        expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()
        page.wait_for_function("document.querySelector('iframe').offsetHeight > 600")
        shot(page, f"profile-{width}-{scheme}")
        widget(page).get_by_text("Save to project").press("Enter")
        widget(page).get_by_text("Send InMail").press("Enter")
        expect(widget(page).get_by_label("Name of a new project")).to_be_visible()
        expect(widget(page).get_by_label("Subject")).to_be_visible()
        widget(page).get_by_text("Not the right profile?").press("Enter")
        shot(page, f"profile-open-{width}-{scheme}")
        results = Axe().run(page.frames[1])
        assert results.violations_count == 0, results.generate_report()
        page.close()
