"""Entry points that django-q2 calls by name. They take ids and hand over to a verb."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from ats_sync import (
    access_tokens,
    alarms,
    attachments,
    callbacks,
    challenges,
    erasure,
    footprints,
    job_postings,
    pending,
    rejections,
    request_log,
    resume_uploads,
    retention,
    sandbox,
    seat_mapping,
    stored_files,
    throttles,
    webhooks,
    wiping,
)


def deliver_due() -> int:
    """Send the notices and events that are due; returns how many were tried."""
    return callbacks.deliver_due() + webhooks.deliver_due()


def deliver_to_ats(ats_id: int) -> int:
    """Send one ATS its notices; returns how many were tried."""
    return callbacks.deliver_to(ats_id)


def deliver_to_endpoint(endpoint_id: int) -> int:
    """Send one endpoint its events; returns how many were tried."""
    return webhooks.deliver_to(endpoint_id)


def challenge_one(setting_id: int) -> None:
    """Ask one callback URL whether it knows the secret."""
    challenges.challenge_one(setting_id)


def challenge_due() -> int:
    """Ask the callback URLs that were not asked for two hours; returns how many."""
    return challenges.challenge_due()


def sweep_requests() -> int:
    """Delete what is past its keep in the request log, and old counts; returns how many rows."""
    kept = timedelta(days=settings.REQUEST_LOG_DAYS)
    return request_log.sweep(kept) + throttles.sweep() + rejections.sweep()


def sweep_tokens() -> int:
    """Delete access tokens and login codes that expired long ago; returns how many."""
    return access_tokens.sweep()


def sweep_sync() -> int:
    """Delete receipts of requisitions, and records whose parent never came, past their 30 days."""
    return job_postings.sweep_tasks() + pending.sweep()


def read_attachments() -> int:
    """Read the text of files that came; returns how many."""
    return attachments.read_texts()


def sweep_files() -> int:
    """Delete uploads whose time is over, and files that no row names; returns how many."""
    return resume_uploads.sweep() + len(stored_files.delete_orphans())


def refresh_lookbacks() -> int:
    """Once a day: applications grow older than a company's lookback; returns how many ATSs."""
    return footprints.refresh_lookbacks()


def purge_sandboxes() -> int:
    """Go on with the purges of sandboxes; returns how many rows were deleted."""
    return sandbox.run_purges()


def look_after_feeds() -> int:
    """Open and close alarms of feeds; returns how many changed."""
    return alarms.look_after_feeds()


def clean_index() -> int:
    """Write the search index's files anew without those who were erased; how many receipts."""
    return erasure.clean_index()


def run_wipes() -> int:
    """Go on with wipes that were asked for; returns how many rows were deleted."""
    return wiping.run_all()


def apply_retention() -> int:
    """By night: delete what is older than its rule says, and what waited; returns how many."""
    return retention.apply_all() + erasure.clean_index()


def look_for_ats_people() -> int:
    """Once a day: who writes notes in an ATS and who holds its ACLs; returns how many ATSs."""
    return seat_mapping.look_everywhere()
