"""Files that are sent first and named in a record later: promise, arrival and use (contract.md 10).

The address of an upload is signed, so whoever got it from us may send the file without a token.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ats_sync.attachment_content import type_of
from ats_sync.attachments import delete_files
from ats_sync.models import DeveloperApplication, ResumeUpload
from rsc import urns

KEPT_FOR = timedelta(hours=24)
_SALT = "ats_sync.resume_upload"


class NoSuchUpload(LookupError):
    """The address is not one of ours, or its time is over."""


def promise(application: DeveloperApplication, name: str) -> ResumeUpload:
    """Prepare for a file of that name."""
    now = timezone.now()
    return ResumeUpload.objects.create(
        application=application, name=name, created_at=now, expires_at=now + KEPT_FOR
    )


def address_of(upload: ResumeUpload) -> str:
    """Where the file is to be sent; whoever knows it may do so."""
    ticket = signing.dumps(upload.media_id, salt=_SALT)
    return f"{settings.BASE_URL}{reverse('hire_media', args=[ticket])}"


def take(ticket: str, content: bytes) -> None:
    """Store the file; a second one replaces the first.

    Raises:
        NoSuchUpload: see there.
        ContentRefused: the file is not one that we keep.
    """
    media_id = _media_id(ticket)
    file_type = type_of(content)
    with transaction.atomic():
        live = ResumeUpload.objects.filter(media_id=media_id, expires_at__gt=timezone.now())
        upload = live.select_for_update().first()
        if upload is None:
            raise NoSuchUpload
        replaced = upload.file.name
        upload.file_type = file_type
        upload.file.save(f"{secrets.token_hex(16)}.{file_type.lower()}", ContentFile(content))
        transaction.on_commit(lambda: delete_files([replaced] if replaced else []))


def arrived(application: DeveloperApplication, texts: Collection[str]) -> dict[str, ResumeUpload]:
    """The application's files that came, by those of these URNs that name one. One query."""
    found = ResumeUpload.objects.filter(
        application=application,
        media_id__in=[text.removeprefix(str(urns.Urn(urns.MEDIA, ""))) for text in texts],
        expires_at__gt=timezone.now(),
    )
    return {str(upload.urn): upload for upload in found.exclude(file="")}


def sweep() -> int:
    """Delete promises whose time is over, with their files; returns how many."""
    return ResumeUpload.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def _media_id(ticket: str) -> str:
    try:
        return str(signing.loads(ticket, salt=_SALT, max_age=KEPT_FOR))
    except signing.BadSignature as error:
        raise NoSuchUpload from error
