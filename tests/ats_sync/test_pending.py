"""Records whose parent never comes are listed, and dropped after 30 days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from ats_sync import application_history, applications, notes, pending
from ats_sync.models import ApplicationStage, CandidateNote
from tests.ats_sync import records

pytestmark = pytest.mark.django_db


def test_what_waits_is_counted_and_dropped_after_thirty_days(ats):
    notes.upsert_on_candidates(ats, [records.candidate_note(), records.candidate_note("N2")])
    applications.upsert(ats, [records.application()])
    application_history.upsert_stages(
        ats, [records.stage(), records.stage("S2", external_application_id="NEVER")]
    )
    assert [count for count in pending.count_waiting(ats).values() if count] == [2, 1]
    long_ago = timezone.now() - timedelta(days=31)
    ApplicationStage.objects.update(received_at=long_ago)
    CandidateNote.objects.filter(external_id="N1").update(received_at=long_ago)
    assert pending.sweep() == 2
    assert CandidateNote.objects.get().external_id == "N2"
    assert ApplicationStage.objects.get().external_id == "S1"
