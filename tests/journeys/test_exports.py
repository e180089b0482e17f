"""Many people at once on their way to an ATS, watched and stopped in the browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from ats_sync import callbacks
from ats_sync.models import CallbackDelivery, Export
from recruiter import pipeline, projects
from recruiter.models import Member, Project
from tests import factories
from tests.ats_sync.receiver import Receiver, receiving
from tests.ats_sync.test_callbacks import listen
from tests.journeys.conftest import shot
from tests.journeys.test_search import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = 500


@pytest.fixture
def project(ada) -> Project:
    """A project with 500 people in its pipeline."""
    made = projects.create_project(ada, name="Harvest 2026")
    people = Member.objects.bulk_create(
        Member(slug=f"p{n}", first_name=f"P{n}", last_name="Ber") for n in range(PEOPLE)
    )
    pipeline.save(ada, people, project=made)
    return made


@pytest.fixture
def receiver(ats, settings) -> Iterator[Receiver]:
    """The ATS's callback; it takes its time."""
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    with receiving() as running:
        running.wait = 0.1
        listen(ats, running.url)
        yield running


@pytest.fixture
def page(context, live_server, ada, browse, project, ats) -> Page:
    factories.JobPostingFactory(ats=ats, title="Picker", external_id="JX1")
    cookie = browse(ada).cookies["rsc_session"].value
    context.add_cookies([{"name": "rsc_session", "value": cookie, "url": live_server.url}])
    return context.new_page()


def deliver() -> None:
    """What a worker does; it ends when nothing waits."""
    try:
        while callbacks.deliver_due():
            pass
    finally:
        connection.close()


def export_everybody(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label(f"All {PEOPLE} in this pipeline").check()
    expect(page.locator("[data-chosen-count]")).to_have_text(f"{PEOPLE} selected")
    shot(page, "export-everybody-chosen")
    page.get_by_role("button", name="Export to ATS").click()
    dialog = page.get_by_role("dialog", name="Export to your ATS")
    dialog.get_by_label("Picker").check()
    assert violations(page) == []
    shot(page, "export-everybody-dialog")
    dialog.get_by_role("button", name=re.compile("Export .* people")).click()


def test_500_people_go_at_once_with_progress_and_the_rest_is_cancelled(
    page, live_server, project, receiver, settings
):
    settings.EXPORTS_PER_MONTH = PEOPLE
    export_everybody(page, f"{live_server.url}/talent/projects/{project.pk}/")
    progress = page.get_by_role("region", name="Progress of this export")
    expect(progress).to_contain_text(f"0 of {PEOPLE} done")
    expect(progress).to_contain_text(f"{PEOPLE} waiting")
    worker = threading.Thread(target=deliver)
    worker.start()
    expect(progress).to_contain_text(re.compile(r"[1-9]\d* sent"))  # it tells by itself
    sent = Export.objects.filter(delivery__state=CallbackDelivery.State.DELIVERED)
    fetched = list(sent.order_by("pk").values_list("pk", flat=True)[:1])
    Export.objects.filter(pk__in=fetched).update(fetched_at=timezone.now())
    page.get_by_role("button", name="Cancel the rest").click()
    expect(page.locator("main > .notice").last).to_contain_text("exports cancelled.")
    worker.join(60)
    expect(progress).to_contain_text(f"0 waiting · {PEOPLE - 1} failed or stopped")
    assert violations(page) == []
    shot(page, "export-everybody-cancelled")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "export-everybody-cancelled-narrow")
    stopped = Export.objects.exclude(stopped_at=None)
    assert stopped.count() == PEOPLE - 1  # what the ATS has fetched is its own
    assert not stopped.filter(pk__in=fetched).exists()
    assert len(receiver.got) < PEOPLE  # what is stopped is not sent any more


def test_of_301_people_the_last_is_refused_with_the_reason(page, live_server, project, receiver):
    project.prospects.filter(
        pk__in=list(project.prospects.order_by("pk").values_list("pk", flat=True)[301:])
    ).delete()
    page.goto(f"{live_server.url}/talent/projects/{project.pk}/")
    page.get_by_label("All 301 in this pipeline").check()
    page.get_by_role("button", name="Export to ATS").click()
    dialog = page.get_by_role("dialog", name="Export to your ATS")
    dialog.get_by_label("Picker").check()
    shot(page, "export-301-dialog")
    dialog.get_by_role("button", name=re.compile("Export .* people")).click()
    expect(page.locator("main")).to_contain_text("300 people are on the way to")
    expect(page.locator("main")).to_contain_text("You have made all 300 exports of this month.")
    shot(page, "export-301")
    assert Export.objects.count() == 300
