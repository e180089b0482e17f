"""Requisitions: submitted, renewed, closed, polled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from ats_sync import applications, candidates, job_postings
from ats_sync.job_postings import LISTED_FOR, Operation, Refusal
from ats_sync.models import JobPosting, JobPostingTask
from recruiter.models import AtsFootprint, FactLogEntry
from tests.ats_sync import records
from tests.ats_sync.test_candidates import statements_of

pytestmark = pytest.mark.django_db


def put(ats, *jobs):
    return job_postings.submit(ats, [(Operation.PUT, job) for job in jobs])


def test_a_hundred_requisitions_cost_as_many_statements_as_one(ats):
    sent = [(Operation.PUT, records.job(f"REQ-{number}")) for number in range(101)]
    one = statements_of(job_postings.submit, ats, sent[:1])
    assert statements_of(job_postings.submit, ats, sent[1:]) == one == 7
    assert JobPosting.objects.count() == JobPostingTask.objects.count() == 101


def test_a_known_requisition_is_replaced_and_keeps_its_number(ats):
    (first,) = put(ats, records.job(company_job_code="JX-1", details={"industries": ["x"]}))
    (second,) = put(ats, records.job(title="Key Account Manager"))
    job = JobPosting.objects.get()
    assert first.job_posting_id == second.job_posting_id == job.pk
    assert (job.title, job.company_job_code, job.details) == ("Key Account Manager", "", {})


def test_closing_and_renewing_change_only_what_they_name(ats):
    put(ats, records.job(company_job_code="JX-1"))
    mixed = [
        (Operation.CLOSE, records.job()),
        (Operation.CLOSE, records.job("NOPE")),
        (Operation.RENEW, records.job("NOPE2")),
    ]
    done, closed, renewed = job_postings.submit(ats, mixed)
    assert done.status == JobPostingTask.Status.SUCCEEDED
    assert (closed.status, renewed.status) == (409, 404)
    assert JobPosting.objects.get().state == JobPosting.State.CLOSED
    (again,) = job_postings.submit(ats, [(Operation.CLOSE, records.job())])
    assert isinstance(again, Refusal)
    job_postings.submit(ats, [(Operation.RENEW, records.job(listed_at=records.MONDAY))])
    job = JobPosting.objects.get()
    assert (job.state, job.company_job_code) == (JobPosting.State.LISTED, "JX-1")
    assert (job.listed_at, job.expires_at) == (records.MONDAY, records.MONDAY + LISTED_FOR)


def test_opening_a_requisition_shows_its_applicants_and_restricting_it_hides_them(ats, mae):
    ats.integrations.get(integration_type="IN_ATS_INDICATOR").settings.all().delete()
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    applications.upsert(ats, [records.application()])
    assert not AtsFootprint.objects.exists()
    put(ats, records.job(access_restricted=False))
    assert AtsFootprint.objects.get().past_applicant
    put(ats, records.job(access_restricted=True))
    assert not AtsFootprint.objects.exists()
    told = list(FactLogEntry.objects.order_by("id").values_list("fact", "added"))
    # Before its application arrived, the candidate alone was there for everyone to see.
    assert told == [
        ("in_ats", True),
        ("in_ats", False),
        ("in_ats", True),
        ("past_applicant", True),
        ("in_ats", False),
        ("past_applicant", False),
    ]


def test_receipts_go_after_thirty_days(ats):
    put(ats, records.job(), records.job("REQ-2"))
    old = JobPostingTask.objects.order_by("pk").first()
    JobPostingTask.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert job_postings.sweep_tasks() == 1
    assert JobPostingTask.objects.count() == 1
