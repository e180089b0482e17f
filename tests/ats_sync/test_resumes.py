"""The older way of a resume: promised, sent, then named in a record (contract.md 10)."""

from __future__ import annotations

import base64
import os
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from ats_sync import applications, attachments, candidates, pending, standing, tasks
from ats_sync.models import Attachment, ResumeUpload
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.test_attachments import TEXT, a_pdf, files
from tests.ats_sync.wire_client import TWO, call

pytestmark = pytest.mark.django_db

WANTED = {
    "blobTtl": {"duration": 1, "unit": "DAY"},
    "contentType": "application/pdf",
    "fileName": "mae.pdf",
    "usageParameters": {"recruiterSystemConnectResumeParameters": {}},
}


def promise(ats, **more):
    return call(ats, "POST", "/v2/hireMediaUrl", WANTED | more)


def send(address: str, content: bytes, method: str = "put"):
    """As a program without a token."""
    path = urlsplit(address).path
    return getattr(Client(), method)(path, content, content_type="application/pdf")


def name_it(ats, entities: dict[str, object], application: str = "APP-1"):
    parent = f"atsJobApplicationId={application}&integrationContext={ats.company.urn}"
    query = "&".join(f"ids={name}" for name in entities)
    path = f"/v2/atsApplications/{parent}/resumes?{query}"
    return call(ats, "PUT", path, {"entities": entities})


def test_a_file_is_promised_sent_and_named(ats, contract, ada, mae):
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    applications.upsert(ats, [records.application()])
    promised = promise(ats, hiringContext=str(contract.urn))
    assert promised.status_code == 201
    told = promised.json()
    assert told["media"].startswith("urn:li:digitalmediaAsset:")
    assert promised["X-RestLi-Id"] == told["media"]
    sent = send(told["uploadUrl"], a_pdf("Mae Norris"))
    assert sent.status_code == 201
    assert sent["x-li-uuid"]
    answer = name_it(ats, {"R1": {"media": told["media"]}})
    assert answer.json() == {"results": {"R1": {"status": 204}}, "errors": {}}
    assert tasks.read_attachments() == 1
    (shown,) = attachments.of_member(standing.know(ada, mae))
    assert (shown.name, shown.file_type, shown.preview) == ("mae.pdf", "PDF", "Mae Norris")


def test_the_same_record_twice_is_one_file(ats, django_capture_on_commit_callbacks, settings):
    told = promise(ats).json()
    send(told["uploadUrl"], TEXT)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert not name_it(ats, {"R1": {"media": told["media"]}}).json()["errors"]
    assert Attachment.objects.count() == 1
    assert len(files(settings)) == 2  # the upload waits out its day


def test_it_is_the_same_file_as_an_attachment(ats):
    name_it(ats, {"R1": {"content": base64.b64encode(TEXT).decode()}})
    context = quote(str(ats.company.urn), safe="")
    key = (
        "(externalAttachmentId:R1,externalReferenceEntityId:APP-1,"
        f"externalReferenceEntityType:APPLICATION,integrationContext:{context})"
    )
    assert call(ats, "DELETE", f"/rest/attachments?ids=List({key})", **TWO).json()["results"]
    assert not Attachment.objects.exists()


def test_what_cannot_be_kept_is_refused_alone(ats):
    told = promise(ats).json()
    never_sent = promise(ats).json()
    foreign = promise(factories_of_a_stranger()).json()
    send(foreign["uploadUrl"], TEXT)
    send(told["uploadUrl"], TEXT)
    answer = name_it(
        ats,
        {
            "GOOD": {"media": told["media"]},
            "UNSENT": {"media": never_sent["media"]},
            "FOREIGN": {"media": foreign["media"]},
            "BOTH": {"media": told["media"], "content": "TWFl"},
            "NEITHER": {"fileName": "x"},
        },
    ).json()
    assert list(answer["results"]) == ["GOOD"]
    assert {error["status"] for error in answer["errors"].values()} == {400}
    assert all(error["message"].startswith("/media ::") for error in answer["errors"].values())


