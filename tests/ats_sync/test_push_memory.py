"""What a push keeps of a candidate, from the record in hand, is what its row says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ats_sync import candidate_keys, candidates
from ats_sync.models import (
    Application,
    ApplicationNote,
    ApplicationStage,
    Candidate,
    CandidateNote,
    InterviewFeedback,
    JobPosting,
)
from tests import factories
from tests.ats_sync import records

ODD = {
    "first_name": "Ana-Lucía",
    "last_name": "de la Cruz Müller",
    "middle_initial": "M.",
    "suffix": "Jr.",
    "emails": ["Ana.Cruz+jobs@Gmail.com", 'quote"d\\back@slash.example', "info@firm.example"],
    "phones": [{"number": "+34 600 123 456", "extension": "7"}, {"number": "600"}],
    "addresses": [{"city": "São Paulo", "geographicArea": "SP", "country": "BR"}, {}],
    "current_company": "Freshing & Söhne GmbH",
    "current_title": "Senior Buyer",
    "member_profile_url": "https://m.example.org/in/Ana-Cruz",
    "external_created_at": datetime(2024, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    "external_modified_at": datetime(2025, 1, 1, tzinfo=UTC),
}


@pytest.mark.django_db
def test_a_push_keeps_of_a_candidate_what_a_rematch_would_read_of_its_row(ats):
    member = factories.MemberFactory(first_name="Ana", last_name="Cruz")
    factories.MemberEmailFactory(member=member, address="anacruz@gmail.com")
    for sent in (ODD, {**ODD, "current_title": "Buyer", "phones": []}):
        candidates.upsert(ats, [records.candidate("C-1", **sent)])
        (known,) = candidate_keys.known(
            ats, Candidate.objects.values_list("pk", flat=True)
        ).values()
        assert known.compared is not None
        assert not known.changed


@pytest.mark.parametrize(
    "model",
    [
        Candidate, Application, JobPosting, ApplicationStage, InterviewFeedback, ApplicationNote,
        CandidateNote,
    ],
)  # fmt: skip
def test_only_the_index_of_its_key_begins_with_the_ats(model):
    # While statistics take a table for empty, another might be read wholly for each record.
    whole = [index for index in model._meta.indexes if index.condition is None]
    assert [index.name for index in whole if index.fields[:1] == ["ats"]] == []
