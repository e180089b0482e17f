"""How long matching takes over the members of this database: both phases, and a new address."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ats_sync import candidate_keys, candidates, key_build, matching, member_keys, push_matching
from ats_sync.batches import batch, run
from ats_sync.bench.server import worker
from ats_sync.candidates import CandidateRecord
from ats_sync.identity.features import Email
from ats_sync.models import Ats, Candidate, CandidateIdentity, CandidateKey, Match
from recruiter import members
from recruiter.models import Member
from rsc import outbox
from rsc.demo import processes
from rsc.long_lived import spare_what_stays

SEED = 20260402
BATCH = 100
SOME_TIME = datetime(2026, 3, 1, tzinfo=UTC)
PATIENCE = 30  # seconds for an address to take effect
BEAT = 0.01  # seconds between two looks


@dataclass
class Stopwatch:
    """Time by the clock, and of the processors: ours and that of the database's process."""

    walls: list[float] = field(default_factory=list)
    own: float = 0.0
    database: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        wall, own, database = time.perf_counter(), time.process_time(), _database_seconds()
        yield
        self.walls.append(time.perf_counter() - wall)
        self.own += time.process_time() - own
        self.database += _database_seconds() - database

    @property
    def processor(self) -> float:
        return self.own + self.database


def _database_seconds() -> float:
    """Processor time of the database's process for us, if that runs on this machine."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    try:
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return 0.0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def read_through() -> float:
    """Read once what matching looks into, as a server has it in memory after some hours.

    A match touches forty pages at random, so without this the figures would be those of the disk.

    Returns:
        How many seconds it took.
    """
    began = time.perf_counter()
    with transaction.atomic():
        for table, column in _HEAPS:
            run(f"SELECT count({column}) FROM {table}")  # noqa: S608 - ours
        run("SET LOCAL enable_seqscan = off")
        for table, column in _INDEXES:
            run(f"SELECT count({column}) FROM {table}")  # noqa: S608 - ours
    return time.perf_counter() - began


def people(count: int) -> list[CandidateRecord]:
    """Candidates of which two in three are members, as ATSs know them (matching.md 4).

    Of the members every second is known by the verified address, the others by another one, with
    their employer and town; the rest bear names of members and are nobody here.
    """
    dice = random.Random(SEED)  # noqa: S311 - no secret
    found = run(_PEOPLE, count=count * 2)
    sent = []
    for number, (first, last, city, country, address, employer, title) in enumerate(found[:count]):
        kind = number % 3
        other = found[count + number] if kind == 2 and count + number < len(found) else None
        surname = other[1] if other else last
        mail = address if kind == 0 else f"{first}.{surname}{dice.randrange(10**6)}@post.example"
        sent.append(
            CandidateRecord(
                external_id=f"M{number}",
                first_name=first,
                last_name=surname,
                emails=[mail.replace(" ", "")],
                phones=[{"number": f"+1 312 {number // 10_000:03} {number % 10_000:04}"}],
                addresses=[{"city": city, "country": country}],
                current_company=employer or "",
                current_title=title or "",
                external_created_at=SOME_TIME,
                external_modified_at=SOME_TIME,
            )
        )
    return sent


def measure(ats: Ats, count: int) -> dict[str, Any]:
    """Push candidates in batches of 100, look closer as the worker does, match all again."""
    settings.OUTBOX_RINGS_WORKER = False  # a worker that helps would spoil the figures
    sent = people(count)
    reading = read_through()
    spare_what_stays()  # as servers and workers do
    push, quick, closer, again = Stopwatch(), Stopwatch(), Stopwatch(), Stopwatch()
    for start in range(0, len(sent), BATCH):
        _one_batch(ats, sent[start : start + BATCH], push, quick, closer)
    ids = list(Candidate.objects.filter(ats=ats).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), 500):
        with again.running():
            matching.look_closer(ats.pk, ids[start : start + 500])
    both = quick.processor + closer.processor
    by_database = quick.database + closer.database
    links = Match.objects.filter(candidate__ats=ats)
    return {
        "read_through_s": round(reading, 1),
        "candidates": len(sent),
        "linked": links.live().count(),
        "suggested": links.suggested().values("candidate").distinct().count(),
        "push_and_quick_phase_ms": _each(push.processor, sent),
        "quick_phase_ms": _each(quick.processor, sent),
        "quick_phase_wall_median_ms": round(1000 * median(quick.walls) / BATCH, 3),
        "all_phases_ms": _each(both, sent),
        "all_phases_database_ms": _each(by_database, sent),
        "all_phases_wall_ms": _each(sum(quick.walls) + sum(closer.walls), sent),
        "all_phases_wall_median_ms": round(
            1000 * median(map(sum, zip(quick.walls, closer.walls, strict=True))) / BATCH, 3
        ),
        "rematch_ms": _each(again.processor, ids),
        "rematch_database_ms": _each(again.database, ids),
        "rematch_wall_ms": _each(sum(again.walls), ids),
    }


def _one_batch(
    ats: Ats, sent: list[CandidateRecord], push: Stopwatch, quick: Stopwatch, closer: Stopwatch
) -> None:
    with push.running():
        candidates.upsert(ats, sent)
    names = [each.external_id for each in sent]
    ids = list(candidates.ids_of(ats, names).values())
    with transaction.atomic():  # once more from the start, to tell it from the storing
        for kept in (Match, CandidateKey, CandidateIdentity):
            kept.objects.filter(candidate__in=ids).delete()
    with quick.running(), batch(ats.pk):
        push_matching.match_pushed(ats, ids, changed=candidate_keys.stored(ats, ids), new=())
    live = Match.objects.live().filter(candidate__in=ids).values_list("candidate", flat=True)
    left = sorted(set(ids) - set(live))
    with closer.running():
        matching.look_closer(ats.pk, left)


def _each(seconds: float, what: list[Any]) -> float:
    return round(1000 * seconds / max(len(what), 1), 3)


def key_build_us(count: int = 10_000) -> float:
    """Processor time to make a member's identity and keys, in microseconds; nothing is kept."""
    some = Member.objects.open_accounts().filter(hidden_from_recruiters=False)
    ids = list(some.order_by("pk").values_list("pk", flat=True)[:count])
    watch = Stopwatch()
    with transaction.atomic():
        member_keys.forget(ids)
        with watch.running():
            key_build.write_identities(ids)
        transaction.set_rollback(True)
    return round(1e6 * watch.processor / max(len(ids), 1), 1)


