"""Every page of the admin opens, at a cost that does not grow, and without inline code."""

from __future__ import annotations

import re
import uuid

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ats_sync import exports, webhooks
from ats_sync.models import (
    EntityAcl,
    EntityAclAssignee,
    Erasure,
    RejectedRecord,
    RetentionRule,
    WebhookEndpoint,
)
from recruiter import consents, legal_holds
from recruiter.models import CreditEntry, IndexCheck, Member
from rsc import audit, outbox
from rsc.models import OutboxEvent, Seat, SingleSignOn
from tests import factories

OURS = ("rsc", "recruiter", "ats_sync")
CHANGELIST_QUERIES = 12
CHANGE_QUERIES = 30


def ours() -> list[type]:
    return [model for model in admin.site._registry if model._meta.app_label in OURS]


@pytest.fixture
def visitor(browse, root) -> Client:
    return browse(root)


@pytest.fixture
def world(db, ats, ada, mae, root) -> None:
    """Three of everything, so that a query per row would show."""
    for number in range(3):
        candidate = factories.CandidateFactory(ats=ats)
        factories.MatchFactory(candidate=candidate, member=factories.MemberFactory())
        factories.ApplicationFactory(candidate=candidate)
        job = factories.JobPostingFactory(ats=ats)
        exports.export(ada, factories.MemberFactory(), job)
        Client().get("/v2/nope")
        names = {"ats": ats, "acl_id": f"TEAM-{number}", "entity_type": "JOB_POSTING"}
        EntityAcl.objects.create(entity_id="JX1", **names)
        EntityAclAssignee.objects.create(person_id=ada.user.person_id, **names)
        factories.ProjectStageFactory(project__owner=ada)
        factories.SeatFactory(contract=ada.contract)
        factories.AtsFactory(company=ats.company)
        CreditEntry.objects.create(seat=ada, amount=5, at=timezone.now())
        IndexCheck.objects.create(questions=number)
        endpoint = WebhookEndpoint.objects.create(
            company=ats.company, url=f"https://hooks.test/{number}"
        )
        webhooks.test(endpoint)
        audit.record("candidate.linked", "candidate:1", seat=ada)
        SingleSignOn.objects.create(company=ats.company, code=f"way-{number}", domains=["a.test"])
        OutboxEvent.objects.create(topic="a.b", key=number, available_at=timezone.now())
        Erasure.objects.create(kind="person", subjects=[f"member:{number}"])
        RetentionRule.objects.create(entity="searches", days=90, company=factories.CompanyFactory())
        legal_holds.place("company", number, "case 7", actor=ada.user)
        consents.give("activation", f"integration:{number}")
        RejectedRecord.objects.create(
            ats=ats, resource="atsCandidates", record_id=f"C{number}", reason="No name", status=400,
            request_uuid=uuid.uuid4(), at=timezone.now(),
        )  # fmt: skip


@pytest.mark.parametrize("model", ours(), ids=str)
def test_every_list_opens_in_a_few_queries(world, visitor, model, django_assert_max_num_queries):
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    with django_assert_max_num_queries(CHANGELIST_QUERIES):
        answer = visitor.get(url)
    assert answer.status_code == 200
    assert visitor.get(url, {"q": "a@b.test"}).status_code == 200
    assert visitor.get(url, {"q": "Norris 7 é"}).status_code == 200


@pytest.mark.parametrize("model", ours(), ids=str)
def test_every_form_opens_in_a_few_queries(world, visitor, model, django_assert_max_num_queries):
    place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model.objects.order_by("pk").first()
    if row is not None:
        with django_assert_max_num_queries(CHANGE_QUERIES):
            answer = visitor.get(reverse(f"{place}_change", args=[row.pk]))
        assert answer.status_code == 200
    read_only = not admin.site._registry[model].has_add_permission(answer.wsgi_request)
    assert visitor.get(reverse(f"{place}_add")).status_code == (403 if read_only else 200)


@pytest.mark.parametrize("model", ours(), ids=str)
def test_no_page_holds_inline_code(world, visitor, model):
    place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model.objects.order_by("pk").first()
    for url in (reverse(f"{place}_changelist"), reverse(f"{place}_change", args=[row.pk])):
        answer = visitor.get(url)
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert not re.search(
            r"<script(?![^>]*\ssrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=",
            answer.content.decode(),
        )


def test_a_contract_with_many_seats_costs_no_more(ada, visitor, django_assert_max_num_queries):
    factories.SeatFactory.create_batch(30, contract=ada.contract)
    with django_assert_max_num_queries(CHANGE_QUERIES):
        visitor.get(reverse("admin:rsc_contract_change", args=[ada.contract_id]))


def test_the_site_is_called_admin_settings_and_starts_with_the_ats(visitor):
    page = visitor.get("/admin/").content.decode()
    assert "Admin settings" in page
    assert (
        page.index("ATS connection") < page.index("Companies and seats") < page.index("Recruiter")
    )


