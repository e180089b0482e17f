"""People put matches right: in the review queue, at the desk that says why, and on the ATS tab."""

from __future__ import annotations

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from ats_sync import candidates, links, matching
from ats_sync.models import Candidate
from rsc import outbox
from tests import factories
from tests.ats_sync import records
from tests.journeys.conftest import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def namesakes(ats, ada):
    """Two members of one name in one town, and two records that may be either of them."""
    made = []
    for number in range(2):
        member = factories.MemberFactory(
            first_name="Ines", last_name="Prado", city="Leeds", country_code="gb"
        )
        factories.MemberEmailFactory(member=member, address=f"ines{number}@post.test")
        factories.PositionFactory(member=member, employer="White Devices")
        made.append(member)
    matching.rematch_members([member.pk for member in made])
    sent = {
        "first_name": "Ines",
        "last_name": "Prado",
        "current_company": "White Devices",
        "addresses": [{"city": "Leeds", "country": "gb"}],
    }
    candidates.upsert(ats, [records.candidate("CAND-7", emails=["ip@else.test"], **sent)])
    candidates.upsert(ats, [records.candidate("CAND-8", emails=["prado@work.test"], **sent)])
    outbox.drain()
    links.reject(ada, Candidate.objects.get(external_id="CAND-8"), made[0])
    outbox.drain()
    return made


# Of the framework's own lists: a search box labelled by its title, a link known by its colour.
NOT_OURS = {"label-title-only", "link-in-text-block"}


def signed_in(page: Page, client: Client, live_server) -> Page:
    session = client.cookies["rsc_session"].value
    page.context.add_cookies([{"name": "rsc_session", "value": session, "url": live_server.url}])
    return page


def look_at(page: Page, name: str) -> None:
    """Keep pictures of a page in both widths and both lights, and try it for faults."""
    for width, light in product((1280, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=light, reduced_motion="reduce")
        shot(page, f"{name}-{width}-{light}")
    found = Axe().run(page).response["violations"]
    faults = {
        each["id"]: [node["html"] for node in each["nodes"]]
        for each in found
        if each["impact"] in ("serious", "critical") and each["id"] not in NOT_OURS
    }
    assert faults == {}
    page.set_viewport_size({"width": 1280, "height": 900})


def test_an_administrator_reviews_and_asks_why(namesakes, ats, context, live_server, client):
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    page = signed_in(context.new_page(), client, live_server)
    page.goto(f"{live_server.url}/admin/ats_sync/match/?state__exact=suggested")
    expect(page.get_by_text("Same name").first).to_be_visible()
    look_at(page, "match-queue")
    page.get_by_role("link", name="Ines Prado").first.click()
    expect(page.get_by_text("other members it may be")).to_be_visible()
    expect(page.get_by_role("link", name="Ines Prado", exact=True)).to_have_count(2)
    expect(page.get_by_text("new > suggested")).to_be_visible()
    look_at(page, "match-review")
    page.goto(f"{live_server.url}/admin/ats_sync/why/")
    page.get_by_label("What is it about?").fill("CAND-7")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("Ambiguous between Ines Prado, Ines Prado")).to_be_visible()
    look_at(page, "match-why")
    page.get_by_role("link", name="Look at: Ines Prado is suggested").first.click()
    expect(page.get_by_text("other members it may be")).to_be_visible()


def test_a_recruiter_rejects_on_the_ats_tab_and_takes_it_back(
    namesakes, ada, browse, context, live_server
):
    page = signed_in(context.new_page(), browse(ada), live_server)
    page.goto(f"{live_server.url}{namesakes[0].get_absolute_url()}?tab=ats")
    expect(page.get_by_role("heading", name="Records that may be Ines")).to_be_visible()
    look_at(page, "match-tab")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("is judged by the rule again")).to_be_visible()
    expect(page.get_by_role("button", name="Take back")).to_have_count(0)
