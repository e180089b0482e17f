"""The widget on pages of every kind: other tags and sign-ins, bad neighbours, tight policies."""

from __future__ import annotations

import json
import shutil
import time
import uuid

import jwt
import pytest
from playwright.sync_api import expect

from ats_sync.models import ApplicationSecret, Integration
from rsc.models import Seat
from tests import factories
from tests.journeys.conftest import ARGUMENTS, shot
from tests.journeys.host_page import host_pages
from tests.journeys.widget_pages import PAGE, PUBLISHED, fill, open_page, sign_in, widget

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ELEMENT = """<!doctype html><html lang="en"><title>Acme ATS</title>
<script>window.heard = [];
  addEventListener("rsc-link", ({{ detail }}) => heard.push(detail));</script>
<rsc-profile api-key="{key}" integration-context="{context}" ats-candidate-id="{candidate}"
  width="{width}" token="{token}"></rsc-profile>
<script src="{home}/widget/v1/loader.js"></script>
"""
FRAME = """<!doctype html><html lang="en"><title>Acme ATS</title>
<iframe title="Profile" width="{width}" height="700" {more}
  src="{home}/widget/v1/frame?api_key={key}&integration_context={context}&ats_candidate_id={candidate}{token}">
</iframe>
"""
ONBOARDING = """<!doctype html><html lang="en"><title>Acme ATS</title>
<h1>Settings</h1>
<script>window.heard = []; function connected(integrations) {{ heard.push(integrations); }}</script>
<script src="{home}/xdoor/scripts/in.js">
  api_key: {key}
  extensions: HcmWidget@https://www.example.com/a, ATSIntegrationWidget@https://www.example.com/b
</script>
<script type="IN/ATSIntegrationWidget" data-width="500" data-onintegrate="connected"
  data-supported-bundled-integration-types="RECRUITER_SYSTEM_CONNECT_COMPANY,RECRUITER_SYSTEM_CONNECT_CONTRACT">
</script>
"""


