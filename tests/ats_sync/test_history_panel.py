"""The ATS tab: what a seat reads there, and what leaves no trace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ats_sync.models import (
    Candidate,
    EntityAcl,
    EntityAclAssignee,
    Integration,
    IntegrationSetting,
    Match,
)
from tests import factories, guide
from tests.pages import parts_in_order, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def candidate(ats, mae) -> Candidate:
    return guide.mae_in(ats, mae)


@pytest.fixture
def read(browse, mae):
    """The words of Mae's panel as a seat reads them."""

    def panel(seat, **parameters) -> str:
        address = reverse("ats:history", args=[mae.public_id])
        response = browse(seat).get(address, parameters, **HTMX)
        assert response.status_code == 200
        return text_of(response)

    return panel


def job(text: str, code: str) -> str:
    """The part of a panel about one job: up to the next job's code."""
    after = text.split(f"- {code} ", 1)[1]
    return after.split(" - JX", 1)[0].split(" - SB", 1)[0]


# ---------------------------------------------------------------------------- the guide's page
def test_the_panel_names_the_record_as_the_guide_does(ada, candidate, read):
    assert parts_in_order(
        read(ada),
        "In Acme ATS",
        "Profile information",
        "Mae Norris",
        "ATS ID: 12345",
        "Account manager • Freshing",
        "mnorris@gmail.com",
        "See more",
        "mae@work.test",
        "(312) 123-4567",
        "1 Lake St, Chicago, US",
        "Jobs & feedback",
    )


def test_the_name_links_to_the_record_in_the_ats(ada, candidate, browse, mae):
    page = browse(ada).get(reverse("ats:history", args=[mae.public_id]), **HTMX)
    assert 'href="https://ats.test/candidates/12345"' in page.content.decode()


def test_an_address_that_is_no_web_address_is_no_link(ada, candidate, browse, mae):
    Candidate.objects.update(profile_url="javascript:alert(1)")
    page = browse(ada).get(reverse("ats:history", args=[mae.public_id]), **HTMX)
    assert "javascript:" not in page.content.decode()


def test_jobs_stand_newest_activity_first_with_their_codes_and_counts(ada, candidate, read):
    assert parts_in_order(
        read(ada),
        "Senior Account Manager - JX1200 Active",
        "Account Manager - JX2320 Closed • Feedback (3) • Notes (1)",
        "Sales - SB220 Closed",
        "Sales Assistant - SB110 Closed",
    )


def test_stages_stand_newest_first(ada, candidate, read):
    assert parts_in_order(
        job(read(ada), "JX2320"),
        "On-site Interview • November 12, 2016",
        "Phone screen • November 1, 2016",
        "In review • October 15, 2016",
        "Applied • September 28, 2016",
    )


def test_a_note_tells_its_author_and_the_stage_at_that_time(ada, candidate, read):
    assert parts_in_order(
        job(read(ada), "JX2320"),
        "Notes",
        "Rebekkah Morris",
        "In review • October 22, 2016",
        "Mae would be a good culture fit",
    )


def test_feedback_tells_the_interview_and_what_was_found(ada, candidate, read):
    assert parts_in_order(
        job(read(ada), "JX2320"),
        "Feedback",
        "Jordan Lee",
        "Phone screen • November 6, 2016",
        "View more",
        "Samantha Watson",
        "Onsite interview • November 12, 2016",
        "Creative thinking",
        "4/5",
        "Mae seems very experienced.",
        "Greg Jackson",
    )


def test_a_long_text_is_folded_between_words_and_complete_below(ada, candidate, read):
    teaser, _, rest = read(ada).partition("… View more")
    assert teaser.endswith("and she seemed to have a")
    assert "She seems to have grown a lot since then." in rest


def test_feedback_without_an_interview_tells_the_stage_at_that_time(ada, candidate, read):
    sales = candidate.applications.get(job_name="Sales")
    guide.feedback(sales, "Ann Other", guide.on(2016, 5, 1), "Fine.")
    assert "Ann Other Review • May 1, 2016" in read(ada)


