"""A copy of all that is kept about a member: asked for in the member area, made by a worker."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from recruiter import events, resume_export
from recruiter.models import DataCopy, Enclosure, Member
from rsc import outbox

PAUSE = timedelta(hours=1)  # before another one is made
Contribution = Callable[[Member], Any]
_contributions: dict[str, Contribution] = {}
README = """What this server keeps about you.

resume.json          your profile, in the open format JSON Resume 1.0.0
account.json         addresses, phone numbers, settings, whom you know, what you follow
messages.json        what recruiters wrote to you, and your answers
contact-sharing.json which companies you let have your contact details, and since when
enclosures/          the files of your messages
photo.jpg            your photo
applications.json    what companies keep of you in their applicant tracking systems, where they
                     agreed to give it here

Notes that recruiters keep about people belong to their companies; ask them.
"""


def contributes(name: str) -> Callable[[Contribution], Contribution]:
    """Decorator: what the function tells of a member goes into the archive under that name.

    Higher floors add what they keep; nothing is written where they have nothing.
    """

    def register(told: Contribution) -> Contribution:
        _contributions[name] = told
        return told

    return register


@transaction.atomic
def ask(member: Member) -> bool:
    """Have a copy made. Returns False while one is on its way or was made within the hour."""
    Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    now = timezone.now()
    if member.data_copies.filter(asked_at__gt=now - PAUSE).exists():
        return False
    copy = DataCopy.objects.create(member=member, asked_at=now)
    outbox.publish(events.DATA_COPY_ASKED, copy.pk)
    return True


def of(member: Member) -> list[DataCopy]:
    """The copies that a member can fetch or waits for, the newest first."""
    return list(member.data_copies.filter(asked_at__gt=timezone.now() - _keep()))


@outbox.subscribe(events.DATA_COPY_ASKED)
def make(key: str, payload: dict[str, Any]) -> None:
    """Make a copy that was asked for; once."""
    copy = DataCopy.objects.filter(pk=int(key), made_at=None).select_related("member").first()
    if copy is None:
        return
    copy.made_at = timezone.now()
    copy.file.save("copy.zip", ContentFile(archive(copy.member)), save=False)
    copy.save(update_fields=["made_at", "file"])


def sweep() -> int:
    """Delete copies past their keep. Returns how many."""
    return DataCopy.objects.filter(asked_at__lte=timezone.now() - _keep()).delete()[0]


def archive(member: Member) -> bytes:
    """The whole archive, as bytes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        for name, content in _documents(member).items():
            archive.writestr(name, json.dumps(content, indent=2, ensure_ascii=False, default=str))
        sent = Enclosure.objects.filter(messages__conversation__member=member).distinct()
        for file in sent:
            with file.file.open("rb") as opened:
                archive.writestr(f"enclosures/{file.pk}-{file.name}", opened.read())
        if member.photo:
            with member.photo.open("rb") as opened:
                archive.writestr("photo.jpg", opened.read())
    return packed.getvalue()


def _documents(member: Member) -> dict[str, Any]:
    added = {name: tell(member) for name, tell in _contributions.items()}
    return {
        **{name: told for name, told in added.items() if told},
        "resume.json": resume_export.resume_of(member),
        "account.json": _account(member),
        "messages.json": _threads(member),
        "contact-sharing.json": [
            {
                "company": share.company.name,
                "email": share.email,
                "phone": share.phone,
                "sharedAt": share.shared_at,
                "withdrawnAt": share.withdrawn_at,
            }
            for share in member.contact_shares.select_related("company")
        ],
    }


def _account(member: Member) -> dict[str, Any]:
    blocks = member.inmail_blocks.select_related("company")
    followed = member.brand_engagements.select_related("company")
    return {
        "publicId": member.public_id,
        "createdAt": member.created_at,
        "lastSeenAt": member.last_seen_at,
        "emails": [
            {"address": email.address, "verifiedAt": email.verified_at, "main": email.primary}
            for email in member.emails.all()
        ],
        "phones": [{"number": phone.number, "kind": phone.kind} for phone in member.phones.all()],
        "openToOpportunities": member.openness,
        "hiddenFromRecruiters": member.hidden_from_recruiters,
        "sharesWithThirdParties": member.shares_with_third_parties,
        "acceptsMessages": member.accepts_inmail,
        "mailsOnMessages": member.mails_on_inmail,
        "blockedCompanies": [{"company": b.company.name, "since": b.at} for b in blocks],
        "connections": [
            {"name": known.other.full_name, "since": known.since}
            for known in member.connections.select_related("other")
        ],
        "companies": [{"company": f.company.name, "kind": f.kind, "at": f.at} for f in followed],
    }


def _threads(member: Member) -> list[dict[str, Any]]:
    threads = member.conversations.select_related("seat__user", "seat__contract__company")
    return [
        {
            "with": thread.seat.user.full_name,
            "company": thread.seat.contract.company.name,
            "subject": thread.subject,
            "answer": thread.answer,
            "messages": [
                {
                    "from": "you" if message.from_member else "recruiter",
                    "sentAt": message.sent_at,
                    "readAt": message.read_at,
                    "text": message.body,
                    "files": [f"{file.pk}-{file.name}" for file in message.enclosures.all()],
                }
                for message in thread.messages.all()
            ],
        }
        for thread in threads.prefetch_related("messages__enclosures")
    ]


def _keep() -> timedelta:
    return timedelta(days=settings.DATA_COPY_DAYS)