@pytest.fixture
def vouch(ats, ada, live_server, settings):
    """The ATS's server signs for Ada; the ATS may vouch for people."""
    settings.BASE_URL = live_server.url
    ats.vouches_for_people = True
    ats.save()
    secret = ApplicationSecret.make(ats.application)[1]

    def vouch(**changed: object) -> str:
        now = int(time.time())
        claims = {
            "iss": ats.application.client_id,
            "aud": settings.BASE_URL,
            "sub": ada.user.email,
            "candidate": "CAND-7",
            "iat": now,
            "exp": now + 300,
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode(claims | changed, secret, algorithm="HS256")

    return vouch


@pytest.fixture
def cookieless(chromium, tmp_path):
    """A browser that keeps no cookie at all, of no site."""
    settings = tmp_path / "Default" / "Preferences"
    settings.parent.mkdir()
    blocked = {"default_content_setting_values": {"cookies": 2}}
    settings.write_text(json.dumps({"profile": blocked}))
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=shutil.which("chromium"), args=ARGUMENTS
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def told(template: str, ats, home: str, **more: str) -> str:
    filled = {"candidate": "CAND-7", "width": "640", "token": "", "more": ""} | more
    key, context = ats.application.client_id, str(ats.context)
    return template.format(key=key, context=context, home=home, **filled)


def test_the_custom_element_with_the_ats_s_word_needs_no_sign_in(
    context, live_server, host, ats, catherine, vouch
):
    page = open_page(context, host, told(ELEMENT, ats, live_server.url, token=vouch()))
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()
    assert page.locator("iframe").bounding_box()["width"] == 640
    assert "token" not in page.frames[1].url
    assert context.cookies() == []
    widget(page).get_by_text("Not the right profile?").click()
    widget(page).get_by_role("button", name="Unlink").click()
    widget(page).get_by_role("button", name="Link Catherine Silva").first.click()
    expect(widget(page).get_by_role("heading", name="Experience")).to_be_visible()
    page.wait_for_function("heard.length")
    assert page.evaluate("heard") == [str(catherine.urn)]


def test_the_published_tags_carry_the_ats_s_word_too(
    context, live_server, host, ats, catherine, vouch
):
    text = fill(PUBLISHED, ats, live_server.url)
    page = open_page(
        context, host, text.replace("data-width", f'data-token="{vouch()}" data-width')
    )
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()


def test_without_any_cookie_the_ats_s_word_and_the_ticket_work_and_a_sign_in_says_why_not(
    cookieless, live_server, host, ats, catherine, vouch
):
    page = open_page(cookieless, host, told(ELEMENT, ats, live_server.url, token=vouch()))
    inside = widget(page)
    expect(inside.get_by_role("heading", name="Catherine Silva")).to_be_visible()
    inside.get_by_text("Not the right profile?").click()
    inside.get_by_role("button", name="Unlink").click()
    expect(inside.get_by_text("is no longer linked to Catherine Silva")).to_be_focused()
    shot(page, "widget-unlinked-undo")
    inside.get_by_role("button", name="Undo").click()
    expect(inside.get_by_role("heading", name="Experience")).to_be_visible()
    assert catherine.matches.live().exists()
    page = open_page(cookieless, host, told(ELEMENT, ats, live_server.url))
    with page.expect_popup() as opened:
        widget(page).get_by_role("button", name="Sign in").click()
    popup = opened.value
    popup.locator("input[name=login]").fill("ada")
    popup.locator("input[type=password]").fill("correct horse battery")
    popup.get_by_role("button", name="Sign in", exact=True).click()
    expect(popup.get_by_role("heading", name="keeps no cookie of ours")).to_be_visible()
    shot(popup, "popup-no-cookies")
    assert cookieless.cookies() == []


def test_a_replayed_and_an_old_word_lead_to_the_sign_in_and_say_why(
    context, live_server, host, ats, catherine, vouch
):
    token = vouch()
    open_page(context, host, told(ELEMENT, ats, live_server.url, token=token))
    page = open_page(context, host, told(ELEMENT, ats, live_server.url, token=token))
    expect(widget(page).get_by_text("used before")).to_be_visible()
    old = vouch(iat=int(time.time()) - 900, exp=int(time.time()) - 600)
    page = open_page(context, host, told(ELEMENT, ats, live_server.url, token=old))
    expect(widget(page).get_by_text("too old")).to_be_visible()
    assert "Catherine" not in page.frames[1].content()
    shot(page, "widget-old-word")
    sign_in(page)
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()


def test_a_plain_frame_works_and_so_does_a_sandboxed_one_with_the_ats_s_word(
    context, live_server, host, ats, catherine, vouch
):
    page = open_page(context, host, told(FRAME, ats, live_server.url))
    sign_in(page)
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()
    tight = told(
        FRAME, ats, live_server.url,
        more='sandbox="allow-scripts allow-forms"', token=f"#token={vouch()}",
    )  # fmt: skip
    page = open_page(context, host, tight)
    expect(widget(page).get_by_role("heading", name="Catherine Silva")).to_be_visible()


def test_a_sandbox_too_tight_for_the_sign_in_says_what_to_allow(
    context, live_server, host, ats, catherine
):
    shut = 'sandbox="allow-scripts allow-forms"'
    page = open_page(context, host, told(FRAME, ats, live_server.url, more=shut))
    widget(page).get_by_role("button", name="Sign in").click()
    expect(widget(page).get_by_text("allow-popups-to-escape-sandbox")).to_be_visible()
    shot(page, "widget-sandboxed")


def test_a_strict_policy_of_the_host_page_is_enough(context, live_server, host, ats, catherine):
    policy = (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f'script-src {live_server.url}; frame-src {live_server.url}">'
    )
    text = fill(PAGE, ats, live_server.url).replace("<h1>", f"{policy}<h1>")
    page = open_page(context, host, text)
    expect(widget(page).get_by_role("button", name="Sign in")).to_be_visible()


def test_a_policy_that_refuses_the_frame_is_named(context, live_server, host, ats, catherine):
    policy = '<meta http-equiv="Content-Security-Policy" content="frame-src \'none\'">'
    page = open_page(
        context, host, fill(PAGE, ats, live_server.url).replace("<h1>", f"{policy}<h1>")
    )
    expect(page.get_by_text("does it allow frame-src")).to_be_visible(timeout=9000)


def test_an_evil_page_around_the_ats_s_page_sees_no_profile(
    context, live_server, host, ats, catherine, vouch
):
    host.pages["/candidate"] = told(ELEMENT, ats, live_server.url, token=vouch())
    with host_pages() as evil:
        evil.pages["/trap"] = f'<iframe src="{host.origin}/candidate" width="900" height="900">'
        page = context.new_page()
        page.goto(f"{evil.origin}/trap")
        inner = page.frame_locator("iframe")
        expect(inner.get_by_text("Recruiter does not appear here")).to_be_visible(timeout=9000)
        assert not any("Catherine" in frame.content() for frame in page.frames[:2])


def test_several_widgets_on_a_page_keep_apart(context, live_server, host, ats, catherine, vouch):
    other = factories.MemberFactory(first_name="Gabriel", last_name="Francis")
    candidate = factories.CandidateFactory(ats=ats, external_id="CAND-9")
    factories.MatchFactory(candidate=candidate, member=other)
    first = told(ELEMENT, ats, live_server.url, token=vouch())
    second = told(
        ELEMENT, ats, live_server.url, candidate="CAND-9", token=vouch(candidate="CAND-9")
    )
    page = open_page(context, host, first + second)
    frames = page.locator("iframe")
    expect(frames).to_have_count(2)
    one, two = (page.frame_locator(f"rsc-profile:nth-of-type({n}) iframe") for n in (1, 2))
    expect(one.get_by_role("heading", name="Catherine Silva")).to_be_visible()
    expect(two.get_by_role("heading", name="Gabriel Francis")).to_be_visible()


def test_a_blocked_pop_up_says_how_to_allow_it(context, live_server, host, ats, catherine):
    blocked = 'sandbox="allow-scripts allow-forms allow-same-origin"'
    page = open_page(context, host, told(FRAME, ats, live_server.url, more=blocked))
    widget(page).get_by_role("button", name="Sign in").click()
    expect(widget(page).get_by_role("heading", name="could not open")).to_be_visible()


def test_an_administrator_connects_an_ats_from_inside_it(context, live_server, host, ats, ada):
    Integration.objects.all().delete()
    ada.role = Seat.Role.ADMINISTRATOR
    ada.save()
    page = open_page(context, host, told(ONBOARDING, ats, live_server.url))
    expect(widget(page).get_by_role("button", name="Choose and connect")).to_be_visible()
    assert page.locator("iframe").bounding_box()["width"] == 500
    shot(page, "onboarding-frame")
    with page.expect_popup() as opened:
        widget(page).get_by_role("button", name="Choose and connect").click()
    popup = opened.value
    popup.locator("input[name=login]").fill("ada")
    popup.locator("input[type=password]").fill("correct horse battery")
    popup.get_by_role("button", name="Sign in", exact=True).click()
    expect(popup.get_by_role("heading", name="with Recruiter?")).to_be_visible()
    popup.get_by_label("Contract Recruiting").check()
    popup.get_by_label("I may decide this").check()
    shot(popup, "onboarding-agree")
    popup.get_by_role("button", name="Connect").click()
    expect(popup.get_by_role("heading", name="is connected")).to_be_visible()
    shot(popup, "onboarding-done")
    expect(widget(page).get_by_text("Connected.")).to_be_visible()
    heard = page.evaluate("heard")
    assert len(heard) == 1
    assert [one["integrationType"] for one in heard[0]] == [
        "IN_ATS_INDICATOR", "ONE_CLICK_EXPORT", "PROFILE_PLUGIN", "CSA_API",
    ]  # fmt: skip
    assert {one["status"] for one in heard[0]} == {"REQUESTED"}


def test_a_widget_that_is_switched_off_says_who_can_switch_it_on(
    context, live_server, host, ats, catherine
):
    plugin = ats.integrations.filter(integration_type=Integration.Type.PROFILE_PLUGIN)
    plugin.update(status=Integration.Status.DISABLED)
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    expect(widget(page).get_by_role("heading", name="not switched on")).to_be_visible()
    expect(widget(page).get_by_text("A Recruiter administrator of")).to_be_visible()


def test_of_several_members_a_person_chooses_one(context, live_server, host, ats, catherine):
    candidate = catherine.matches.get().candidate
    twin = factories.MemberFactory(first_name="Catherine", last_name="Sylva")
    factories.MatchFactory(candidate=candidate, member=twin)
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    sign_in(page)
    expect(widget(page).get_by_role("heading", name="Which profile is")).to_be_visible()
    widget(page).get_by_role("button", name="Choose Catherine Sylva").click()
    expect(widget(page).get_by_role("heading", name="Team activities")).to_be_visible()
    page.wait_for_function("heard.length")
    assert page.evaluate("heard") == [f"linked {twin.urn}"]


def test_a_person_with_two_contracts_changes_between_them(
    context, live_server, host, ats, ada, catherine
):
    second = factories.ContractFactory(company=ats.company, name="Executive search")
    factories.SeatFactory(contract=second, user=ada.user)
    page = open_page(context, host, fill(PAGE, ats, live_server.url))
    sign_in(page)
    expect(widget(page).get_by_text("Seen as Ada Recruiter on contract Recruiting")).to_be_visible()
    with page.expect_popup() as opened:
        widget(page).get_by_role("button", name="Change contract").click()
    with opened.value.expect_event("close"):
        opened.value.get_by_role("button", name="Continue on contract Executive search").click()
    expect(
        widget(page).get_by_text("Seen as Ada Recruiter on contract Executive search")
    ).to_be_visible()
