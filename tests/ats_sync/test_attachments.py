"""Resumes: taken for what they are, read where we can, gone with what they hang on (CF-109)."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from ats_sync import applications, attachments, candidates, file_text, tasks
from ats_sync.models import Attachment
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.wire_client import TWO, call

pytestmark = pytest.mark.django_db

TEXT = b"Mae Norris\nAccount Manager"
PDF = b"%PDF-1.7\n..."


def word(document: str, name: str = "word/document.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, document)
    return packed.getvalue()


def a_pdf(text: str) -> bytes:
    """A page with one line of text, as the format's own description begins."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return body + head + table + b"trailer\n" + end


def key(ats, own: str, parent: str = "APPLICATION", parent_id: str = "APP-1") -> str:
    context = quote(str(ats.company.urn), safe="")
    return (
        f"(attachmentType:RESUME,externalAttachmentId:{own},externalReferenceEntityId:{parent_id},"
        f"externalReferenceEntityType:{parent},integrationContext:{context})"
    )


def put(ats, contents: dict[str, object], **where: str):
    keys = {own: key(ats, own, **where) for own in contents}
    entities = {
        keys[own]: content
        if isinstance(content, dict)
        else {"externalFileName": "cv", "content": base64.b64encode(content).decode()}
        for own, content in contents.items()
    }
    path = f"/rest/attachments?ids=List({','.join(keys.values())})"
    return call(ats, "PUT", path, {"entities": entities}, **TWO)


def files(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_resume_is_stored_and_read(ats, settings):
    applications.upsert(ats, [records.application()])
    answer = put(ats, {"AT1": TEXT})
    assert answer.json() == {"results": {key(ats, "AT1"): {"status": 204}}, "errors": {}}
    stored = Attachment.objects.get()
    assert stored.application == ats.applications.get()
    assert (stored.name, stored.file_type, stored.size) == ("cv", "TXT", len(TEXT))
    assert stored.text == ""
    assert tasks.read_attachments() == 1
    assert tasks.read_attachments() == 0
    stored.refresh_from_db()
    assert stored.text == TEXT.decode()
    with stored.file.open("rb") as file:
        assert file.read() == TEXT
    assert "cv" not in stored.file.name


@pytest.mark.parametrize(
    ("content", "file_type", "text"),
    [
        (PDF, "PDF", ""),
        (a_pdf("Mae Norris, Account Manager"), "PDF", "Mae Norris, Account Manager"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "DOC", ""),
        ("Grüße".encode("utf-16"), "TXT", "Grüße"),
        ("Grüße".encode("cp1252"), "TXT", "Grüße"),
        (
            word(
                '<w:p><w:t xml:space="preserve">A &amp; B</w:t><w:tab/><w:t>C</w:t></w:p>'
                "<w:p><w:t>D</w:t></w:p>"
            ),
            "DOCX",
            "A & B\tC\nD",
        ),
    ],
)
def test_a_file_is_what_its_content_says(ats, content, file_type, text):
    assert put(ats, {"AT1": content}).json()["errors"] == {}
    tasks.read_attachments()
    stored = Attachment.objects.get()
    assert (stored.file_type, stored.text) == (file_type, text)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "must not be empty"),
        (b"MZ\x90\x00\x03", "must be a PDF, a Word document or a text"),
        (word("x", "xl/workbook.xml"), "is no Word document that can be opened"),
        (b"PK\x03\x04 broken", "is no Word document that can be opened"),
        (b"a" * (10 * 1024 * 1024 + 1), "must not be larger than 10 MB"),
        (word(" " * 51 * 1024 * 1024), "unpacks to too much"),
    ],
)
def test_other_content_is_refused_alone(ats, settings, content, why):
    answer = put(ats, {"BAD": content, "GOOD": TEXT}).json()
    assert list(answer["results"]) == [key(ats, "GOOD")]
    error = answer["errors"][key(ats, "BAD")]
    assert error["status"] == 400
    assert error["message"].startswith("/content :: ")
    assert why in error["message"]
    assert len(files(settings)) == 1


