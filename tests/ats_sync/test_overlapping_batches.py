"""Two processes that send overlapping batches at once: no deadlock, no gap, no double."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from django.db import connection

from ats_sync.models import Application, Candidate, Match
from recruiter.models import AtsFootprint, FactLogEntry
from tests.ats_sync.test_candidates import people
from tests.ats_sync.test_footprints import replayed, stored

SENDER = textwrap.dedent(
    """
    import os, random, sys
    os.environ["DJANGO_SETTINGS_MODULE"] = "rsc.settings"
    import django
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.OUTBOX_RINGS_WORKER = False
    django.setup()
    from ats_sync import applications, candidates
    from ats_sync.models import Ats
    from tests.ats_sync import records

    ats, chance = Ats.objects.get(pk=int(sys.argv[2])), random.Random(int(sys.argv[3]))
    names = sys.argv[4].split(",")
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(12):
        chosen = chance.sample(names, 20)
        candidates.upsert(ats, [
            records.candidate(f"C-{n}", emails=[f"person{n}@mail.test"], **dict(zip(
                ("first_name", "last_name"), name.split(" "))))
            for n, name in ((names.index(name), name) for name in chosen)
        ])
        picked = chance.sample(range(len(names)), 20)
        applications.upsert(ats, [
            records.application(f"A-{n}", external_candidate_id=f"C-{n}") for n in picked
        ])
        candidates.delete(ats, [f"C-{chance.randrange(len(names))}"])
    """
)


@pytest.mark.django_db(transaction=True)
def test_two_processes_with_overlapping_batches_wait_for_each_other(ats):
    sent = people(40)
    names = ",".join(f"{one.first_name} {one.last_name}" for one in sent)
    database = connection.settings_dict["NAME"]
    senders = [
        subprocess.Popen(
            [sys.executable, "-c", SENDER, database, str(ats.pk), str(seed), names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in (1, 2)
    ]
    for sender in senders:
        assert sender.stdout.readline() == "ready\n", sender.stderr.read()
    for sender in senders:
        sender.stdin.write("go\n")
        sender.stdin.flush()
    for sender in senders:
        assert sender.wait(timeout=120) == 0, sender.stderr.read()
    assert Candidate.objects.count() == Match.objects.live().count()
    waiting = Application.objects.filter(candidate=None)
    present = Candidate.objects.values("external_id")
    assert not waiting.filter(external_candidate_id__in=present).exists()
    assert AtsFootprint.objects.count() == Candidate.objects.count()
    assert FactLogEntry.objects.exists()
    assert replayed() == stored()