def test_a_note_from_before_the_first_stage_tells_only_its_date(ada, candidate, read):
    sales = candidate.applications.get(job_name="Sales")
    guide.note(sales, "Ann Other", guide.on(2016, 4, 1), "Soon to apply.")
    assert "Ann Other April 1, 2016 Soon to apply." in read(ada)


def test_a_note_without_author_or_date_still_stands(ada, candidate, read):
    guide.note(candidate.applications.get(job_name="Sales"), "", None, "Call back.")
    assert "Author not named Call back." in read(ada)


def test_what_the_vendor_does_not_send_leaves_no_heading(ada, candidate, read):
    text = job(read(ada), "JX1200")
    assert "Notes" not in text
    assert "Feedback" not in text
    assert "Notes on Mae" not in read(ada)


def test_notes_on_the_candidate_stand_by_themselves(ada, candidate, read):
    guide.candidate_note(candidate, "Rebekkah Morris", guide.on(2017, 1, 2), "Met at a fair.")
    assert parts_in_order(
        read(ada), "Notes on Mae", "Rebekkah Morris", "January 2, 2017", "Met at a fair."
    )


def test_the_panel_says_how_fresh_it_is(ada, candidate, read):
    Candidate.objects.update(received_at=timezone.now() - timedelta(minutes=3, seconds=5))
    assert "as of 3 minutes ago" in read(ada).replace("\xa0", " ")


def test_what_the_ats_wrote_is_never_markup(ada, candidate, browse, mae):
    guide.candidate_note(candidate, "Eve <b>", guide.on(2017, 1, 2), "<script>alert(1)</script>")
    page = browse(ada).get(reverse("ats:history", args=[mae.public_id]), **HTMX).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


# ------------------------------------------------------------------------------- active or not
def test_a_reason_for_the_end_closes_a_job(ada, candidate, read):
    candidate.applications.filter(job_name="Senior Account Manager").update(
        disposition_reason="Too far away"
    )
    assert "Senior Account Manager - JX1200 Closed" in read(ada)
    assert "Ended: Too far away" in read(ada)


def test_a_final_stage_closes_a_job_whatever_its_case(ada, candidate, read, settings):
    settings.TERMINAL_STAGES = ["PHONE SCREEN"]
    assert "Senior Account Manager - JX1200 Closed" in read(ada)


def test_a_job_that_never_arrived_is_named_as_the_application_names_it(ada, candidate, read):
    candidate.applications.filter(job_name="Sales").update(job_posting=None)
    assert "Sales - job-SB220 Job not synced" in read(ada)


# ------------------------------------------------------------------------------ who sees what
def test_a_colleague_and_another_contract_of_the_company_read_the_same(
    ada, bo, di, candidate, read
):
    assert read(bo) == read(ada) == read(di)


def test_a_stranger_gets_404(cy, candidate, browse, mae):
    for panel in ("status", "indicator", "history"):
        assert browse(cy).get(reverse(f"ats:{panel}", args=[mae.public_id])).status_code == 404


def test_a_stranger_with_an_ats_of_their_own_learns_nothing_of_ours(cy, candidate, browse, mae):
    factories.IntegrationFactory(ats__company=cy.contract.company, ats__name="Other ATS")
    page = browse(cy).get(reverse("ats:history", args=[mae.public_id]), **HTMX)
    assert "Not in an ATS that you may see" in text_of(page)
    assert "Acme" not in text_of(page)


def test_a_hiring_manager_reads_of_people_in_shared_projects_only(hal, candidate, browse, mae, ada):
    address = reverse("ats:history", args=[mae.public_id])
    assert browse(hal).get(address, **HTMX).status_code == 404
    project = factories.ProjectFactory(owner=ada)
    factories.ProspectFactory(member=mae, stage__project=project)
    assert "ATS ID: 12345" in text_of(browse(hal).get(address, **HTMX))


