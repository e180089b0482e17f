"""A real browser for the journeys. Third-party cookies are blocked, as browsers do by now."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from recruiter.models import Education, Member, Recommendation
from recruiter.search import index
from tests import factories
from tests.journeys.host_page import HostPages, host_pages

# Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--test-third-party-cookie-phaseout",
]

# Other tests run at the same time, a whole demo starting up among them.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("No Chromium on this machine: install the package “chromium”.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium, request) -> Iterator[BrowserContext]:
    """A fresh browser profile: no cookies, no storage."""
    context = chromium.new_context(viewport={"width": 1000, "height": 900})
    context.set_default_timeout(10_000)
    yield context
    context.close()
    if request.node.get_closest_marker("django_db"):
        _wait_for_the_server()


def _wait_for_the_server() -> None:
    """Let requests that the browser left behind end, before the tables are emptied.

    Each has a thread, which ends with its connection; between two of its statements the database
    would show nothing of it.
    """
    for _ in range(100):
        if not any("process_request_thread" in each.name for each in threading.enumerate()):
            return
        time.sleep(0.05)


def shot(page: Page, name: str) -> None:
    """Keep a picture of a page in the folder that RSC_SHOTS names, if any."""
    if folder := os.environ.get("RSC_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.fixture
def host(ats, ada) -> Iterator[HostPages]:
    """The ATS's web pages, on an origin that its application lists."""
    with host_pages() as pages:
        ats.application.script_origins = [pages.origin]
        ats.application.save()
        yield pages


@pytest.fixture
def catherine(ats) -> Member:
    """The guide's project manager, matched by her address."""
    member = factories.MemberFactory(
        first_name="Catherine",
        last_name="Silva",
        headline="Project Manager at Acme",
        location="Greater Chicago Area",
        industry="Computer Software",
        website="https://silva.example.org/portfolio",
        skills=[
            "Project Management", "Product Management", "Product Strategy", "Product Marketing",
            "Business Analysis", "Product Launch", "Data Analysis", "Agile Methodologies",
            "Software Development", "Cross-functional team leadership", "Team management",
            "Negotiation", "Budgeting",
        ],
    )  # fmt: skip
    for title, employer, since, until in (
        ("Project Manager", "Acme", "2015-03", ""),
        ("Project Manager", "Mintone", "2012-07", "2015-02"),
        ("Project Manager", "44Elk", "2009-01", "2012-06"),
    ):
        factories.PositionFactory(
            member=member, title=title, employer=employer, started_on=since, ended_on=until
        )
    Education.objects.create(member=member, school="Georgia Institute of Technology")
    Recommendation.objects.create(
        member=member,
        author_name="Barbara Allen",
        author_headline="Software Engineer at Acme",
        text="Catherine Silva is an amazing person who I trust can accomplish anything.",
    )
    candidate = factories.CandidateFactory(
        ats=ats,
        external_id="CAND-7",
        first_name="Catherine",
        last_name="Silva",
        emails=["CSilva@gmail.com"],
    )
    factories.MatchFactory(candidate=candidate, member=member)
    index().put([member.pk])
    return member
