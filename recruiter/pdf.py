"""Save to PDF: profiles on paper, as one seat sees them, written by a worker.

Nothing is fetched from anywhere: the style sheet is ours, a photo comes from our own storage,
and whatever else a text might name is refused.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django_q.tasks import async_task

from recruiter.models import Member, ProfilePdf
from recruiter.profile import Profile
from rsc import outbox
from rsc.models import Seat

if TYPE_CHECKING:
    from weasyprint import Document

KEPT_FOR = timedelta(days=1)
# Somebody wants a PDF; the key is its row.
PDF_WANTED = "pdf.wanted"
_LOCK = 7_301_955  # the first key of the advisory lock; the second is the row's
log = structlog.get_logger(__name__)


class CannotPrint(RuntimeError):
    """The machine lacks what it takes; the message tells the operator what to install."""


class AddressRefused(ValueError):
    """A text names something to load; a profile on paper loads nothing."""


@transaction.atomic
def ask(seat: Seat, members: Sequence[Member]) -> ProfilePdf:
    """Have a worker write a PDF of members whom the seat may see (checked by the caller)."""
    wanted = ProfilePdf.objects.create(
        seat=seat,
        member_ids=[member.pk for member in members],
        expires_at=timezone.now() + KEPT_FOR,
    )
    outbox.publish(PDF_WANTED, wanted.pk)
    return wanted


@outbox.subscribe(PDF_WANTED)
def on_pdf_wanted(key: str, payload: dict[str, Any]) -> None:
    """Writing takes its time, so it is a task of its own; without a ring the clock does it."""
    if settings.OUTBOX_RINGS_WORKER:
        async_task("recruiter.tasks.write_pdfs")


def write_waiting() -> int:
    """Write the PDFs that wait, oldest first; returns how many. For a worker."""
    waiting = ProfilePdf.objects.filter(finished_at=None, expires_at__gt=timezone.now())
    return sum(_write_alone(pk) for pk in waiting.order_by("pk").values_list("pk", flat=True))


def sweep() -> int:
    """Delete PDFs past their keep, with their files; returns how many."""
    return ProfilePdf.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def open_to(seat: Seat, pdf: ProfilePdf) -> bool:
    """Whether the file may be handed out: in time, and all its people still seen by the seat."""
    if not pdf.file or pdf.expires_at <= timezone.now():
        return False
    seen = Member.objects.visible_to(seat).filter(pk__in=pdf.member_ids).values("pk")
    return seen.distinct().count() == len(set(pdf.member_ids))


def _write_alone(pk: int) -> bool:
    """Write one PDF unless another worker is at it. Not in a transaction: progress is seen."""
    with _lock(pk) as got:
        if not got:
            return False
        related = ProfilePdf.objects.select_related("seat__contract__company", "seat__user")
        pdf = related.filter(pk=pk, finished_at=None).first()
        if pdf is None:
            return False
        try:
            pdf.file.save(f"{secrets.token_hex(16)}.pdf", ContentFile(_written(pdf)), save=False)
        except CannotPrint as error:
            pdf.failure = str(error)
        except Exception as error:  # noqa: BLE001 - the person who waits is told in any case
            log.warning("pdf_failed", pdf=pk, error=type(error).__name__)
            pdf.failure = "This could not be put on paper. The server's log says why."
        pdf.finished_at = timezone.now()
        # The row may be gone meanwhile, because somebody in it closed their account.
        if not ProfilePdf.objects.filter(pk=pk).update(
            file=pdf.file.name, failure=pdf.failure, finished_at=pdf.finished_at
        ):
            pdf.file.delete(save=False)
        return True


@contextmanager
def _lock(pk: int) -> Iterator[bool]:
    """A lock that a killed worker loses with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, pk % 2**31])
        got = bool(cursor.fetchone()[0])
        try:
            yield got
        finally:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, pk % 2**31])


def _written(pdf: ProfilePdf) -> bytes:
    seen = Member.objects.visible_to(pdf.seat).in_bulk(pdf.member_ids)
    members = [seen[pk] for pk in pdf.member_ids if pk in seen]
    sheets: list[Document] = []
    with timezone.override(pdf.seat.user.time_zone):
        for member in members:
            sheets.append(sheet(pdf.seat, member))
            ProfilePdf.objects.filter(pk=pdf.pk).update(written=len(sheets))
    if not sheets:
        raise CannotPrint("None of these people can be seen any more.")
    pages = [page for each in sheets for page in each.pages]
    return sheets[0].copy(pages).write_pdf()


def sheet(seat: Seat, member: Member) -> Document:
    """One member on paper.

    Raises:
        CannotPrint: the machine has no Pango.
    """
    try:
        from weasyprint import CSS, HTML  # late: heavy, and it needs libraries of the system
    except OSError as error:
        raise CannotPrint(
            "This server has no Pango, which draws the letters. Whoever runs it can install it "
            "(on Debian: apt-get install libpangoft2-1.0-0 libharfbuzz-subset0)."
        ) from error
    context = {
        "profile": Profile(seat, member),
        "member": member,
        "seat": seat,
        "photo": _photo(member),
        "now": timezone.now(),
    }
    page = HTML(string=render_to_string("recruiter/pdf.html", context), url_fetcher=_only_data)
    style = CSS(filename=finders.find("css/pdf.css"), url_fetcher=_only_data)
    return page.render(stylesheets=[style])


def _photo(member: Member) -> str:
    """A member's photo as a data address; empty without one."""
    if not member.photo:
        return ""
    try:
        with member.photo.open("rb") as file:
            return f"data:image/jpeg;base64,{base64.b64encode(file.read()).decode()}"
    except FileNotFoundError:
        return ""


def _only_data(address: str, *_: Any, **__: Any) -> dict[str, Any]:
    start, _, content = address.partition(",")
    if start != "data:image/jpeg;base64":
        raise AddressRefused("a profile on paper loads nothing")
    return {"string": base64.b64decode(content), "mime_type": "image/jpeg"}
