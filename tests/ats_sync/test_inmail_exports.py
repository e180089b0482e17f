"""After an answer to an InMail: a stub, and where the company wants it an export; never without
the member's agreement."""

from __future__ import annotations

import json

import pytest

from ats_sync import candidates, exports, inmail_exports
from ats_sync.models import Ats, Export, Integration, JobPosting, ProjectRequisition
from recruiter import contact_sharing, inmail, pipeline
from recruiter.models import Conversation, Member, Project
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.wire_client import elements, get

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(ats, ada) -> JobPosting:
    """A requisition of an ATS that reads the contract's activity and wants answers exported."""
    Ats.objects.filter(pk=ats.pk).update(exports_replies=True)
    factories.IntegrationFactory(
        ats=ats, integration_type=Integration.Type.CSA_API, contract=ada.contract
    )
    return factories.JobPostingFactory(ats=ats, external_id="REQ-100")


@pytest.fixture
def project(ada, mae, job) -> Project:
    """Mae stands in a project that fills the requisition."""
    project = factories.ProjectFactory(owner=ada)
    ProjectRequisition.objects.create(project=project, job_posting=job)
    pipeline.save(ada, [mae], project=project)
    return project


@pytest.fixture
def thread(ada, mae) -> Conversation:
    return inmail.send(ada, mae, subject="Hello", body="Are you interested?")


def stubs(ats: Ats, seat) -> list[dict]:
    return elements(ats, f"/v2/mailStubs?q=contract&contract={seat.contract.urn}&owners={seat.urn}")


def test_an_answer_and_the_agreement_make_a_stub_and_an_export(
    ada, mae, ats, project, thread, drain
):
    inmail.reply(mae, thread, "Yes, tell me more.", interested=True)
    drain()
    assert (stubs(ats, ada), Export.objects.count()) == ([], 0)  # nothing without the agreement
    contact_sharing.share(mae, thread)
    drain()
    (stub,) = stubs(ats, ada)
    assert (stub["member"], stub["emailAddress"]) == (str(mae.urn), "mnorris@gmail.com")
    export = Export.objects.get()
    assert (export.member, export.seat, export.automatic) == (mae, ada, True)
    assert exports.exports_left(ada) == 300  # it costs no quota
    read = get(ats, f"/v2/exportedCandidates?q=request&requestId={export.delivery_id}").json()
    assert read["elements"][0]["candidate"]["emailAddress"] == "mnorris@gmail.com"


def test_an_agreement_without_an_answer_is_no_stub(ada, mae, ats, project, thread, drain):
    contact_sharing.share(mae, thread)
    drain()
    assert (stubs(ats, ada), Export.objects.count()) == ([], 0)


def test_an_agreement_that_stands_counts_when_the_answer_comes(
    ada, mae, ats, project, thread, drain
):
    contact_sharing.share(mae, thread)
    inmail.reply(mae, thread, "Yes.", interested=True)
    drain()
    assert Export.objects.count() == 1
    inmail.reply(mae, thread, "Are you there?", interested=True)
    drain()
    assert Export.objects.count() == 1  # further answers change nothing


def agree(mae: Member, thread: Conversation) -> list[int]:
    inmail.reply(mae, thread, "Yes.", interested=True)
    contact_sharing.share(mae, thread)
    return inmail_exports.follow(thread.pk)


def test_a_company_that_does_not_want_it_gets_the_stub_alone(ada, mae, ats, project, thread):
    Ats.objects.update(exports_replies=False)
    assert agree(mae, thread) == []
    assert len(stubs(ats, ada)) == 1


def test_a_contract_that_is_not_open_to_the_ats_sends_nothing(mae, project, thread):
    Integration.objects.filter(integration_type=Integration.Type.CSA_API).delete()
    assert agree(mae, thread) == []


def test_who_is_in_the_ats_already_is_not_exported(mae, ats, project, thread):
    candidates.upsert(ats, [records.candidate(member=mae.public_id)])
    assert agree(mae, thread) == []


def test_without_a_requisition_of_the_project_there_is_nowhere_to_go(mae, project, thread):
    ProjectRequisition.objects.all().delete()
    assert agree(mae, thread) == []


def test_who_does_not_share_with_third_parties_is_exported_by_no_answer(mae, project, thread):
    Member.objects.update(shares_with_third_parties=False)
    assert agree(mae, thread) == []


def test_an_agreement_taken_back_ends_the_stub(ada, mae, ats, project, thread):
    agree(mae, thread)
    contact_sharing.withdraw(mae, ada.contract.company)
    assert stubs(ats, ada) == []


@pytest.mark.parametrize("field", ["hidden_from_recruiters", "closed_at"])
def test_who_hides_or_left_is_nobodys_stub(ada, mae, ats, project, thread, field):
    agree(mae, thread)
    value = thread.started_at if field == "closed_at" else True
    Member.objects.update(**{field: value})
    assert stubs(ats, ada) == []


def test_another_contract_reads_no_stub_of_ours(ada, di, mae, ats, project, thread):
    agree(mae, thread)
    where = f"/v2/mailStubs?q=contract&contract={di.contract.urn}&owners={ada.urn}"
    assert get(ats, where).status_code == 403


def test_what_is_shared_stands_on_the_profile_with_date_and_company(
    browse, ada, mae, project, thread
):
    inmail.reply(mae, thread, "Yes.", interested=True)
    contact_sharing.share(mae, thread)
    page = browse(ada).get(mae.get_absolute_url()).content.decode()
    assert "mnorris@gmail.com" in page
    assert ada.contract.company.name in page


def test_the_setting_is_the_administrators(browse, root, ats, job):
    Ats.objects.update(exports_replies=False)
    where = f"/admin/ats_sync/ats/{ats.pk}/settings/"
    client = browse(root)
    page = client.get(where)
    assert "Export members who answer an InMail" in page.content.decode()
    form = page.context["form"]
    data = {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (False, None, "")
    }
    client.post(where, {**data, "exports_replies": "on"})
    ats.refresh_from_db()
    assert ats.exports_replies, json.dumps(data)
