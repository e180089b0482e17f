"""The audit: what administrators looked at and did, and that nobody changes it afterwards."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from rsc import audit, audit_chain
from rsc.models import AuditEntry, AuditSeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(root):
    made = [audit.record("thing.done", f"thing:{n}", actor=root, n=n) for n in range(5)]
    assert audit_chain.seal() == 5
    return made


def verdict(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def test_a_whole_chain_is_good_and_goes_on(entries, root):
    head = AuditSeal.objects.latest("pk").digest
    audit.record("thing.done", "thing:6", actor=root)
    assert "6 entries, none changed" in verdict("--expect", head)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda two: AuditEntry.objects.filter(pk=two.pk).update(subject="x"), "was changed"),
        (lambda two: AuditEntry.objects.filter(pk=two.pk).delete(), "was removed"),
        (lambda two: AuditSeal.objects.filter(entry_id=two.pk).delete(), "was removed"),
    ],
)
def test_the_first_broken_link_is_named(entries, harm, told):
    harm(entries[2])
    with pytest.raises(CommandError, match=told) as error:
        verdict()
    assert str(error.value).startswith("after 2 good links")


def test_a_cut_tail_shows_by_the_head_noted_elsewhere(entries):
    head = AuditSeal.objects.latest("pk").digest
    for entry in entries[3:]:
        AuditSeal.objects.filter(entry_id=entry.pk).delete()
        entry.delete()
    assert "3 entries" in verdict()
    with pytest.raises(CommandError, match="end of the chain is missing"):
        verdict("--expect", head)


def test_an_entry_of_a_user_who_was_deleted_stays_good(entries, root):
    root.delete()
    assert "5 entries" in verdict()


def test_looks_at_people_are_audited_by_number_and_words_by_digest(root, mae, browse):
    admin = browse(root)
    admin.get(reverse("admin:recruiter_member_changelist"), {"q": "Norris"})
    admin.get(reverse("admin:recruiter_member_change", args=[mae.pk]))
    admin.get(reverse("admin:rsc_company_changelist"))
    listed, looked = AuditEntry.objects.filter(verb__startswith="admin.").order_by("pk")
    assert (listed.verb, listed.subject, listed.detail["shown"]) == (
        "admin.listed", "recruiter.Member", [mae.pk],
    )  # fmt: skip
    assert len(listed.detail["words"]) == 64
    assert (looked.verb, looked.subject) == ("admin.looked", f"recruiter.Member:{mae.pk}")
    assert "Norris" not in f"{listed.detail}{looked.detail}"


def test_changes_are_audited_with_the_names_of_the_fields(root, cy, browse):
    page = reverse("admin:rsc_seat_change", args=[cy.pk])
    asked = {"user": cy.user_id, "contract": cy.contract_id, "role": "administrator",
             "state": "ACTIVE", "_save": "1"}  # fmt: skip
    assert browse(root).post(page, asked).status_code == 302
    entry = AuditEntry.objects.get(verb="admin.changed")
    assert (entry.subject, entry.actor) == (f"rsc.Seat:{cy.pk}", root)
    assert entry.detail["fields"] == ["Role"]


@pytest.mark.parametrize("form", ["as_csv", "as_json_lines"])
def test_the_audit_is_exported(entries, root, browse, form):
    asked = {"action": form, "_selected_action": [one.pk for one in entries]}
    answer = browse(root).post(reverse("admin:rsc_auditentry_changelist"), asked)
    text = b"".join(answer.streaming_content).decode()
    assert text.count("thing.done") == 5
    assert AuditSeal.objects.first().digest in text
