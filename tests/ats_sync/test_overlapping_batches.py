"""Two processes that send overlapping batches at once: no deadlock, no gap, no double."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest
from django.db import connection

from ats_sync.models import Application, ApplicationStage, Ats, Candidate, Match
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


def sent_at_once(program: str, ats: Ats, *arguments: str) -> list[str]:
    """Run two senders, with 0 and 1 for a seed, that start together; returns what they print."""
    database = connection.settings_dict["NAME"]
    senders = [
        subprocess.Popen(
            [sys.executable, "-c", program, database, str(ats.pk), str(seed), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in (0, 1)
    ]
    for sender in senders:
        assert sender.stdout.readline() == "ready\n", sender.stderr.read()
    for sender in senders:
        sender.stdin.write("go\n")
        sender.stdin.flush()
    told = []
    for sender in senders:
        out, err = sender.communicate(timeout=120)
        assert sender.returncode == 0, err
        told.append(out)
    return told


@pytest.mark.django_db(transaction=True)
def test_two_processes_with_overlapping_batches_wait_for_each_other(ats):
    sent = people(40)
    names = ",".join(f"{one.first_name} {one.last_name}" for one in sent)
    sent_at_once(SENDER, ats, names)
    assert Candidate.objects.count() == Match.objects.live().count()
    waiting = Application.objects.filter(candidate=None)
    present = Candidate.objects.values("external_id")
    assert not waiting.filter(external_candidate_id__in=present).exists()
    assert AtsFootprint.objects.count() == Candidate.objects.count()
    assert FactLogEntry.objects.exists()
    assert replayed() == stored()


DATED_SENDER = textwrap.dedent(
    """
    import json, os, random, sys
    os.environ["DJANGO_SETTINGS_MODULE"] = "rsc.settings"
    import django
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.OUTBOX_RINGS_WORKER = False
    django.setup()
    from datetime import timedelta
    from ats_sync import application_history, applications, candidates
    from ats_sync.application_history import StageRecord
    from ats_sync.models import Ats
    from tests.ats_sync import records

    ats, seed = Ats.objects.get(pk=int(sys.argv[2])), int(sys.argv[3])
    chance, newest, last = random.Random(seed), {}, {}
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(15):
        chosen = chance.sample(range(30), 20)
        # Even minutes come from one sender, odd ones from the other: no two stamps are the same.
        at = {n: 2 * chance.randrange(10_000) + seed for n in chosen}
        newest |= {n: max(minute, newest.get(n, 0)) for n, minute in at.items()}
        last |= at
        when = {n: records.MONDAY + timedelta(minutes=minute) for n, minute in at.items()}
        application_history.upsert_stages(ats, [
            StageRecord(external_application_id=f"A-{n}", external_id="S", name=str(at[n]),
                        entered_at=when[n])
            for n in chosen
        ])
        applications.upsert(ats, [
            records.application(f"A-{n}", external_candidate_id=f"C-{n}", job_name=str(at[n]),
                                external_modified_at=when[n])
            for n in chosen
        ])
        candidates.upsert(ats, [
            records.candidate(f"C-{n}", emails=[f"person{n}@mail.test"], current_title=str(at[n]),
                              external_modified_at=when[n])
            for n in reversed(chosen)
        ])
    print(json.dumps({"newest": newest, "last": last}))
    """
)


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_at_once_the_last_modified_wins_for_every_record(ats):
    told = [json.loads(one) for one in sent_at_once(DATED_SENDER, ats)]
    newest = {
        int(name): str(max(each["newest"].get(name, 0) for each in told))
        for name in told[0]["newest"] | told[1]["newest"]
    }
    candidates, applications = (
        Candidate.objects.filter(ats=ats),
        Application.objects.filter(ats=ats),
    )
    assert dict(candidates.values_list("external_id", "current_title")) == {
        f"C-{name}": title for name, title in newest.items()
    }
    assert dict(applications.values_list("external_id", "job_name")) == {
        f"A-{name}": title for name, title in newest.items()
    }
    assert candidates.count() == applications.count() == len(newest)  # none of them twice
    for application in applications.select_related("candidate"):
        assert application.candidate.external_id == f"C-{application.external_id[2:]}"
    # Stages bear no stamp: what one of the two sent last is there, once, on its application.
    stages = ApplicationStage.objects.filter(ats=ats).select_related("application")
    assert stages.count() == len(newest)
    for stage in stages:
        name = stage.external_application_id.removeprefix("A-")
        assert stage.name in {str(each["last"].get(name)) for each in told}
        assert stage.application.external_id == stage.external_application_id
