"""A new administrator, an empty database, and the demo's ATS: to green by what the pages say."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from ats_sync import setup_links
from ats_sync.models import Ats, Candidate
from rsc import outbox
from tests import factories
from tests.journeys.conftest import shot
from tests.journeys.test_demo import free_port, until
from tests.journeys.test_matches import look_at, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
WITHIN = 60  # seconds for the whole way


@contextmanager
def demo_ats(**settings: str) -> Iterator[None]:
    """The demo's ATS, started as its guide says."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "demo_ats"],
            cwd=FIXTURES,
            env=os.environ | settings | {"ACME_FOLDER": folder},
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


def text_of(page: Page, term: str) -> str:
    """What stands beside a term on the page that shows the secret."""
    return page.locator(f"dt:text-is('{term}') + dd").inner_text().strip()


def step(page: Page, code: str):
    return page.locator(f"[data-step={code}]")


def follow(page: Page, code: str) -> None:
    """The link of a step, from the checklist."""
    place = page.get_by_role("navigation", name="Pages about").get_by_role("link", name="Checklist")
    if place.count():
        place.click()
    step(page, code).get_by_role("link").click()


@pytest.fixture
def page(context, live_server, client, settings) -> Page:
    """A new administrator before an empty installation."""
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    settings.BASE_URL = live_server.url
    root = factories.UserFactory(username="root", is_staff=True, is_superuser=True)
    client.force_login(root)
    page = signed_in(context.new_page(), client, live_server)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/admin/")
    return page


def test_from_nothing_to_green(page, live_server):
    look_at(page, "activation-first-steps")
    began = time.monotonic()
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    account = begin(page, origin)
    set_up(page, origin)
    more = {
        "ACME_PORT": str(port),
        "ACME_RECRUITER_URL": live_server.url,
        "ACME_ORGANIZATION": str(Ats.objects.get().context),
    }
    with demo_ats(**account, **more):
        until(lambda: _pushed(origin), WITHIN)
        outbox.drain()
        finish(page)
    assert time.monotonic() - began < WITHIN
    assert Candidate.objects.count() == 65
    look_at(page, "activation-checklist-green")
    for name in ("Health", "Invite the ATS", "Features and settings"):
        page.get_by_role("link", name=name, exact=True).click()
        look_at(page, f"activation-{name.split()[0].lower()}")
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_text("First steps")).to_have_count(0)


def begin(page: Page, origin: str) -> dict[str, str]:
    """The first steps, up to an ATS; the account of its application."""
    page.get_by_role("link", name="Add the company and its contract").click()
    page.get_by_label("Name:").first.fill("Freshing")
    page.locator("#id_contracts-0-name").fill("Recruiting")
    save_and_go_home(page)
    page.get_by_role("link", name="Give yourself a seat").click()
    save_and_go_home(page)
    page.get_by_role("link", name="Register the ATS and make its secret").click()
    page.get_by_label("Name:").fill("Acme")
    page.get_by_label("Script origins:").fill(origin)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Make a secret").click()
    account = {
        "ACME_CLIENT_ID": text_of(page, "Client id"),
        "ACME_CLIENT_SECRET": text_of(page, "Client secret"),
    }
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Home").click()
    page.get_by_role("link", name="Connect the ATS").click()
    page.get_by_label("Name:").fill("Acme ATS")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("of 10 steps are done")).to_be_visible()
    return account


def save_and_go_home(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Home").click()


def set_up(page: Page, origin: str) -> None:
    """What the checklist wants of us before the ATS can push."""
    shot(page, "activation-checklist-new")
    follow(page, "asked")
    page.get_by_role("button", name="Activate at company level").click()
    follow(page, "name")
    for field in page.get_by_label("Name of").all():
        field.fill("Acme ATS")
    page.get_by_label("Callback URL").fill(f"{origin}/callback")
    page.get_by_label("sees all requisitions").check()
    page.get_by_label("sees all applications").check()
    page.get_by_role("button", name="Save").click()
    follow(page, "enabled")
    page.get_by_role("link", name="Enable all that are ready").click()
    page.get_by_role("button", name="Yes, enable").click()
    follow(page, "seats")
    shot(page, "activation-people")
    page.get_by_role("button", name="They have the same address").click()


def finish(page: Page) -> None:
    """Once it has pushed: the callback's challenge, and the history."""
    follow(page, "callback")
    page.get_by_role("button", name="Ask it now").click()
    expect(step(page, "callback")).to_have_attribute("data-state", "done")
    follow(page, "history")
    expect(page.get_by_role("row", name="Candidates 65")).to_be_visible()
    page.get_by_role("button", name="Yes, the history is complete").click()
    expect(page.get_by_text("All is done: Acme ATS works for Freshing.")).to_be_visible()


def _pushed(origin: str) -> bool:
    try:
        found = httpx.get(f"{origin}/health", timeout=5).json()
    except httpx.HTTPError:
        return False
    assert not found.get("gave_up"), found
    return bool(found["pushed"])


def test_the_page_behind_an_invitation(ats, context, live_server, settings):
    settings.BASE_URL = live_server.url
    root = factories.UserFactory(is_staff=True, is_superuser=True)
    page = context.new_page()
    page.goto(setup_links.url_of(setup_links.make(ats, actor=root, gives_secret=True)))
    look_at(page, "activation-invitation")
    page.get_by_role("button", name="Show the secret, this once").click()
    expect(page.get_by_text("never shows it again")).to_be_visible()
    shot(page, "activation-secret")
