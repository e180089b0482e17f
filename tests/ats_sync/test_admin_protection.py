"""The pages of data protection: found, copied and erased by an operator, and by nobody else."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from ats_sync.models import Candidate, Erasure
from recruiter import contact_sharing, data_copies, legal_holds
from recruiter.models import Consent, Conversation, Member
from rsc.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
PERSON = "admin:ats_sync_erasure_person"


@pytest.fixture
def candidate(ats, mae):
    known = factories.CandidateFactory(
        ats=ats, email_keys=["mnorris@gmail.com"], emails=["MNorris@gmail.com"]
    )
    factories.MatchFactory(candidate=known, member=mae)
    factories.ApplicationFactory(candidate=known, job_name="Account Manager")
    return known


def test_a_person_is_found_by_address_shown_and_erased_after_typing_it_again(
    candidate, mae, root, browse
):
    admin = browse(root)
    asked = {"text": "mnorris@gmail.com", "verb": "find"}
    page = admin.post(reverse(PERSON), asked).content.decode()
    assert "Mae Norris" in page
    assert candidate.external_id in page
    wrong = admin.post(reverse(PERSON), {**asked, "verb": "erase", "again": "mnorris"})
    assert "Nothing was erased" in wrong.content.decode()
    assert Candidate.objects.exists()
    done = admin.post(reverse(PERSON), {**asked, "verb": "erase", "again": asked["text"]})
    receipt = Erasure.objects.get()
    assert done["Location"] == reverse("admin:ats_sync_erasure_change", args=[receipt.pk])
    page = admin.get(done["Location"]).content.decode()
    assert f"member:{mae.public_id}" in page
    assert "mnorris" not in page
    assert not Candidate.objects.exists()
    assert AuditEntry.objects.filter(verb="person.find", actor=root).exists()
    assert "mnorris" not in str(list(AuditEntry.objects.values_list("subject", "detail")))


def test_a_hold_is_named_where_the_button_would_be(candidate, mae, root, browse):
    legal_holds.place("member", mae.pk, "case 7", actor=root)
    page = browse(root).post(reverse(PERSON), {"text": mae.public_id}).content.decode()
    assert "A legal hold stands on member" in page
    assert "Erase for good" not in page


def test_a_hold_is_placed_on_something_that_is_there(mae, root, browse):
    admin, form = browse(root), {"kind": "member", "object_id": mae.pk + 1, "reason": "case 7"}
    add = reverse("admin:recruiter_legalhold_add")
    assert f"There is no member {mae.pk + 1}." in admin.post(add, form).content.decode()
    assert admin.post(add, {**form, "object_id": mae.pk}).status_code == 302
    assert legal_holds.on_members([mae.pk])


def test_a_copy_holds_both_sides(candidate, mae, root, browse):
    answer = browse(root).post(reverse(PERSON), {"text": mae.public_id, "verb": "copy"})
    packed = zipfile.ZipFile(BytesIO(answer.content))
    tables = json.loads(packed.read("tables.json"))
    assert tables["ats_sync.Candidate"][0]["emails"] == ["MNorris@gmail.com"]
    assert tables["recruiter.Member"][0]["first_name"] == "Mae"
    assert f"member-{mae.public_id}/copy.zip" in packed.namelist()


def test_a_members_own_copy_names_applications_only_where_the_company_agrees(
    candidate, mae, freshing
):
    def names() -> list[str]:
        return zipfile.ZipFile(BytesIO(data_copies.archive(mae))).namelist()

    assert "applications.json" not in names()
    freshing.gives_ats_data = True
    freshing.save()
    assert "applications.json" in names()


@pytest.mark.parametrize("page", ["person", "wipe", "map"])
def test_only_operators_open_these_pages(page, ada, root, browse):
    url = reverse(f"admin:ats_sync_erasure_{page}")
    assert browse(root).get(url).status_code == 200
    ada.user.is_staff = True
    ada.user.save()
    assert browse(ada).get(url).status_code == 403


def test_the_map_says_of_each_table_where_from_and_how_long(root, browse):
    page = browse(root).get(reverse("admin:ats_sync_erasure_map")).content.decode()
    for words in ("Candidates in ATSs", "the company&#x27;s ATS", "until the account is closed"):
        assert words in page


def test_a_consent_knows_the_version_of_its_text_and_both_times(mae, ada, root, browse):
    thread = Conversation.objects.create(
        seat=ada, member=mae, subject="Hello", started_at=mae.created_at,
        last_message_at=mae.created_at,
    )  # fmt: skip
    contact_sharing.share(mae, thread, email="mnorris@gmail.com")
    first = Consent.objects.get()
    assert (first.subject, first.text.version) == (f"member:{mae.public_id}", 1)
    new = {"kind": "contact_share", "text": "New words", "_save": "1"}
    browse(root).post(reverse("admin:recruiter_consenttext_add"), new)
    contact_sharing.share(mae, thread, email="mnorris@gmail.com")
    first.refresh_from_db()
    assert first.withdrawn_at
    assert Consent.objects.standing().get().text.version == 2
    contact_sharing.withdraw(mae, ada.contract.company)
    assert not Consent.objects.standing().exists()
    assert Member.objects.get(pk=mae.pk)
