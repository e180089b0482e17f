"""Save to PDF: for one seat, in any script, without a look outside, for one day."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from recruiter import members, pdf
from recruiter.models import ContactShare, Education, Member, ProfilePdf
from recruiter.tasks import sweep_pdfs, write_pdfs
from tests import factories
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def words_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def taken(client, row: ProfilePdf) -> bytes:
    response = client.get(reverse("recruiter:pdf_file", args=[row.pk]))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    return b"".join(response.streaming_content)


def test_from_the_dialog_to_the_file(ada, mae, browse):
    ContactShare.objects.create(
        member=mae, company=ada.contract.company, email="mae@home.test", shared_at=timezone.now()
    )
    client = browse(ada)
    asked = client.get(f"{reverse('recruiter:pdf_people')}?person={mae.public_id}")
    assert "It is made for you alone" in text_of(asked)
    waiting = client.post(
        reverse("recruiter:pdf_people"), {"person": mae.public_id, "next": "/talent/"}, follow=True
    )
    assert "Writing: 0 of 1" in text_of(waiting)
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    assert write_pdfs() == 1
    assert write_pdfs() == 0
    row = ProfilePdf.objects.get()
    ready = client.get(reverse("recruiter:pdf", args=[row.pk]), HTTP_HX_REQUEST="true")
    assert "Download the PDF" in text_of(ready)
    assert "every 1s" not in ready.content.decode()
    words = words_of(taken(client, row))
    for word in ("Mae Norris", "Account Manager", "Freshing", "Negotiation", "mae@home.test"):
        assert word in words
    assert "Ada Recruiter" in words


def test_contact_details_that_were_not_shared_stay_out(ada, mae):
    pdf.ask(ada, [mae])
    write_pdfs()
    with ProfilePdf.objects.get().file.open("rb") as file:
        assert "mnorris@gmail.com" not in words_of(file.read())


@pytest.mark.parametrize(
    ("first", "last"),
    [("Łukasz", "Żółć"), ("Наталья", "Иванова"), ("Ελένη", "Παπαδοπούλου"), ("Մարիամ", "Գևորգյան")],
)
def test_names_are_written_in_their_own_script(ada, mae, first, last):
    mae.first_name, mae.last_name = first, last
    mae.save()
    pdf.ask(ada, [mae])
    write_pdfs()
    with ProfilePdf.objects.get().file.open("rb") as file:
        assert f"{first} {last}" in words_of(file.read())


def test_scripts_that_run_from_right_to_left_and_many_more_do_not_break_it(ada, mae):
    mae.first_name, mae.last_name = "ליאת", "כהן"
    mae.headline = "مديرة المبيعات · 营业经理 · बिक्री प्रबंधक · ผู้จัดการฝ่ายขาย · 🎉"
    mae.save()
    pdf.ask(ada, [mae])
    write_pdfs()
    assert ProfilePdf.objects.get().failure == ""


def test_nothing_is_fetched_whatever_a_profile_says(ada, mae, monkeypatch):
    asked: list[str] = []
    refuse = pdf._only_data

    def watch(address: str, *rest: object, **more: object) -> dict:
        asked.append(address)
        return refuse(address)

    monkeypatch.setattr(pdf, "_only_data", watch)
    mae.summary = '<img src="http://evil.test/x.png"><link rel=stylesheet href=file:///etc/passwd>'
    mae.save()
    pdf.ask(ada, [mae])
    write_pdfs()
    assert asked == []  # it is text, and stays text
    with pytest.raises(pdf.AddressRefused):
        refuse("file:///etc/passwd")
    with pytest.raises(pdf.AddressRefused):
        refuse("http://evil.test/x.png")


def test_many_people_make_one_file_with_the_progress_shown(ada, mae, browse):
    crowd = [mae, factories.MemberFactory(first_name="Zoe"), factories.MemberFactory()]
    Education.objects.create(member=mae, school="Caltech")
    row = pdf.ask(ada, crowd)
    write_pdfs()
    row.refresh_from_db()
    assert row.written == 3
    assert len(PdfReader(BytesIO(taken(browse(ada), row))).pages) == 3


def test_nobody_else_gets_or_sees_it(ada, bo, di, cy, hal, mae, browse, client):
    row = pdf.ask(ada, [mae])
    write_pdfs()
    for name in ("pdf", "pdf_file"):
        address = reverse(f"recruiter:{name}", args=[row.pk])
        for other in (bo, di, cy, hal):
            assert browse(other).get(address).status_code == 404
        assert client.get(address).status_code == 302


def test_who_hides_meanwhile_is_not_handed_out(ada, mae, browse):
    row = pdf.ask(ada, [mae])
    write_pdfs()
    Member.objects.update(hidden_from_recruiters=True)
    client = browse(ada)
    assert client.get(reverse("recruiter:pdf_file", args=[row.pk])).status_code == 404
    page = text_of(client.get(reverse("recruiter:pdf", args=[row.pk])))
    assert "does not show the profile to you any more" in page


def test_after_a_day_it_is_gone(ada, mae, browse, django_capture_on_commit_callbacks):
    row = pdf.ask(ada, [mae])
    write_pdfs()
    ProfilePdf.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert browse(ada).get(reverse("recruiter:pdf_file", args=[row.pk])).status_code == 404
    name = ProfilePdf.objects.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_pdfs() == 1
    assert not default_storage.exists(name)


def test_a_closed_account_takes_the_pdfs_about_it_along(
    ada, mae, django_capture_on_commit_callbacks
):
    pdf.ask(ada, [mae, factories.MemberFactory()])
    write_pdfs()
    with django_capture_on_commit_callbacks(execute=True):
        members.close_account(mae)
    assert not ProfilePdf.objects.exists()


def test_what_goes_wrong_is_told_to_the_one_who_waits(ada, mae, browse):
    Member.objects.update(hidden_from_recruiters=True)
    row = pdf.ask(ada, [mae])
    write_pdfs()
    page = text_of(browse(ada).get(reverse("recruiter:pdf", args=[row.pk])))
    assert "None of these people can be seen any more." in page