def new_address_ms(ats: Ats, times: int) -> list[float]:
    """From the commit of a member's new address to the link, with a worker running.

    Raises:
        ProcessFailed: the worker did not start, or does nothing.
    """
    outbox.drain()
    settings.OUTBOX_RINGS_WORKER = True
    try:
        with worker():
            if _one_address(ats, 0) >= 1000 * PATIENCE:  # the first warms the worker up
                raise processes.ProcessFailed(
                    f"no address took effect in {PATIENCE} s: see what `manage.py doctor` says"
                )
            return [_one_address(ats, number) for number in range(1, times + 1)]
    finally:
        outbox.drain()


def _one_address(ats: Ats, number: int) -> float:
    """One member whose candidate waits."""
    member = Member.objects.open_accounts().filter(identity__isnull=False).order_by("-pk")[number]
    address = f"bench-{ats.pk}-{number}@waiting.example"
    candidates.upsert(
        ats,
        [
            CandidateRecord(
                external_id=f"W{number}",
                first_name=member.first_name,
                last_name=member.last_name,
                emails=[address],
                external_created_at=SOME_TIME,
                external_modified_at=SOME_TIME,
            )
        ],
    )
    # Linked, or with a namesake in town suggested: either way the address has told.
    linked = Match.objects.filter(
        candidate__ats=ats,
        candidate__external_id=f"W{number}",
        member=member,
        state__in=[Match.State.AUTOMATIC, Match.State.SUGGESTED],
        evidence__levels__email=int(Email.SAME),
    )
    time.sleep(1)  # the worker has looked closer by then
    members.add_email(member, address, verified_at=timezone.now())
    began = time.perf_counter()
    while not linked.exists() and time.perf_counter() - began < PATIENCE:
        time.sleep(BEAT)
    took = 1000 * (time.perf_counter() - began)
    members.remove_email(member, address)
    return round(took, 1)


# A column that only the rows themselves have, and one that an index has.
_HEAPS = (("ats_sync_memberidentity", "record"), ("ats_sync_namecount", "holders"))
_INDEXES = (
    ("ats_sync_memberidentity", "member_id"),
    ("ats_sync_namecount", "key"),
    ("recruiter_memberemail", "normal_form"),
    ("ats_sync_candidatekey", "candidate_id"),
    ("ats_sync_candidatekey", "key"),
    ("ats_sync_memberkey", "key"),
)

_PEOPLE = """
SELECT m.first_name, m.last_name, m.city, m.country_code, e.address, w.employer, w.title
FROM recruiter_member AS m
JOIN recruiter_memberemail AS e ON e.member_id = m.id AND e.primary AND e.verified_at IS NOT NULL
LEFT JOIN LATERAL (
    SELECT employer, title FROM recruiter_position WHERE member_id = m.id
    ORDER BY started_on DESC NULLS LAST LIMIT 1
) AS w ON true
WHERE m.closed_at IS NULL AND NOT m.hidden_from_recruiters
    AND m.id %% (SELECT greatest(count(*) / (%(count)s * 2), 1) FROM recruiter_member) = 0
ORDER BY m.id LIMIT %(count)s
"""
