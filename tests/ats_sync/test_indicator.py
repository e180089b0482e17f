"""The card below a badge, and the ATS's part of a profile's header line."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ats_sync.models import Candidate
from recruiter.models import ContactShare
from tests import factories, guide
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(ats, mae) -> Candidate:
    return guide.mae_in(ats, mae)


@pytest.fixture
def card(browse, mae):
    def read(seat, panel: str = "indicator"):
        return browse(seat).get(reverse(f"ats:{panel}", args=[mae.public_id]))

    return read


def test_the_card_reads_like_the_guide_s(ada, candidate, card):
    assert parts_in_order(
        text_of(card(ada)),
        "Acme ATS profile",
        "mnorris@gmail.com",
        "1 active, 3 past jobs",
        "Senior Account Manager - JX1200",
        "Phone screen • January 8, 2018",
        "Last activity",
        "Rebekkah Morris • October 22, 2016",
        "as of",
        "View all",
    )


def test_the_card_names_who_was_last_in_touch(ada, candidate, card):
    senior = candidate.applications.get(job_name="Senior Account Manager")
    guide.note(senior, "Rebekkah Morris", guide.on(2018, 1, 9), "Called her.")
    assert "Last activity Rebekkah Morris • January 9, 2018" in text_of(card(ada))


def test_view_all_opens_the_pane_and_is_a_link_without_javascript(ada, candidate, card, mae):
    page = card(ada).content.decode()
    assert f'data-pane="{reverse("ats:history", args=[mae.public_id])}?pane=1"' in page
    assert f'href="{mae.get_absolute_url()}?tab=ats"' in page


def test_each_ats_has_a_part_of_its_own(ada, candidate, card, freshing, mae):
    other = factories.AtsFactory(company=freshing, name="Beta ATS")
    factories.IntegrationFactory(ats=other)
    factories.MatchFactory(candidate=factories.CandidateFactory(ats=other), member=mae)
    assert parts_in_order(
        text_of(card(ada)),
        "Acme ATS profile",
        "Beta ATS profile",
        "No e-mail address in Beta ATS",
        "No job that you may see",
    )


def test_who_is_in_no_ats_has_a_card_that_says_so(ada, ats, card):
    assert text_of(card(ada)) == "Not in an ATS that you may see"
    assert "Not in an ATS that you may see" in text_of(card(ada, "status"))


def test_the_header_line_tells_ats_jobs_and_record(ada, candidate, card):
    text = text_of(card(ada, "status"))
    assert parts_in_order(text, "In Acme ATS", "1 job", "ATS profile")
    assert parts_in_order(text, "Senior Account Manager - JX1200", "Phone screen • January 8, 2018")


def test_contact_details_of_the_ats_reach_the_header_with_their_source(ada, candidate, card):
    text = text_of(card(ada, "status"))
    assert "mnorris@gmail.com (primary) from Acme ATS" in text
    assert "(312) 123-4567 from Acme ATS" in text


def test_without_contact_details_the_header_says_why(ada, candidate, card, mae, freshing):
    Candidate.objects.update(emails=[], phones=[])
    assert "No contact details: Mae has not shared any" in text_of(card(ada, "status"))
    ContactShare.objects.create(
        member=mae, company=freshing, email="m@x.test", shared_at=guide.on(2018, 1, 1)
    )
    assert "No contact details" not in text_of(card(ada, "status"))


def test_only_past_jobs_are_called_past(ada, candidate, card):
    candidate.applications.update(disposition_reason="Gone")
    assert "4 past jobs" in text_of(card(ada, "status"))
    assert "0 active, 4 past jobs" in text_of(card(ada))