def test_the_door_is_the_sign_in_page_of_everybody(client, browse, ada):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
    assert browse(ada).get("/admin/", follow=True).status_code == 403


def test_a_seat_is_added_on_the_page_of_its_contract(ada, visitor):
    user = factories.UserFactory()
    url = reverse("admin:rsc_contract_change", args=[ada.contract_id])
    form = {
        "company": ada.contract.company_id, "name": ada.contract.name, "active": "on",
        "seats-TOTAL_FORMS": "1", "seats-INITIAL_FORMS": "1", "seats-0-id": ada.pk,
        "seats-0-contract": ada.contract_id, "seats-0-role": "administrator",
        "seats-0-state": "ACTIVE",
        "seats-2-TOTAL_FORMS": "1", "seats-2-INITIAL_FORMS": "0", "seats-2-0-user": user.pk,
        "seats-2-0-contract": ada.contract_id, "seats-2-0-role": "recruiter",
        "seats-2-0-state": "ACTIVE",
    }  # fmt: skip
    assert visitor.post(url, form).status_code == 302
    assert Seat.objects.filter(contract=ada.contract_id, user=user).exists()
    ada.refresh_from_db()
    assert ada.role == "administrator"


def test_a_changed_lookback_is_announced(freshing, visitor):
    url = reverse("admin:rsc_company_change", args=[freshing.pk])
    contracts = {"contracts-TOTAL_FORMS": "0", "contracts-INITIAL_FORMS": "0"}
    form = {"name": freshing.name, "past_applicant_lookback_days": "365", **contracts}
    assert visitor.post(url, form).status_code == 302
    assert OutboxEvent.objects.filter(topic="company.changed", key=freshing.pk).exists()


def test_the_shelf_can_be_emptied_by_retrying(visitor, drain, db):
    heard = []
    outbox.subscribe("test.shelved")(lambda key, payload: heard.append(key))
    now = timezone.now()
    event = OutboxEvent.objects.create(
        topic="test.shelved", key="7", available_at=now, shelved_at=now, attempts=20
    )
    assert drain() == 0
    url = reverse("admin:rsc_outboxevent_changelist")
    listed = {
        state: visitor.get(url, {"state": state}).context["cl"] for state in ("shelf", "done")
    }
    assert (listed["shelf"].result_count, listed["done"].result_count) == (1, 0)
    visitor.post(url, {"action": "retry_now", "_selected_action": [event.pk]})
    assert drain() == 1
    assert heard == ["7"]


def test_nobody_writes_the_audit_by_hand(visitor, ada):
    entry = audit.record("candidate.linked", "candidate:1", seat=ada)
    url = reverse("admin:rsc_auditentry_change", args=[entry.pk])
    assert visitor.post(url, {"verb": "changed"}).status_code == 403
    assert visitor.post(reverse("admin:rsc_auditentry_delete", args=[entry.pk])).status_code == 403


def test_a_changed_address_is_compared_anew(mae, visitor):
    url = reverse("admin:recruiter_member_change", args=[mae.pk])
    email = mae.emails.get()
    empty = {
        f"{name}-{count}_FORMS": "0"
        for name in ("phones", "positions", "education")
        for count in ("TOTAL", "INITIAL")
    }
    form = {
        "first_name": "Mae", "last_name": "Norris", "slug": mae.slug, "openness": "no",
        "emails-TOTAL_FORMS": "1", "emails-INITIAL_FORMS": "1", "emails-0-id": email.pk,
        "emails-0-member": mae.pk, "emails-0-address": "M.Norris@googlemail.com",
        "emails-0-primary": "on", **empty,
    }  # fmt: skip
    assert visitor.post(url, form).status_code == 302
    email.refresh_from_db()
    assert email.normal_form == "mnorris@gmail.com"
    assert OutboxEvent.objects.filter(topic="member.changed", key=mae.pk).exists()


def test_a_new_member_of_a_user_has_that_users_id(ada, visitor):
    empty = {
        f"{name}-{count}_FORMS": "0"
        for name in ("emails", "phones", "positions", "education")
        for count in ("TOTAL", "INITIAL")
    }
    form = {"first_name": "Ada", "slug": "ada", "openness": "no", "user": ada.user_id, **empty}
    assert visitor.post(reverse("admin:recruiter_member_add"), form).status_code == 302
    assert Member.objects.get(slug="ada").public_id == ada.user.person_id


def test_members_are_closed_and_never_deleted(mae, visitor):
    assert visitor.post(reverse("admin:recruiter_member_delete", args=[mae.pk])).status_code == 403
    url = reverse("admin:recruiter_member_changelist")
    visitor.post(url, {"action": "close_accounts", "_selected_action": [mae.pk]})
    mae.refresh_from_db()
    assert mae.closed_at is not None
