"""What ATSs say about somebody before a recruiter writes: one line, or a word that forbids it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ats_sync import application_history, applications, candidates
from ats_sync.models import IntegrationSetting
from recruiter import inmail
from recruiter.models import AtsFootprint, CreditEntry
from tests import factories
from tests.ats_sync import records
from tests.pages import text_of

pytestmark = pytest.mark.django_db

LINES = reverse("ats:lines_before_writing")
COMPOSE = reverse("recruiter:message_people")
NOW = timezone.now()


def ago(**time: int):
    return NOW - timedelta(**time)


@pytest.fixture
def applied(ats, mae) -> None:
    """Mae applied three weeks ago and was rejected after a phone screen."""
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    sent = records.application(external_created_at=ago(days=22), external_modified_at=NOW)
    applications.upsert(ats, [sent])
    application_history.upsert_stages(
        ats,
        [
            records.stage("S1", name="Phone screen", entered_at=ago(days=10)),
            records.stage("S2", name="Rejected", entered_at=ago(days=5)),
        ],
    )


def line(client, member) -> str:
    return text_of(client.get(LINES, {"person": member.public_id}))


def test_the_line_says_when_and_how_far(browse, ada, mae, applied):
    assert line(browse(ada), mae) == "Applied 3 weeks ago, rejected at phone screen;"


@pytest.mark.parametrize(
    ("stages", "disposition", "expected"),
    [
        ([], "", "Applied 3 weeks ago;"),
        (["HR interview"], "", "Applied 3 weeks ago, now at HR interview;"),
        (["Onsite"], "Position filled", "Applied 3 weeks ago, closed at onsite;"),
        ([], "Position filled", "Applied 3 weeks ago, closed;"),
        (["Withdrawn"], "", "Applied 3 weeks ago, withdrawn;"),
    ],
)
def test_the_line_follows_the_last_stage(browse, ada, ats, mae, stages, disposition, expected):
    candidate = factories.CandidateFactory(ats=ats)
    factories.MatchFactory(candidate=candidate, member=mae)
    application = factories.ApplicationFactory(
        candidate=candidate, external_created_at=ago(days=22), disposition_reason=disposition
    )
    for number, name in enumerate(stages):
        application.stages.create(
            ats=ats,
            external_id=str(number),
            external_application_id=application.external_id,
            name=name,
            entered_at=NOW,
            received_at=NOW,
        )
    assert line(browse(ada), mae) == expected


def test_who_may_not_see_the_application_reads_nothing_of_it(browse, ada, cy, ats, mae, applied):
    assert line(browse(cy), mae) == ""
    IntegrationSetting.objects.filter(key="APPLICATION_VIEWERS").delete()
    assert line(browse(ada), mae) == ""


def test_it_costs_the_same_for_many(browse, ada, ats, mae, applied, django_assert_num_queries):
    others = []
    for _ in range(20):
        member = factories.MemberFactory()
        candidate = factories.CandidateFactory(ats=ats)
        factories.MatchFactory(candidate=candidate, member=member)
        factories.ApplicationFactory(candidate=candidate)
        others.append(member)
    client = browse(ada)
    for chosen in ([mae], [mae, *others]):
        with django_assert_num_queries(7):
            client.get(LINES, {"person": [member.public_id for member in chosen]})


# ------------------------------------------------------------------------------ do not contact
def forbid(ats, *, forbidden: bool, modified) -> None:
    sent = records.candidate(
        emails=["mnorris@gmail.com"], do_not_contact=forbidden, external_modified_at=modified
    )
    candidates.upsert(ats, [sent])


def test_whom_the_ats_forbids_is_not_written_to_until_it_allows_it(browse, ada, cy, ats, mae):
    forbid(ats, forbidden=True, modified=ago(days=2))
    page = text_of(browse(ada).get(COMPOSE, {"person": mae.public_id}))
    assert "Acme ATS says that Mae must not be contacted." in page
    with pytest.raises(inmail.NotReached, match="must not be contacted"):
        inmail.send(ada, mae, subject="A role", body="Hello")
    inmail.send(cy, mae, subject="A role", body="Hello")  # another company's ATS says nothing
    forbid(ats, forbidden=False, modified=ago(days=1))
    inmail.send(ada, mae, subject="A role", body="Hello")


def test_one_record_that_forbids_it_is_enough(ada, ats, mae):
    factories.MatchFactory(candidate=factories.CandidateFactory(ats=ats), member=mae)
    forbid(ats, forbidden=True, modified=ago(days=2))
    assert AtsFootprint.objects.get().do_not_contact


def test_a_past_applicant_costs_no_credit(ada, mae, applied):
    inmail.send(ada, mae, subject="A role", body="Hello")
    assert not CreditEntry.objects.exists()