def test_without_a_session_one_is_sent_to_sign_in(client, candidate, mae):
    response = client.get(reverse("ats:history", args=[mae.public_id]))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_a_hidden_job_leaves_no_trace(ada, ats, candidate, read):
    _hide_jobs(ats)
    _assign(ats, "job-JX2320", ada)
    text = read(ada)
    assert "JX2320" in text
    for trace in ("JX1200", "Senior", "SB220", "Sales", "January 8, 2018"):
        assert trace not in text


def test_who_has_only_hidden_jobs_is_not_in_the_ats_at_all(ada, bo, ats, candidate, read, browse):
    stranger = factories.MemberFactory()
    _hide_jobs(ats)
    _assign(ats, "job-JX2320", bo)
    assert "12345" in read(bo)
    assert "Not in an ATS that you may see" in read(ada)
    nobody = browse(ada).get(reverse("ats:history", args=[stranger.public_id]), **HTMX)
    assert text_of(nobody).replace(stranger.first_name, "Mae") == read(ada)


def test_an_undone_link_is_no_link(ada, candidate, read):
    Match.objects.update(state=Match.State.UNLINKED)
    assert "Not in an ATS that you may see" in read(ada)


def test_a_switched_off_ats_says_nothing(ada, candidate, browse, mae):
    Integration.objects.update(status=Integration.Status.DISABLED)
    address = reverse("ats:history", args=[mae.public_id])
    assert browse(ada).get(address).status_code == 404


# ------------------------------------------------------------------------------- several ATSs
@pytest.fixture
def second(freshing, candidate, mae) -> Candidate:
    """Mae's record in another ATS of the company."""
    other = factories.AtsFactory(company=freshing, name="Beta ATS")
    factories.IntegrationSettingFactory(integration=factories.IntegrationFactory(ats=other))
    record = factories.CandidateFactory(ats=other, external_id="B-9")
    factories.MatchFactory(candidate=record, member=mae)
    guide.apply(record, "B1", "Buyer", {"Applied": guide.on(2020, 1, 1)})
    guide.show(other, mae)
    return record


def test_several_atss_are_told_apart_and_can_be_looked_at_one_by_one(ada, second, read):
    both = read(ada)
    assert parts_in_order(both, "All", "Acme ATS", "Beta ATS", "In Acme ATS", "In Beta ATS")
    one = read(ada, ats=second.ats_id)
    assert "Buyer - B1" in one
    assert "JX1200" not in one


@pytest.mark.parametrize("nonsense", ["0", "x", "999999999999999999999"])
def test_a_choice_that_is_no_ats_shows_all(ada, second, read, nonsense):
    assert read(ada, ats=nonsense) == read(ada)


# ------------------------------------------------------------------------------------- the rest
def test_the_empty_panel_leads_to_the_reasons(ada, ats, mae, read):
    text = read(ada)
    assert "Not in an ATS that you may see" in text
    assert "Not seeing profiles in your ATS?" in text


def test_without_htmx_the_panel_is_a_page(ada, candidate, browse, mae):
    page = browse(ada).get(reverse("ats:history", args=[mae.public_id]))
    assert "<!doctype html>" in page.content.decode()
    assert "ATS ID: 12345" in text_of(page)


def test_the_pane_leads_to_the_profile(ada, candidate, read):
    assert "Open Mae" in read(ada, pane="1")
    assert "Open Mae" not in read(ada)


def test_fifty_applications_cost_no_more_queries_than_one(ada, ats, browse, mae):
    record = factories.CandidateFactory(ats=ats)
    factories.MatchFactory(candidate=record, member=mae)
    address = reverse("ats:history", args=[mae.public_id])
    client = browse(ada)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address, **HTMX).status_code == 200
        return len(captured)

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            grown = guide.apply(record, f"N{number}", "Job", {"Applied": guide.on(2020, 1, 1)})
            guide.note(grown, "Ann Other", guide.on(2020, 1, 2), "x" * 400)
            guide.feedback(grown, "Ann Other", guide.on(2020, 1, 2), "Good.")

    grow(0, 1)
    with_one = queries()
    grow(1, 50)
    assert queries() == with_one
    # session, user, seat, ATS, member, seven for the history, files, exports, suggestions
    assert with_one <= 15


