"""The pages of data protection, in both widths and both lights."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ats_sync.models import RetentionRule
from recruiter import legal_holds
from tests import factories
from tests.journeys.test_matches import look_at, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_operator_finds_a_person_and_erases_them(
    context, live_server, browse, root, ats, mae, ada
):
    candidate = factories.CandidateFactory(ats=ats, email_keys=["mnorris@gmail.com"])
    factories.ApplicationFactory(candidate=candidate)
    RetentionRule.objects.create(entity="searches", days=90)
    hold = legal_holds.place("candidate", candidate.pk, "Case 2026-7", actor=root)
    page: Page = signed_in(context.new_page(), browse(root), live_server)
    page.goto(live_server.url + reverse("admin:index"))
    page.get_by_role("link", name="Find, copy or erase a person").first.click()
    page.get_by_label("Whom?").fill("mnorris@gmail.com")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("A legal hold stands on")).to_be_visible()
    legal_holds.lift(hold, actor=root)
    page.get_by_role("button", name="Find").click()
    look_at(page, "protection-person")
    page.get_by_label("once more").fill("mnorris@gmail.com")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("This is the receipt")).to_be_visible()
    look_at(page, "protection-receipt")
    page.goto(live_server.url + reverse("admin:ats_sync_erasure_map"))
    look_at(page, "protection-map")
    page.goto(live_server.url + reverse("admin:ats_sync_erasure_wipe") + f"?ats={ats.pk}")
    look_at(page, "protection-wipe")
    page.goto(live_server.url + reverse("admin:ats_sync_retentionrule_changelist"))
    look_at(page, "protection-retention")
