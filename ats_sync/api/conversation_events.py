"""`conversationEvents`: the InMails of one seat (contract.md 15)."""

from __future__ import annotations

from typing import Any

from ats_sync import throttles
from ats_sync.api.fields import millis
from ats_sync.api.reading import ContractView, number_in, window_in
from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import RestliError, not_enough_permissions
from ats_sync.restli.params import Query
from ats_sync.restli.views import finder
from recruiter.models import InMail
from rsc import urns
from rsc.models import Seat

# Requests about one seat (contract.md 1.9).
PER_MINUTE = 12


class ConversationEvents(ContractView):
    resource = "conversationEvents"

    @finder("criteria")
    def by_criteria(self, query: Query) -> Page:
        """What a seat wrote and was answered, oldest first, from `start` up to before `end`."""
        viewer = self._viewer(query)
        start, end = window_in(query, "timeRange")
        messages = InMail.objects.filter(conversation__seat=viewer)
        if start:
            messages = messages.filter(sent_at__gte=start)
        if end:
            messages = messages.filter(sent_at__lt=end)
        if query.text("threadUrn"):
            thread = number_in(query, "threadUrn", urns.MESSAGING_THREAD)
            messages = messages.filter(conversation=thread)
        found = messages.select_related("conversation__member").order_by("sent_at", "pk")
        page = found[query.start : query.start + query.count]
        return Page([_event(message, viewer) for message in page])

    def _viewer(self, query: Query) -> Seat:
        """The seat whose InMails are wanted; raises a RestliError of 400, 403 or 429."""
        number = number_in(query, "viewer", urns.SEAT)
        seat = Seat.objects.filter(pk=number).first()
        if seat is None:
            # The same as for a seat of somebody else: whether it exists is nobody's business.
            raise self._unknown(number)
        try:
            self.open_contracts([seat.contract_id])
        except RestliError as error:
            raise self._unknown(number) from error
        self.heed(throttles.take_turn(self.application, f"conversationEvents {number}", PER_MINUTE))
        return seat

    def _unknown(self, seat: int) -> RestliError:
        refusal = not_enough_permissions(f"{self.request.method} /{self.name}")
        refusal.message += f". urn:li:seat:{seat} needs a contract with CSA_API in state ENABLED"
        return refusal


def _event(message: InMail, viewer: Seat) -> dict[str, Any]:
    seat, member = str(viewer.urn), str(message.conversation.member.urn)
    author, recipient = (member, seat) if message.from_member else (seat, member)
    return {
        "id": message.pk,
        "threadUrn": str(message.conversation.urn),
        "createdAt": millis(message.sent_at),
        "author": author,
        "recipients": [recipient],
        "content": {
            "mail": {"subject": message.conversation.subject, "body": {"text": message.body}}
        },
    }
