"""A full re-match killed at any statement and started again ends as one that nobody disturbed."""

# ruff: noqa: F811 - a fixture of other tests
from __future__ import annotations

import signal

import pytest

from ats_sync.models import IdentityEvent, Match, RematchRun
from recruiter.models import AtsFootprint
from tests.ats_sync import killed
from tests.ats_sync.test_matching_order import SENT, links, people, push  # noqa: F401


def rematch(ats, *kills: int) -> dict[str, object]:
    """Forget all links, re-match, killed at these statements; what that leaves behind."""
    Match.objects.all().delete()
    AtsFootprint.objects.all().delete()
    RematchRun.objects.all().delete()
    latest = IdentityEvent.objects.latest("pk").pk
    places = []
    for statement in kills:
        assert killed.rematch(2, die_at=statement) == -signal.SIGKILL
        places.append(RematchRun.objects.get().last_candidate_id)
    assert killed.rematch(2, die_at=0) == 0
    run = RematchRun.objects.get()  # one, however often it was started
    assert run.finished_at
    told = IdentityEvent.objects.filter(pk__gt=latest)
    return {
        "links": links(ats),
        "footprints": sorted(AtsFootprint.objects.values_list("member", "past_applicant")),
        "events": sorted(told.values_list("candidate_id", "member_id", "from_state", "to_state")),
        "changes": run.changes,
        "places": places,
    }


@pytest.mark.django_db(transaction=True)
def test_a_rematch_killed_at_any_statement_ends_as_if_nothing_had_happened(ats, people):
    push(ats, SENT)
    synced = links(ats)
    expected = rematch(ats)
    assert expected.pop("places") == []
    assert expected["links"] == synced
    disturbed = rematch(ats, 2, 11, 35, 18, 40, 23)
    places = disturbed.pop("places")
    assert places == sorted(places)  # it never goes back,
    assert places[0] < places[-1]  # and was killed behind several chunks
    assert disturbed == expected
