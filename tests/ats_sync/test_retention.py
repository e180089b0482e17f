"""What is old goes by rule, what the law holds stays; one ATS can be wiped as a whole."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from ats_sync import applications, candidates, retention, wiping
from ats_sync.models import Application, Candidate, Erasure, RetentionRule
from recruiter import legal_holds
from recruiter.models import AtsFootprint, RecruiterNote, SearchRun
from rsc.models import AuditEntry
from tests import factories
from tests.ats_sync import records

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def old(ats):
    """A candidate of two years ago and one of today, in two companies' ATSs."""
    now = timezone.now()
    other = factories.AtsFactory()
    for one in (ats, other):
        candidates.upsert(one, [
            records.candidate("OLD", external_modified_at=now - 700 * DAY),
            records.candidate("NEW", external_modified_at=now),
        ])  # fmt: skip
    return other


def left() -> list[str]:
    return sorted(Candidate.objects.values_list("external_id", flat=True))


def applied(**options) -> str:
    out = StringIO()
    call_command("apply_retention", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_a_preview_says_how_many_and_deletes_none(old):
    RetentionRule.objects.create(entity="candidates", days=365, active=True)
    assert "would delete 2, oldest 2" in applied(dry_run=True)
    assert left() == ["NEW", "NEW", "OLD", "OLD"]


def test_a_companys_own_rule_beats_that_for_all(old, ats):
    RetentionRule.objects.create(entity="candidates", days=365, active=True)
    own = RetentionRule.objects.create(
        entity="candidates", days=900, active=True, company=ats.company
    )
    retention.apply_all()
    assert left() == ["NEW", "NEW", "OLD"]
    assert Candidate.objects.get(external_id="OLD").ats == ats
    RetentionRule.objects.filter(pk=own.pk).update(days=30)
    applied()
    assert left() == ["NEW", "NEW"]
    assert AuditEntry.objects.filter(verb="retention.applied").count() == 2


def test_a_rule_that_is_off_deletes_nothing(old):
    RetentionRule.objects.create(entity="candidates", days=1)
    assert retention.apply_all() == 0


@pytest.mark.parametrize("kind", ["candidate", "company", "member"])
def test_what_is_held_outlives_its_rule(old, ats, root, mae, kind):
    held = Candidate.objects.get(ats=ats, external_id="OLD")
    factories.MatchFactory(candidate=held, member=mae)
    numbers = {"candidate": held.pk, "company": ats.company_id, "member": mae.pk}
    legal_holds.place(kind, numbers[kind], "case 7", actor=root)
    RetentionRule.objects.create(entity="candidates", days=365, active=True)
    retention.apply_all()
    assert left() == ["NEW", "NEW", "OLD"]


@pytest.mark.parametrize("entity", RetentionRule.Entity.values)
def test_each_entity_has_a_rule_that_runs(entity, ada, mae, django_assert_max_num_queries):
    SearchRun.objects.create(seat=ada, query="keywords=x", at=timezone.now() - 400 * DAY)
    note = RecruiterNote.objects.create(
        member=mae,
        seat=ada,
        text="Old words",
        created_at=timezone.now(),
        modified_at=timezone.now(),
    )
    RecruiterNote.objects.filter(pk=note.pk).update(modified_at=timezone.now() - 400 * DAY)
    mae.last_seen_at = timezone.now() - 400 * DAY
    mae.save()
    rule = RetentionRule.objects.create(entity=entity, days=365, active=True)
    expected = {"searches": 1, "notes": 1, "members": 1}.get(entity, 0)
    assert sum(retention.apply(rule)) == expected
    note.refresh_from_db()
    assert note.text == ("" if entity in ("notes", "members") else "Old words")


def test_a_wipe_takes_all_that_one_ats_sent_and_leaves_a_receipt(old, ats, mae, root, browse):
    candidates.upsert(ats, [records.candidate("LINKED", member=mae.public_id)])
    applications.upsert(ats, [records.application(external_candidate_id="LINKED")])
    assert AtsFootprint.objects.filter(member=mae).exists()
    page = reverse("admin:ats_sync_erasure_wipe")
    wrong = browse(root).post(page, {"ats": ats.pk, "again": "acme"})
    assert "Nothing was wiped" in wrong.content.decode()
    browse(root).post(page, {"ats": ats.pk, "again": ats.name})
    receipt = Erasure.objects.get()
    assert receipt.planned >= 4
    assert not ats.integrations.filter(status="ENABLED").exists()
    wiping.run_all()
    assert left() == ["NEW", "OLD"]
    assert not Application.objects.exists()
    assert not AtsFootprint.objects.filter(member=mae).exists()
    receipt.refresh_from_db()
    assert receipt.finished_at
    assert receipt.counts["candidates"] == {"rows": 3}
    assert wiping.run_all() == 0


def test_an_ats_of_a_company_that_is_held_is_not_wiped(ats, root):
    legal_holds.place("company", ats.company_id, "case 7", actor=root)
    with pytest.raises(legal_holds.HeldByLaw):
        wiping.ask(ats, actor=root)
