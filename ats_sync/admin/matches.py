"""Links between candidates and members: the ones to review, and why somebody has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from ats_sync import key_secret, links
from ats_sync.admin.synced import SyncedAdmin
from ats_sync.models import Candidate, IdentityEvent, Match
from recruiter.models import Member
from rsc.models import User

MOST_LINES = 20
Verb = Callable[[User, Candidate, Member], None]


def _lines(lines: Iterable[str]) -> SafeString | str:
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines)) or "-"


def _pairs(found: QuerySet[Match], name: Callable[[Match], str]) -> SafeString | str:
    rows = found.select_related("candidate__ats", "member").order_by("-score")[:MOST_LINES]
    return (
        format_html_join(
            "",
            '<div><a href="{}">{}</a>: {}</div>',
            (
                (
                    reverse("admin:ats_sync_match_change", args=[each.pk]),
                    name(each),
                    each.get_state_display(),
                )
                for each in rows
            ),
        )
        or "-"
    )


def _told(event: IdentityEvent) -> str:
    what = f"{event.from_state or 'new'} > {event.to_state}"
    who = event.actor.full_name if event.actor else event.rule or "by score"
    weights = f", weights {event.weights_version}" if event.weights_version else ""
    return f"{localtime(event.at):%Y-%m-%d %H:%M}: {what} ({who}{weights})"


@admin.register(Match)
class MatchAdmin(SyncedAdmin):
    """Suggestions are confirmed or rejected here, several at once; either is remembered."""

    list_display = ["record", "member", "state", "sure", "because", "decided"]
    list_select_related = ["candidate__ats", "member", "decided_by"]
    list_filter = ["state", "candidate__ats"]
    search_fields = ["=candidate__external_id", "=member__public_id",
                     "candidate__last_name__istartswith"]  # fmt: skip
    search_help_text = "The ATS's id, a member's public id, or the begin of a last name."
    ordering = ["-score", "-id"]
    fields = [
        "record",
        "member",
        "state",
        "sure",
        "because",
        "decided",
        "rivals",
        "records",
        "past",
    ]
    actions = ["confirm", "reject", "take_back"]
    change_list_template = "admin/ats_sync/match/change_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "held_back": key_secret.why_held_back()}
        return super().changelist_view(request, context)

    @admin.display(description="record of the ATS", ordering="candidate__last_name")
    def record(self, match: Match) -> str:
        candidate = match.candidate
        return f"{candidate.full_name} · {candidate.external_id} in {candidate.ats.name}"

    @admin.display(ordering="decided_at")
    def decided(self, match: Match) -> str:
        """When it got its state, and by whom if by a person."""
        by = f" by {match.decided_by.full_name}" if match.decided_by else ""
        return f"{localtime(match.decided_at):%Y-%m-%d %H:%M}{by}"

    @admin.display(description="confidence")
    def sure(self, match: Match) -> str:
        """How often such a link is right."""
        label = match.evidence.get("label", "")
        confidence = match.evidence.get("confidence")
        return f"{label} {confidence:.0%}".strip() if confidence else "-"

    @admin.display(description="reasons")
    def because(self, match: Match) -> SafeString | str:
        lines = match.evidence.get("reasons", [])
        return _lines(lines)

    @admin.display(description="other members it may be")
    def rivals(self, match: Match) -> SafeString | str:
        """One record, several possible members: each with a link to its pair."""
        others = Match.objects.filter(candidate=match.candidate).exclude(pk=match.pk)
        return _pairs(others, lambda other: str(other.member))

    @admin.display(description="other records of the member")
    def records(self, match: Match) -> SafeString | str:
        """Several records of one member, whatever ATS they come from."""
        others = Match.objects.filter(member=match.member).exclude(pk=match.pk)
        return _pairs(others, self.record)

    @admin.display(description="what became of this pair")
    def past(self, match: Match) -> SafeString | str:
        events = IdentityEvent.objects.filter(
            candidate_id=match.candidate_id, member_id=match.member_id
        )
        return _lines(_told(event) for event in events.select_related("actor")[:MOST_LINES])

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Whoever may look at links may decide about them; what they decide is audited."""
        return self.has_view_permission(request)

    @admin.action(description="Confirm: they are the same person", permissions=["review"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Match]) -> None:
        self._decide(request, queryset, links.confirm, "confirmed")

    @admin.action(description="Reject: never suggest this again", permissions=["review"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Match]) -> None:
        self._decide(request, queryset, links.reject, "rejected")

    @admin.action(description="Take back: let the rule judge again", permissions=["review"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Match]) -> None:
        self._decide(request, queryset, links.take_back, "taken back")

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[Match], verb: Verb, done: str
    ) -> None:
        decided, left = 0, 0
        for match in queryset.select_related("candidate__ats__company", "member"):
            try:
                verb(request.user, match.candidate, match.member)
            except links.NotLinked:
                left += 1
            else:
                decided += 1
        if decided:
            self.message_user(request, f"{decided} {done}.", messages.SUCCESS)
        if left:
            words = "could not be decided like that and were left as they are"
            self.message_user(request, f"{left} {words}.", messages.WARNING)
