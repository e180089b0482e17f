"""Seals on the audit: whoever changes or removes an entry later breaks the chain.

Writers of entries do not wait for each other: a worker seals what was committed, in the order in
which it finds it. A digest is keyed by the server's secret, so the chain cannot be made anew by
who can write to the database only. A cut tail shows when the head that was noted elsewhere (each
sealing writes it to the log) is not in the chain any more.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from rsc.models import AuditEntry, AuditSeal

log = structlog.get_logger(__name__)
BATCH = 2_000
_ONE_SEALER = 0x52534302  # the advisory lock of who seals
_START = "0" * 64


def seal() -> int:
    """Seal the entries that have no seal yet, the oldest first; returns how many."""
    done = 0
    while count := _seal_some():
        done += count
    if done:
        head = AuditSeal.objects.latest("pk")
        log.info("audit_sealed", entries=done, seal=head.pk, head=head.digest)
    return done


@transaction.atomic
def _seal_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_SEALER])
    last = AuditSeal.objects.order_by("-pk").first()
    digest = last.digest if last else _START
    sealed = AuditSeal.objects.filter(entry_id=OuterRef("pk"))
    seals = []
    for entry in AuditEntry.objects.filter(~Exists(sealed)).order_by("pk")[:BATCH]:
        one = AuditSeal(entry_id=entry.pk, actor_id=entry.actor_id, seat_id=entry.seat_id)
        digest = one.digest = _digest(settings.SECRET_KEY, digest, entry, one)
        seals.append(one)
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found.

    Attributes:
        seals: how many were checked.
        unsealed: entries that wait for a seal.
        broken: what is wrong at the first broken link; empty if the chain is whole.
        head: the last digest, to be noted outside this database.
    """

    seals: int
    unsealed: int
    broken: str
    head: str


def verify(expected: str = "", on_progress: Callable[[int], None] | None = None) -> Verdict:
    """Recompute the chain from its beginning, up to the first broken link.

    Args:
        expected: a head noted earlier; it must be in the chain still.
        on_progress: told how many seals were checked since it was told last.
    """
    previous, count, broken = _START, 0, ""
    found = not expected
    for one, entry in _pairs():
        if broken := _fault(previous, one, entry):
            break
        previous, count = one.digest, count + 1
        found = found or one.digest == expected
        if on_progress:
            on_progress(1)
    if not broken and not found:
        broken = "the end of the chain is missing: the head noted earlier is not in it"
    unsealed = AuditEntry.objects.count() - AuditSeal.objects.count()
    return Verdict(count, max(0, unsealed), broken, previous if count else "")


def _pairs() -> Iterator[tuple[AuditSeal, AuditEntry | None]]:
    last = 0
    while seals := list(AuditSeal.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        entries = AuditEntry.objects.in_bulk([one.entry_id for one in seals])
        yield from ((one, entries.get(one.entry_id)) for one in seals)
        last = seals[-1].pk


def _fault(previous: str, one: AuditSeal, entry: AuditEntry | None) -> str:
    """What is wrong with a link; empty if nothing is."""
    if entry is None:
        return f"entry {one.entry_id} was removed"
    for now, then in ((entry.actor_id, one.actor_id), (entry.seat_id, one.seat_id)):
        if now not in (then, None):
            return f"entry {entry.pk} names somebody else now"
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(_digest(key, previous, entry, one), one.digest) for key in keys):
        return f"entry {entry.pk} was changed, or a seal before seal {one.pk} was removed"
    return ""


def _digest(key: str, previous: str, entry: AuditEntry, one: AuditSeal) -> str:
    told = [previous, entry.pk, entry.at.isoformat(), one.actor_id, one.seat_id, entry.verb,
            entry.subject, entry.detail]  # fmt: skip
    text = msgspec.json.encode(told, order="deterministic")
    own_key = hashlib.sha256(f"rsc.audit_chain:{key}".encode()).digest()
    return hmac.new(own_key, text, hashlib.sha256).hexdigest()
