"""Who closes an account is gone here, and every ATS that knew them is told (contract.md 18)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from ats_sync import candidates, closed_profiles, exports, subscribers
from ats_sync.models import Match
from recruiter import contact_sharing, inmail, members, notes
from recruiter.json_resume import Basics, Resume
from recruiter.models import AtsFootprint, Member, MemberPhone, Recommendation, RecruiterNote
from rsc.models import User
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.wire_client import elements, get, open_activity

pytestmark = pytest.mark.django_db


def closed(ats, more: str = ""):
    context = ats.company.urn
    path = f"/v2/closedCandidateProfiles?q=criteria&integrationContext={context}{more}"
    return elements(ats, path)


@pytest.fixture
def known(ats, ada, mae, drain):
    """Mae, linked to a candidate, matched by address, and exported."""
    candidates.upsert(
        ats,
        [
            records.candidate("CAND-1", member=mae.public_id),
            records.candidate("CAND-2", emails=["mnorris@gmail.com"]),
        ],
    )
    exports.export(ada, mae, factories.JobPostingFactory(ats=ats, external_id="REQ-1"))
    drain()
    return mae


def test_the_ats_learns_who_left_and_which_records_are_theirs(ats, known, drain):
    members.close_account(known)
    drain()
    (element,) = closed(ats)
    export = known.exports.get()
    assert element == {
        "member": str(known.urn),
        "closedAt": int(known.closed_at.timestamp() * 1000),
        "exportedTo": [{"externalJobPostingId": "REQ-1", "requestId": str(export.delivery_id)}],
        "atsCandidateIds": ["CAND-1", "CAND-2"],
    }
    assert not Match.objects.exists()
    assert not AtsFootprint.objects.exists()


def test_the_other_fact_of_the_same_change_may_be_heard_first(ats, known, drain):
    members.close_account(known)
    subscribers.on_member_changed(str(known.pk), {})
    drain()
    closed_profiles.part_from(known.pk)
    assert [one["atsCandidateIds"] for one in closed(ats)] == [["CAND-1", "CAND-2"]]


def test_an_ats_that_never_knew_the_member_hears_nothing(ats, known, drain):
    other = factories.AtsFactory(company=ats.company)
    candidates.upsert(other, [records.candidate("X")])
    members.close_account(known)
    drain()
    assert closed(other) == []
    assert get(other, f"/v2/closedCandidateProfiles?q=criteria&integrationContext="
               f"{factories.CompanyFactory().urn}").status_code == 403  # fmt: skip


def test_notices_are_told_from_a_date_on_and_after_switching_off(ats, known, drain):
    members.close_account(known)
    drain()
    ats.integrations.update(status="DISABLED")
    at = int(known.closed_at.timestamp() * 1000)
    assert len(closed(ats, f"&closedAfter={at}")) == 1
    assert closed(ats, f"&closedAfter={at + 1000}") == []


def test_an_export_not_fetched_yet_is_not_told_any_more(ats, known):
    export = known.exports.get()
    path = f"/v2/exportedCandidates?q=request&requestId={export.delivery_id}"
    assert get(ats, path).status_code == 200
    members.close_account(known)
    assert get(ats, path).status_code == 404


def test_notes_on_the_member_become_deleted_ones(ats, ada, contract, known):
    open_activity(ats, contract)
    notes.add(ada, known, "Mae speaks Portuguese.")
    members.close_account(known)
    (element,) = elements(ats, f"/v2/prospectNotes?q=criteria&contract={contract.urn}")
    assert element["active"] is False
    assert not RecruiterNote.objects.exclude(text="").exists()


def texts_of(model: type[models.Model]) -> str:
    return str(list(model.objects.values_list()))


def test_no_table_of_ours_holds_the_name_or_address_any_more(ats, ada, known, drain):
    known.user = factories.UserFactory(username="mae.norris", email="mnorris@gmail.com")
    known.source_key = "mnorris@gmail.com"
    known.save()
    MemberPhone.objects.create(member=known, number="+13125550100")
    friend = factories.MemberFactory()
    Recommendation.objects.create(
        member=friend, author=known, author_name="Mae Norris", text="A pleasure."
    )
    thread = inmail.send(ada, known, subject="Dear Mae Norris", body="Hello Mae")
    contact_sharing.share(known, thread)
    notes.add(ada, known, "Mae Norris likes tea.")
    drain()
    members.close_account(known)
    drain()
    # What the ATS sent is the ATS's: it is told to delete it.
    synced = {"ats_sync.Candidate", "ats_sync.CandidateIdentity", "ats_sync.CandidateKey"}
    holding = [
        model._meta.label
        for app in ("rsc", "recruiter", "ats_sync", "account")
        for model in apps.get_app_config(app).get_models()
        if model._meta.label not in synced
        and any(word in texts_of(model) for word in ("Norris", "mnorris", "norris", "5550100"))
    ]
    assert holding == []


def test_a_recruiter_who_is_also_a_member_keeps_the_sign_in(ada, mae):
    mae.user = ada.user
    mae.save()
    members.close_account(mae)
    assert User.objects.get(pk=ada.user_id).is_active


def test_an_old_file_does_not_bring_back_who_has_left(known):
    resume = Resume(basics=Basics(name="Mae Norris", email="mnorris@gmail.com"))
    sent = [("mnorris@gmail.com", resume)]
    Member.objects.filter(pk=known.pk).update(source_key="mnorris@gmail.com")
    known.refresh_from_db()
    members.close_account(known)
    receipt = members.take_up(sent, verified=True)
    assert (receipt.new, receipt.changed, receipt.unchanged) == (0, 0, 1)
    assert Member.objects.count() == 1