def factories_of_a_stranger():
    """Another vendor's customer with the same features."""
    other = factories.AtsFactory()
    factories.IntegrationFactory(ats=other)
    return other


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"contentType": "image/png"}, 400),
        ({"hiringContext": "nonsense"}, 400),
        ({"hiringContext": "urn:li:contract:999999"}, 403),
        ({"hiringContext": "urn:li:organization:999999"}, 403),
    ],
)
def test_a_promise_that_cannot_be_made(ats, wanted, status):
    assert promise(ats, **wanted).status_code == status
    assert not ResumeUpload.objects.exists()


def test_an_address_is_good_for_its_own_file_and_day_only(ats):
    address = promise(ats).json()["uploadUrl"]
    assert send(address[:-3] + "abc", TEXT).status_code == 404
    assert send(address, b"MZ\x90\x00\x03").status_code == 400
    assert send(address, b"a" * (10 * 1024 * 1024 + 1)).status_code == 400
    assert send(address, TEXT, method="post").status_code == 201
    ResumeUpload.objects.update(expires_at=timezone.now())
    assert send(address, TEXT).status_code == 404


def test_a_form_may_bring_the_file(ats):
    address = promise(ats).json()["uploadUrl"]
    form = {"file": ContentFile(TEXT, name="cv.txt")}
    assert Client().post(urlsplit(address).path, form).status_code == 201
    assert ResumeUpload.objects.get().file_type == "TXT"


# ------------------------------------------------------------------------ what belongs to nothing
def orphan(settings) -> Path:
    """A file that a crash left behind two days ago."""
    name = default_storage.save("attachments/1/2026/07/lost.txt", ContentFile(TEXT))
    path = Path(settings.MEDIA_ROOT) / name
    long_ago = time.time() - 2 * 86400
    os.utime(path, (long_ago, long_ago))
    return path


def sweep(*options: str) -> str:
    out = StringIO()
    call_command("sweep_files", *options, stdout=out)
    return out.getvalue()


def test_files_that_no_row_names_are_listed_and_then_deleted(ats, settings):
    name_it(ats, {"R1": {"content": base64.b64encode(TEXT).decode()}})
    (kept,) = files(settings)
    os.utime(kept, (0, 0))
    lost = orphan(settings)
    default_storage.save("attachments/1/2026/07/young.txt", ContentFile(TEXT))
    told = sweep("--dry-run")
    assert "attachments/1/2026/07/lost.txt" in told
    assert "1 files would be deleted" in told
    assert lost.exists()
    sweep()
    assert not lost.exists()
    assert kept.exists()
    assert len(files(settings)) == 2


def test_uploads_nobody_named_go_after_their_day(ats, settings, django_capture_on_commit_callbacks):
    send(promise(ats).json()["uploadUrl"], TEXT)
    ResumeUpload.objects.update(expires_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_files()
    assert files(settings) == []


def test_a_file_whose_application_never_comes_goes_after_thirty_days(
    ats, settings, django_capture_on_commit_callbacks
):
    name_it(ats, {"R1": {"content": base64.b64encode(TEXT).decode()}})
    Attachment.objects.update(received_at=timezone.now() - timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        pending.sweep()
    assert files(settings) == []


def test_a_seat_sees_the_files_of_what_it_may_see(ats, ada, cy, mae):
    candidates.upsert(ats, [records.candidate(emails=["mnorris@gmail.com"])])
    applications.upsert(ats, [records.application(access_restricted=True)])
    name_it(ats, {"R1": {"content": base64.b64encode(TEXT).decode()}})
    assert list(attachments.of_member(standing.know(ada, mae))) == list(Attachment.objects.all())
    assert not attachments.of_member(standing.know(cy, mae)).exists()
    ats.integrations.get(integration_type="IN_ATS_INDICATOR").settings.all().delete()
    assert not attachments.of_member(standing.know(ada, mae)).exists()
