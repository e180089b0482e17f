"""The secret of the keyed hashes, and whether the stored keys were made under it.

Under another secret no member shares a key with a candidate, so matching would take back every
link that does not rest on an address, and count no namesakes. Machines decide nothing then: links
stay as they are, and what was synced waits for a re-match. Linking by addresses alone would go on
without the gates that count names, so it waits as well.
"""

from __future__ import annotations

import hashlib
from functools import cache

import structlog
from django.conf import settings
from django.utils import timezone

from ats_sync.batches import run, run_kept
from ats_sync.identity import keys
from ats_sync.models import Candidate, KeySecret, RematchRun

log = structlog.get_logger(__name__)
ONLY = 1  # the row
REMEDY = (
    "Set RSC_IDENTITY_SECRET as it was and run `manage.py build_match_keys`, or keep the new one "
    "and run `manage.py build_match_keys --all`; afterwards, in both cases, "
    "`manage.py rematch_candidates`."
)


class OtherSecretError(Exception):
    """The keys in the database were made under another secret."""

    def __init__(self) -> None:
        super().__init__(
            f"The keys of matching were made under another RSC_IDENTITY_SECRET. {REMEDY}"
        )


@cache
def _secret(text: str) -> bytes:
    return hashlib.sha256(b"rsc.identity" + text.encode()).digest()


def secret() -> bytes:
    """The secret of the keyed hashes; with another one, all keys must be built anew."""
    return _secret(settings.IDENTITY_SECRET)


@cache
def _mark(of: bytes) -> int:
    return keys.hashed("the secret of these keys", of)


def holds() -> bool:
    """Whether the keys were made under this process's secret; the first to ask sets it.

    Not remembered: another process may build all keys anew. One statement.
    """
    ((mark,),) = run_kept(_MARK, mark=_mark(secret()), only=ONLY)
    return mark == _mark(secret())


def demand() -> None:
    """Raises OtherSecretError unless `holds`."""
    if not holds():
        raise OtherSecretError


def may_decide(seen: int | None = None) -> bool:
    """Whether machines may decide now; if not, takes down that candidates wait.

    Args:
        seen: the mark in the database, where that was read already.
    """
    if seen == _mark(secret()) or holds():
        return True
    log.error("matching_held_back", why="keys of another secret")
    KeySecret.objects.filter(held_back_at=None).update(held_back_at=timezone.now())
    return False


def why_held_back() -> str:
    """What stands in the way of matching, and what to do; empty when nothing does."""
    if not holds():
        return str(OtherSecretError())
    if waiting := KeySecret.objects.exclude(held_back_at=None).first():
        since = f"{waiting.held_back_at:%Y-%m-%d %H:%M} UTC"
        return f"Candidates wait for a match since {since}: run `manage.py rematch_candidates`."
    return ""


def set_anew() -> None:
    """All keys are about to be made under this process's secret; candidates have others still."""
    now = timezone.now()
    waits_since = now if Candidate.objects.exists() else None
    KeySecret.objects.update_or_create(
        pk=ONLY,
        defaults={"mark": _mark(secret()), "made_at": now, "held_back_at": waits_since},
    )


def caught_up(rematch: RematchRun) -> None:
    """A re-match is through: only what was held back after its begin still waits."""
    run(_CAUGHT_UP, began=rematch.started_at)


_MARK = """
WITH first AS (
    INSERT INTO ats_sync_keysecret (id, mark, made_at)
    SELECT %(only)s::bigint, %(mark)s::bigint, now()
    WHERE NOT EXISTS (SELECT FROM ats_sync_keysecret)
    ON CONFLICT DO NOTHING RETURNING mark
)
SELECT mark FROM ats_sync_keysecret UNION ALL SELECT mark FROM first LIMIT 1
"""

_CAUGHT_UP = """
UPDATE ats_sync_keysecret SET held_back_at = NULL WHERE held_back_at <= %(began)s
"""
