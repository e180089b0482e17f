"""Applications: joined to candidate and requisition in whatever order they arrive."""

from __future__ import annotations

import itertools

import pytest

from ats_sync import application_history, applications, candidates, job_postings, notes
from ats_sync.job_postings import Operation
from ats_sync.models import (
    Application,
    ApplicationNote,
    ApplicationStage,
    Candidate,
    CandidateNote,
    InterviewFeedback,
    JobPosting,
)
from recruiter.models import AtsFootprint, FactLogEntry, VisibilityToken
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.test_candidates import MOST_STATEMENTS, people, statements_of

pytestmark = pytest.mark.django_db

ARRIVALS = {
    "candidate": lambda ats: candidates.upsert(
        ats, [records.candidate(emails=["mnorris@gmail.com"])]
    ),
    "application": lambda ats: applications.upsert(ats, [records.application()]),
    "job posting": lambda ats: job_postings.submit(
        ats, [(Operation.PUT, records.job(access_restricted=False))]
    ),
    "stages": lambda ats: application_history.upsert_stages(
        ats, [records.stage(), records.stage("S2", name="Phone")]
    ),
    "feedback": lambda ats: application_history.upsert_feedback(ats, [records.feedback()]),
    "notes": lambda ats: (
        notes.upsert_on_applications(ats, [records.application_note()]),
        notes.upsert_on_candidates(ats, [records.candidate_note()]),
    ),
}


@pytest.mark.parametrize(
    "order",
    [*itertools.permutations(["candidate", "application", "job posting"]), tuple(ARRIVALS)[::-1]],
    ids=" then ".join,
)
def test_whatever_the_order_all_is_joined_in_the_end(ats, mae, order):
    for name in (*order, *(name for name in ARRIVALS if name not in order)):
        ARRIVALS[name](ats)
    application = Application.objects.get()
    assert application.candidate == Candidate.objects.get()
    assert application.job_posting == JobPosting.objects.get()
    assert [stage.application for stage in ApplicationStage.objects.all()] == [application] * 2
    assert ApplicationNote.objects.get().application == application
    assert InterviewFeedback.objects.get().application == application
    assert CandidateNote.objects.get().candidate == application.candidate
    footprint = AtsFootprint.objects.get()
    assert (footprint.member, footprint.past_applicant) == (mae, True)


def test_a_hundred_applications_cost_as_many_statements_as_one(ats):
    candidates.upsert(ats, people(101))
    sent = [
        records.application(f"A-{number}", external_candidate_id=f"C-{number}")
        for number in range(101)
    ]
    one = statements_of(applications.upsert, ats, sent[:1])
    assert one <= MOST_STATEMENTS
    assert statements_of(applications.upsert, ats, sent[1:]) == one
    assert AtsFootprint.objects.filter(past_applicant=True).count() == 101
    one = statements_of(applications.delete, ats, ["A-0"])
    assert statements_of(applications.delete, ats, [f"A-{n}" for n in range(1, 101)]) == one
    assert not AtsFootprint.objects.filter(past_applicant=True).exists()


CHILDREN = [
    (application_history.upsert_stages, application_history.delete_stages, records.stage),
    (application_history.upsert_feedback, application_history.delete_feedback, records.feedback),
    (notes.upsert_on_applications, notes.delete_on_applications, records.application_note),
    (notes.upsert_on_candidates, notes.delete_on_candidates, records.candidate_note),
]


@pytest.mark.parametrize(("upsert", "delete", "record"), CHILDREN)
def test_a_hundred_children_cost_as_many_statements_as_one(ats, upsert, delete, record):
    parent = "CAND-1" if record is records.candidate_note else "APP-1"
    sent = [record(f"X{number}") for number in range(101)]
    assert statements_of(upsert, ats, sent[:1]) == statements_of(upsert, ats, sent[1:]) == 4
    rest = [(parent, f"X{number}") for number in range(1, 101)]
    one = statements_of(delete, ats, [(parent, "X0")])
    assert statements_of(delete, ats, rest) == one
    assert delete(ats, [(parent, "X0")]) == {(parent, "X0")}


