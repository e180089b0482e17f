"""A sender killed in the middle of a batch, and batches that come twice or in any order."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from django.db import connection, transaction

from ats_sync import application_history, applications, candidates, matching
from ats_sync.application_history import StageRecord
from ats_sync.models import Application, ApplicationStage, Ats, Candidate, Match
from recruiter.models import AtsFootprint
from tests import factories
from tests.ats_sync import records
from tests.ats_sync.test_candidates import people
from tests.ats_sync.test_footprints import replayed, stored

PEOPLE = 40

SENDER = textwrap.dedent(
    """
    import os, sys
    os.environ["DJANGO_SETTINGS_MODULE"] = "rsc.settings"
    import django
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.OUTBOX_RINGS_WORKER = False
    django.setup()
    import msgspec
    from ats_sync import candidates
    from ats_sync.candidates import CandidateRecord
    from ats_sync.models import Ats

    sent = msgspec.json.decode(sys.stdin.readline(), type=list[CandidateRecord])
    candidates.upsert(Ats.objects.get(pk=int(sys.argv[2])), sent)
    """
)


def state(ats: Ats) -> dict[str, list]:
    """All that an ATS's pushes leave behind, in the ATS's own words."""
    matches = Match.objects.live().filter(candidate__ats=ats)
    footprints = AtsFootprint.objects.filter(token__ats_id=ats.pk)
    stages = ApplicationStage.objects.filter(ats=ats)
    return {
        "candidates": sorted(
            Candidate.objects.filter(ats=ats).values_list("external_id", "last_name", "emails__0")
        ),
        "matches": sorted(matches.values_list("candidate__external_id", "member", "state")),
        "applications": sorted(
            Application.objects.filter(ats=ats).values_list("external_id", "candidate__external_id")
        ),
        "stages": sorted(stages.values_list("external_id", "application__external_id")),
        "footprints": sorted(footprints.values_list("member", "past_applicant")),
    }


@pytest.fixture
def uninterrupted(ats):
    """Another ATS of the same company, for what should come out."""
    other = factories.AtsFactory(company=ats.company)
    factories.IntegrationSettingFactory(integration=factories.IntegrationFactory(ats=other))
    return other


def killed_while_writing(ats: Ats, sent: list) -> None:
    """A process starts to push a batch and is killed with its rows written and not committed."""
    import msgspec

    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, connection.settings_dict["NAME"], str(ats.pk)],
        stdin=subprocess.PIPE,
        text=True,
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ats_sync_match IN EXCLUSIVE MODE")
        sender.stdin.write(msgspec.json.encode(sent).decode() + "\n")
        sender.stdin.flush()
        deadline = time.monotonic() + 60
        while not _waits_for_us(cursor):
            assert sender.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        sender.send_signal(signal.SIGKILL)
        sender.wait()


def _waits_for_us(cursor) -> bool:
    cursor.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ats_sync_match'::regclass"
    )
    return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_a_batch_sent_again_after_its_sender_was_killed_ends_as_if_nothing_had_happened(
    ats, uninterrupted
):
    sent = people(PEOPLE)
    candidates.upsert(uninterrupted, sent)
    killed_while_writing(ats, sent)
    assert not Candidate.objects.filter(ats=ats).exists()  # nothing by halves
    candidates.upsert(ats, sent)
    assert state(ats) == state(uninterrupted)
    assert len(state(ats)["matches"]) == PEOPLE
    assert replayed() == stored()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_pushes_in_any_order_and_number_end_in_one_state(ats, uninterrupted, seed):
    sent = people(PEOPLE)
    chance = random.Random(seed)
    pushes = [
        (candidates.upsert, sent[:20]),
        (candidates.upsert, sent[15:]),  # overlaps
        (applications.upsert, [
            records.application(f"A-{n}", external_candidate_id=f"C-{n}") for n in range(PEOPLE)
        ]),
        (application_history.upsert_stages, [
            StageRecord(external_application_id=f"A-{n}", external_id="S", name="Screen",
                        entered_at=records.MONDAY)
            for n in range(PEOPLE)
        ]),
    ]  # fmt: skip
    older = [records.candidate(one.external_id, first_name=one.first_name, last_name="Old",
                               external_modified_at=records.MONDAY - records.DAY)
             for one in sent[:10]]  # fmt: skip
    for verb, batch in pushes:
        verb(uninterrupted, batch)
    shuffled = [*pushes, *chance.choices(pushes, k=3), (candidates.upsert, older)]
    chance.shuffle(shuffled)
    for verb, batch in shuffled:
        verb(ats, batch)
    for one in (ats, uninterrupted):
        matching.look_closer(one.pk, Candidate.objects.filter(ats=one).values_list("pk", flat=True))
    assert state(ats) == state(uninterrupted)
    assert replayed() == stored()