@pytest.mark.parametrize(
    "entity",
    [
        {"content": "not base64!"},
        {"externalFileName": "cv.pdf"},
        {"content": base64.b64encode(PDF).decode(), "fileType": "DOCX"},
        {"content": base64.b64encode(PDF).decode(), "fileType": "EXE"},
    ],
)
def test_a_malformed_record_is_refused(ats, entity):
    assert put(ats, {"AT1": entity}).json()["errors"][key(ats, "AT1")]["status"] == 400
    assert not Attachment.objects.exists()


def test_a_document_made_to_be_slow_is_not():
    started = time.monotonic()
    bomb = word("<w:t " * 2_000_000)
    assert file_text.text_of(bomb, "DOCX") == ""
    assert time.monotonic() - started < 2


def test_a_reader_that_never_ends_is_given_up(monkeypatch, tmp_path):
    endless = tmp_path / "python"
    endless.write_text("#!/bin/sh\nexec sleep 60\n")
    endless.chmod(0o755)
    monkeypatch.setattr(file_text.sys, "executable", str(endless))
    monkeypatch.setattr(file_text, "SECONDS", 0.1)
    assert file_text.read_apart(a_pdf("Mae"), "PDF") == ""


def test_more_than_ten_are_refused_whole(ats):
    assert put(ats, {f"AT{n}": TEXT for n in range(11)}).status_code == 400
    assert not Attachment.objects.exists()


def test_another_kind_or_parent_is_refused(ats):
    answer = put(ats, {"AT1": TEXT}, parent="JOB_POSTING").json()
    (error,) = answer["errors"].values()
    assert error["status"] == 400


def test_sending_again_replaces_the_file(ats, settings, django_capture_on_commit_callbacks):
    put(ats, {"AT1": TEXT})
    tasks.read_attachments()
    with django_capture_on_commit_callbacks(execute=True):
        put(ats, {"AT1": PDF})
    tasks.read_attachments()
    stored = Attachment.objects.get()
    assert (stored.file_type, stored.text) == ("PDF", "")
    assert [path.suffix for path in files(settings)] == [".pdf"]


def test_a_file_may_come_before_what_it_hangs_on(ats):
    put(ats, {"AT1": TEXT})
    put(ats, {"AT2": TEXT}, parent="CANDIDATE", parent_id="CAND-1")
    assert not Attachment.objects.exclude(application=None, candidate=None).exists()
    candidates.upsert(ats, [records.candidate()])
    applications.upsert(ats, [records.application()])
    of_application, of_candidate = Attachment.objects.order_by("external_id")
    assert of_application.application == ats.applications.get()
    assert of_candidate.candidate == ats.candidates.get()


def test_files_go_with_what_they_hang_on(ats, settings, django_capture_on_commit_callbacks):
    candidates.upsert(ats, [records.candidate()])
    applications.upsert(ats, [records.application()])
    put(ats, {"AT1": TEXT})
    put(ats, {"AT2": TEXT}, parent="CANDIDATE", parent_id="CAND-1")
    with django_capture_on_commit_callbacks(execute=True):
        applications.delete(ats, ["APP-1"])
        candidates.delete(ats, ["CAND-1"])
    assert not Attachment.objects.exists()
    assert files(settings) == []


def test_files_can_be_deleted_one_by_one(ats, settings, django_capture_on_commit_callbacks):
    put(ats, {"AT1": TEXT, "AT2": TEXT})
    path = f"/rest/attachments?ids=List({key(ats, 'AT1')},{key(ats, 'NOPE')})"
    with django_capture_on_commit_callbacks(execute=True):
        answer = call(ats, "DELETE", path, **TWO).json()
    assert list(answer["results"]) == [key(ats, "AT1")]
    assert answer["errors"][key(ats, "NOPE")]["status"] == 404
    assert len(files(settings)) == 1


def test_a_batch_that_is_undone_leaves_no_file(ats, settings, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(attachments, "_join_parents", fail)
    with pytest.raises(RuntimeError):
        put(ats, {"AT1": TEXT})
    assert files(settings) == []


def test_another_customers_context_is_refused(ats):
    other = factories.AtsFactory()
    path = f"/rest/attachments?ids=List({key(ats, 'AT1')})"
    assert call(other, "DELETE", path, **TWO).status_code == 403
