"""Which outbox topics this floor hears, and the one signal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django_q.tasks import async_task

from ats_sync import (
    alarms,  # noqa: F401 - hears of its own alarms
    attachments,
    callbacks,
    challenges,
    closed_profiles,
    erasure,
    footprints,
    inmail_exports,
    matching,
    outcomes,
    webhooks,
)
from ats_sync.models import Ats, Attachment, ResumeUpload
from recruiter.events import (
    CONTACT_SHARED,
    INMAIL_REPLIED,
    MEMBER_CHANGED,
    MEMBER_CLOSED,
    MEMBERS_ADDED,
)
from rsc import outbox
from rsc.events import COMPANY_CHANGED


@outbox.subscribe(MEMBER_CHANGED)
def on_member_changed(key: str, payload: dict[str, Any]) -> None:
    """A member's addresses or privacy may link other candidates now."""
    # The facts of one transaction may be heard in any order: matching must not cut the links of
    # a member who left before the notices are written.
    closed_profiles.part_from(int(key))
    outcomes.stop_without_consent(int(key))
    matching.rematch_members([int(key)])


@outbox.subscribe(MEMBER_CLOSED)
def on_member_closed(key: str, payload: dict[str, Any]) -> None:
    """Tell the ATSs that knew the member, and forget the links."""
    closed_profiles.part_from(int(key))


@outbox.subscribe(INMAIL_REPLIED)
def on_inmail_replied(key: str, payload: dict[str, Any]) -> None:
    """A member answered, and may share contact details already."""
    inmail_exports.follow(int(key))


@outbox.subscribe(CONTACT_SHARED)
def on_contact_shared(key: str, payload: dict[str, Any]) -> None:
    """A member agreed to share contact details with the company of a thread."""
    inmail_exports.tell_of_share(payload["share"])
    inmail_exports.follow(int(key))


@outbox.subscribe(MEMBERS_ADDED, patient=True)
def on_members_added(key: str, payload: dict[str, Any]) -> None:
    """Many members came at once, as a run of ids."""
    matching.rematch_members(range(payload["first"], payload["last"] + 1))


@outbox.subscribe(matching.CANDIDATES_LEFT_OPEN, patient=True)
def on_candidates_left_open(key: str, payload: dict[str, Any]) -> None:
    """The quick phase inside the sync could not say who some candidates are."""
    matching.look_closer(payload["ats"], payload["candidates"])


@outbox.subscribe(footprints.ATS_VISIBILITY_CHANGED)
def on_ats_visibility_changed(key: str, payload: dict[str, Any]) -> None:
    """Who sees an ATS's facts changed: all its footprints fall due."""
    footprints.refresh_ats(int(key))


@outbox.subscribe(footprints.FOOTPRINTS_FELL_DUE)
def on_footprints_fell_due(key: str, payload: dict[str, Any]) -> None:
    """One chunk of an ATS's members."""
    footprints.refresh_members_between(payload["ats"], payload["first"], payload["last"])


@outbox.subscribe(COMPANY_CHANGED)
def on_company_changed(key: str, payload: dict[str, Any]) -> None:
    """The lookback decides who counts as a past applicant, in every ATS of the company."""
    for ats_id in Ats.objects.filter(company=int(key)).values_list("pk", flat=True):
        footprints.refresh_ats(ats_id)


@outbox.subscribe(callbacks.CALLBACK_FELL_DUE)
def on_callback_fell_due(key: str, payload: dict[str, Any]) -> None:
    """Notices wait. Calling out is a task of its own: a drain has a transaction open."""
    _wake("deliver_to_ats", int(key))


@outbox.subscribe(webhooks.WEBHOOK_FELL_DUE)
def on_webhook_fell_due(key: str, payload: dict[str, Any]) -> None:
    """Events wait for an endpoint."""
    _wake("deliver_to_endpoint", int(key))


@outbox.subscribe(challenges.CALLBACK_URL_SET)
def on_callback_url_set(key: str, payload: dict[str, Any]) -> None:
    """Ask a new callback URL at once whether it knows the secret."""
    _wake("challenge_one", int(key))


@outbox.subscribe(erasure.PERSON_ERASED)
def on_person_erased(key: str, payload: dict[str, Any]) -> None:
    """The files of the search index hold the words of a profile until they are written anew."""
    _wake("clean_index")


def _wake(task: str, *arguments: int) -> None:
    """Have a worker run a task; without one, the next schedule does it."""
    if settings.OUTBOX_RINGS_WORKER:
        async_task(f"ats_sync.tasks.{task}", *arguments)


# A row may go in many ways, with its candidate, its application or its ATS; the file goes too.
@receiver(post_delete, sender=Attachment)
@receiver(post_delete, sender=ResumeUpload)
def on_file_row_deleted(instance: Attachment | ResumeUpload, **_: Any) -> None:
    """Delete the file once the row is gone for certain."""
    if name := instance.file.name:
        transaction.on_commit(lambda: attachments.delete_files([name]))


@outbox.subscribe(attachments.ATTACHMENTS_CAME)
def on_attachments_came(key: str, payload: dict[str, Any]) -> None:
    """Reading a file takes its time, so it is a task of its own."""
    _wake("read_attachments")
