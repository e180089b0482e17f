"""A full re-match killed at any statement and started again ends as one that nobody disturbed."""

# ruff: noqa: F811 - a fixture of other tests
from __future__ import annotations

import signal
from io import StringIO
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection

from ats_sync import candidates, rematching
from ats_sync.management.commands import rematch_candidates
from ats_sync.models import Candidate, IdentityEvent, Match, RematchRun
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


def test_of_chunks_that_others_did_already_none_is_done_again(db, ats, people, monkeypatch):
    push(ats, SENT)
    monkeypatch.setattr(rematching, "CHUNK", 2)
    whole = rematching.to_do(RematchRun())
    run = RematchRun.objects.create()
    waiting = rematching._chunks(run)
    for chunk in (waiting[1], waiting[3], waiting[2]):
        rematching.rematch_chunk(run.pk, None, chunk)
    run.refresh_from_db()
    assert run.last_candidate_id == 0
    assert rematching.to_do(run) == whole - 6
    first = Candidate.objects.filter(pk__lte=waiting[0][1])
    candidates.delete(ats, list(first.values_list("external_id", flat=True)))
    assert sum(rematching.proceed(run)) == whole - 8
    assert run.ahead == {}
    assert run.last_candidate_id == waiting[-1][1]


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_a_rematch(ats, people, monkeypatch):
    push(ats, SENT)
    synced = links(ats)
    footprints = sorted(AtsFootprint.objects.values_list("member", "past_applicant"))
    Match.objects.all().delete()
    AtsFootprint.objects.all().delete()
    of = connection.settings_dict
    server = f"{of['USER']}:{of['PASSWORD']}@{quote(of['HOST'], safe='')}:{of['PORT']}"
    monkeypatch.setenv("DATABASE_URL", f"postgres://{server}/{of['NAME']}")
    monkeypatch.setattr(rematching, "CHUNK", 1)
    monkeypatch.setattr(rematch_candidates, "MANY", 0)
    said = StringIO()
    call_command("rematch_candidates", "--processes", "2", stdout=said)
    assert f"{len(SENT)} candidates in" in said.getvalue()
    assert links(ats) == synced
    assert sorted(AtsFootprint.objects.values_list("member", "past_applicant")) == footprints
    run = RematchRun.objects.get()
    assert run.finished_at
    assert sum(run.changes.values()) == len(synced)
