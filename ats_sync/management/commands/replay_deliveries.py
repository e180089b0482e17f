"""manage.py replay_deliveries: send again what could not be delivered."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from ats_sync import outcomes, webhooks
from ats_sync.models import CallbackDelivery, WebhookDelivery


class Command(BaseCommand):
    help = (
        "Send again the callbacks and webhook messages that were given up, oldest first: after "
        "an ATS or a receiver was down for long. Callbacks go under a new id, webhook messages "
        "under their own, by which receivers know them. What was announced again "
        "since, or stopped by somebody, is left out: repeating the command sends nothing twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ats", type=int, help="callbacks of this ATS only (its number)")
        parser.add_argument("--endpoint", type=int, help="messages of this webhook only")
        parser.add_argument("--hours", type=int, default=24, help="made in the last … (24)")
        parser.add_argument("--dry-run", action="store_true", help="count, and send nothing")

    def handle(self, *args: object, **options: Any) -> None:
        if options["hours"] < 1:
            raise CommandError("--hours must be 1 or more.")
        since = timezone.now() - timedelta(hours=options["hours"])
        notices = [] if options["endpoint"] else _callbacks(since, options["ats"])
        messages = [] if options["ats"] else _messages(since, options["endpoint"])
        what = f"{len(notices)} callbacks and {len(messages)} webhook messages"
        if options["dry_run"]:
            self.stdout.write(f"{what} would be sent again.")
            return
        console = Console(stderr=True)
        for notice in track(notices, "callbacks", console=console):
            outcomes.resend(notice)
        webhooks.replay(messages)
        self.stdout.write(f"{what} are due; the workers send them.")


def _callbacks(since: datetime, ats: int | None) -> list[CallbackDelivery]:
    """Failed notices that nothing newer stands for, and that nobody stopped."""
    made = CallbackDelivery.objects.filter(created_at__gte=since).select_related("ats")
    made = made.filter(ats=ats) if ats else made
    event, failed = CallbackDelivery.Event, CallbackDelivery.State.FAILED
    # An export goes along with the notice that is sent in place of an older one.
    exports = made.filter(
        state=failed, event=event.EXPORT, export__isnull=False, export__stopped_at=None
    )
    states = made.filter(event=event.INTEGRATION_STATUS).order_by("ats", "-created_at", "-id")
    newest = [one for one in states.distinct("ats") if one.state == failed]
    return sorted([*exports, *newest], key=lambda one: (one.created_at, one.pk))


def _messages(since: datetime, endpoint: int | None) -> list[WebhookDelivery]:
    failed = WebhookDelivery.objects.filter(
        state=WebhookDelivery.State.FAILED, created_at__gte=since
    )
    return list(failed.filter(endpoint=endpoint) if endpoint else failed)