@pytest.fixture
def many(candidate) -> Candidate:
    """Mae's record with thirty more jobs, all with feedback."""
    for number in range(30):
        grown = guide.apply(candidate, f"N{number}", "Job", {"Applied": guide.on(2019, 1, 1)})
        guide.feedback(grown, "Ann Other", guide.on(2019, 1, 2), f"Fine {number}.")
    return candidate


def test_of_very_many_jobs_the_newest_are_shown_and_the_rest_by_and_by(ada, many, read):
    few = read(ada)
    assert "Show more of 34 jobs" in few
    assert few.count("Job - N") == 20
    assert "Sales - SB220" not in few
    rest = read(ada, record=many.pk, page=2)
    assert rest.startswith("Jobs 21 to 34 of 34")
    assert rest.count("Job - N") == 10
    assert "Sales - SB220" in rest
    assert "Show more" not in rest
    assert "Profile information" not in rest  # only what is added


def test_further_jobs_are_a_page_without_javascript(ada, many, browse, mae):
    address = reverse("ats:history", args=[mae.public_id])
    page = browse(ada).get(address, {"record": many.pk, "page": 2})
    assert "<!doctype html>" in page.content.decode()
    assert parts_in_order(text_of(page), "ATS ID: 12345", "Jobs 21 to 34 of 34", "The newest")


def test_a_page_of_nobodys_jobs_is_404_and_nonsense_the_first(ada, many, browse, mae, read):
    address = reverse("ats:history", args=[mae.public_id])
    other = factories.CandidateFactory()
    for record in (other.pk, 0, "x", ""):
        answer = browse(ada).get(address, {"record": record, "page": 2}, **HTMX)
        assert answer.status_code == 404
    for page in ("0", "-1", "x", "²", "1" * 20):
        assert read(ada, page=page) == read(ada)


def test_hidden_jobs_are_not_counted_among_the_many(ada, ats, many, read):
    _hide_jobs(ats)
    for number in range(22):
        _assign(ats, f"job-N{number}", ada, acl=f"acl-{number}")
    assert "Show more of 22 jobs" in read(ada)
    assert "Jobs 21 to 22 of 22" in read(ada, record=many.pk, page=2)


def test_what_was_said_in_many_interviews_is_read_by_and_by(ada, many, browse, mae):
    address = reverse("ats:feedback", args=[mae.public_id])
    first = text_of(browse(ada).get(address, **HTMX))
    assert first.count("Ann Other") == 20
    assert "Show more" in first
    rest = text_of(browse(ada).get(address, {"page": 2}, **HTMX))
    assert rest.count("Ann Other") == 10
    assert "Jordan Lee" in rest
    assert "Interview feedback" not in rest


# Each after session, user, seat, ATS and member.
@pytest.mark.parametrize(("panel", "more"), [("status", 10), ("indicator", 6), ("feedback", 8)])
def test_a_panel_of_many_jobs_costs_a_fixed_number_of_queries(
    ada, many, browse, mae, panel, more, django_assert_num_queries
):
    client = browse(ada)
    with django_assert_num_queries(5 + more):
        client.get(reverse(f"ats:{panel}", args=[mae.public_id]), **HTMX)


def _hide_jobs(ats) -> None:
    """From now on a job is shown only to the people of its ACLs."""
    IntegrationSetting.objects.filter(integration__ats=ats).delete()


def _assign(ats, external_job_id: str, seat, acl: str = "") -> None:
    acl = {"ats": ats, "acl_id": acl or f"acl-{seat.pk}", "entity_type": "JOB_POSTING"}
    EntityAcl.objects.create(entity_id=external_job_id, **acl)
    EntityAclAssignee.objects.create(person_id=seat.user.person_id, **acl)
