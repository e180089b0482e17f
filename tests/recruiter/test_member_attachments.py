"""Files that a team keeps with a member: what is taken, who gets them, how they are handed out."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recruiter import attachments, file_kinds, members
from recruiter.models import Member, MemberAttachment
from tests.pages import text_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nhello"


def word() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return buffer.getvalue()


@pytest.fixture
def kept(ada, mae) -> MemberAttachment:
    return attachments.add(ada, mae, SimpleUploadedFile("offer.pdf", PDF))


def upload(client, member, content: bytes, name: str):
    address = reverse("recruiter:add_attachment", args=[member.public_id])
    return client.post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)


@pytest.mark.parametrize(
    ("content", "name", "shown"),
    [
        (PDF, "offer.pdf", "offer.pdf"),
        (PDF, "offer.exe", "offer.pdf"),  # the content decides
        (word(), "offer.docx", "offer.docx"),
        (b"\x89PNG\r\n\x1a\n1", "face.png", "face.png"),
        (b"\xff\xd8\xff1", "face.jpeg", "face.jpg"),
        ("Grüße 你好".encode(), "words.txt", "words.txt"),
    ],
)
def test_what_is_useful_is_kept_by_what_it_is(ada, mae, browse, content, name, shown):
    page = text_of(upload(browse(ada), mae, content, name))
    assert f"{shown} is kept with Mae Norris." in page
    assert "Attachments (1)" in page


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00\x03", b"PK\x03\x04broken", b"GIF89a\x00", b"\xff\xfe\x00"],
)
def test_everything_else_is_refused_with_a_sentence(ada, mae, browse, content):
    page = text_of(upload(browse(ada), mae, content, "offer.pdf"))
    assert "Choose a file first." in page or "Only PDF, Word, text, PNG and JPEG" in page
    assert not MemberAttachment.objects.exists()


def test_too_large_a_file_is_refused(ada, mae, browse, monkeypatch):
    monkeypatch.setattr(file_kinds, "LARGEST", 10)
    assert "larger than" in text_of(upload(browse(ada), mae, PDF, "offer.pdf"))
    assert not MemberAttachment.objects.exists()


def test_the_team_gets_the_file_to_keep_and_nobody_else_does(
    ada, bo, hal, di, cy, kept, browse, client
):
    address = reverse("recruiter:attachment", args=[kept.pk])
    for colleague in (ada, bo):
        response = browse(colleague).get(address)
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Disposition"] == 'attachment; filename="offer.pdf"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
    for stranger in (hal, di, cy):  # Hal sees Mae in no project
        assert browse(stranger).get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_who_hides_takes_the_files_out_of_sight(ada, kept, browse):
    Member.objects.update(hidden_from_recruiters=True)
    assert browse(ada).get(reverse("recruiter:attachment", args=[kept.pk])).status_code == 404


def test_only_who_uploaded_a_file_deletes_it(
    ada, bo, cy, kept, browse, django_capture_on_commit_callbacks
):
    address = reverse("recruiter:delete_attachment", args=[kept.pk])
    for other in (bo, cy):
        assert browse(other).post(address).status_code == 404
    client = browse(ada)
    assert "Delete this file?" in text_of(client.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address)
    assert not MemberAttachment.objects.exists()
    assert not default_storage.exists(kept.file.name)


def test_a_closed_account_takes_its_files_along(mae, kept, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        members.close_account(mae)
    assert not MemberAttachment.objects.exists()
    assert not default_storage.exists(kept.file.name)