def test_an_application_finds_its_candidate_by_address_when_it_names_none(ats):
    candidates.upsert(ats, [records.candidate(emails=["Mae.Norris@gmail.com"])])
    applications.upsert(
        ats,
        [records.application(external_candidate_id="", candidate_email="maenorris@googlemail.com")],
    )
    assert Application.objects.get().candidate == Candidate.objects.get()


def test_an_application_that_names_a_candidate_waits_for_that_one(ats):
    candidates.upsert(ats, [records.candidate("OTHER", emails=["mae@mail.test"])])
    applications.upsert(ats, [records.application(candidate_email="mae@mail.test")])
    assert Application.objects.get().candidate is None


def test_an_application_follows_the_address_when_a_candidate_gives_it_up(ats, mae):
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    applications.upsert(
        ats, [records.application(external_candidate_id="", candidate_email="mnorris@gmail.com")]
    )
    assert AtsFootprint.objects.get().past_applicant
    candidates.upsert(ats, [records.candidate(emails=["new@mail.test"])])
    assert Application.objects.get().candidate is None
    assert not AtsFootprint.objects.exists()


def test_an_application_that_moves_takes_its_facts_along(ats, mae):
    (other,) = people(1)
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"]), other])
    applications.upsert(ats, [records.application()])
    applications.upsert(ats, [records.application(external_candidate_id=other.external_id)])
    past = AtsFootprint.objects.filter(past_applicant=True)
    assert [footprint.member for footprint in past] != [mae]
    assert past.count() == 1
    assert AtsFootprint.objects.count() == 2


def test_deleting_an_application_takes_all_that_hangs_on_it(ats, mae):
    for arrive in ARRIVALS.values():
        arrive(ats)
    assert applications.delete(ats, ["APP-1", "NOPE"]) == {"NOPE"}
    assert not ApplicationStage.objects.exists()
    assert not InterviewFeedback.objects.exists()
    assert not ApplicationNote.objects.exists()
    assert CandidateNote.objects.exists()
    assert FactLogEntry.objects.filter(fact="past_applicant", added=False).count() == 1
    assert AtsFootprint.objects.filter(past_applicant=False).count() == 1


def test_another_ats_of_the_company_stays_untouched(ats, mae):
    other = factories.AtsFactory(company=ats.company, name="Other ATS")
    for arrive in ARRIVALS.values():
        arrive(ats)
    applications.upsert(other, [records.application()])
    candidates.delete(other, ["CAND-1"])
    assert Application.objects.get(ats=other).candidate is None
    assert AtsFootprint.objects.count() == 1


def test_the_current_stage_is_the_newest_and_of_equals_the_last_received(ats):
    applications.upsert(ats, [records.application()])
    application_history.upsert_stages(
        ats,
        [
            records.stage("Z", name="Phone"),
            records.stage("B", name="On-site"),
            records.stage("A", name="New", entered_at=records.MONDAY - records.DAY),
        ],
    )
    assert [stage.name for stage in ApplicationStage.objects.all()] == ["On-site", "Phone", "New"]


def test_an_older_version_of_a_note_is_ignored_only_where_both_bear_a_stamp(ats):
    def text_after(text: str, modified):
        note = records.candidate_note(text=text, external_modified_at=modified)
        notes.upsert_on_candidates(ats, [note])
        return CandidateNote.objects.get().text

    assert text_after("first", records.MONDAY) == "first"
    assert text_after("older", records.MONDAY - records.DAY) == "first"
    assert text_after("without", None) == "without"
    assert text_after("older again", records.MONDAY - records.DAY) == "older again"


def test_the_token_of_everyone_exists_once_however_often_it_is_needed(ats, mae):
    for _ in range(2):
        ARRIVALS["candidate"](ats)
    assert VisibilityToken.objects.filter(ats_id=ats.pk, everyone=True).count() == 1
