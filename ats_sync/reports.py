"""What a contract's work led to in ATSs: exports, applications after sourcing, past applicants."""

from __future__ import annotations

from django.db.models import (
    Count,
    DurationField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from ats_sync.models import Application, Ats, Export, Integration, Match
from recruiter import reports
from recruiter.models import Activity, Conversation
from recruiter.report_table import Median, Report, Scope, in_words, share

# A member is sourced by whoever on the contract first did one of these.
SOURCING = (Activity.Verb.SAVED, Activity.Verb.MESSAGED, Activity.Verb.EXPORTED)


def gather(scope: Scope) -> list[Report]:
    """All reports, in the order of the page; eleven statements, whatever there is."""
    here = (exports, source_to_applied, past_applicants)
    return [make(scope) for make in (*reports.OWN, *here)]


def exports(scope: Scope) -> Report:
    """What became of exports, by seat and ATS. One statement."""
    state = Export.State
    sent = Export.objects.filter(scope.period.within("created_at"), seat__contract=scope.contract)
    under_way = (state.QUEUED, state.DELIVERED, state.FETCHED)
    counted = (
        sent.with_state()
        .order_by("ats__name", "seat__user__last_name", "seat")
        .values_list("ats__name", "seat", "seat__user__first_name", "seat__user__last_name")
        .annotate(
            made=Count("pk"),
            arrived=Count("pk", filter=Q(state=state.LINKED)),
            moving=Count("pk", filter=Q(state__in=under_way)),
            refused=Count("pk", filter=Q(state=state.FAILED)),
            late=Count("pk", filter=Q(state=state.EXPIRED)),
            took=Median(F("linked_at") - F("created_at"), output_field=DurationField()),
        )
    )
    rows = [
        [ats, f"{first} {last}".strip(), made, linked, share(linked, made), *others, in_words(took)]
        for ats, _, first, last, made, linked, *others, took in counted
    ]
    return Report(
        "exports",
        "Exports and their outcome",
        "What became of the people exported in this period.",
        (
            ("ATS", ""),
            ("Person", ""),
            ("Exported", "people sent to a requisition"),
            ("Arrived", "the ATS shows the person on the requisition"),
            ("Share arrived", "arrived of exported"),
            ("Under way", "not yet fetched, or fetched and not yet seen in the ATS"),
            ("Failed", "refused by the ATS, stopped, or not delivered"),
            ("Expired", "not fetched in time"),
            ("Time to arrive", "the median from the export to its arrival"),
        ),
        rows,
        frozenset({4}),
    )


def _applications(scope: Scope) -> QuerySet[Application]:
    """Those that the reader may see: a count must not tell of hidden ones (design.md 5)."""
    if scope.seat:
        return Application.objects.visible_to(scope.seat)
    known = Ats.objects.filter(company=scope.contract.company_id)
    return Application.objects.filter(ats__in=known.with_enabled(Integration.Type.IN_ATS_INDICATOR))


def source_to_applied(scope: Scope) -> Report:
    """How long it takes from sourcing to applying, by ATS. One statement."""
    sourced = (
        Activity.objects.filter(
            member=OuterRef("candidate__matches__member"),
            seat__contract=scope.contract,
            verb__in=SOURCING,
            at__lt=OuterRef("external_created_at"),
        )
        .order_by()
        .values("member")
        .annotate(first=Min("at"))
        .values("first")
    )
    counted = (
        _applications(scope)
        .filter(scope.period.within("external_created_at"))
        .filter(candidate__matches__state__in=Match.LIVE)
        .annotate(sourced_at=Subquery(sourced))
        .order_by("ats__name")
        .values_list("ats__name")
        .annotate(
            applied=Count("pk", distinct=True),
            sourced=Count("pk", filter=Q(sourced_at__isnull=False), distinct=True),
            took=Median(F("external_created_at") - F("sourced_at"), output_field=DurationField()),
        )
    )
    rows = [
        [ats, applied, sourced, share(sourced, applied), in_words(took)]
        for ats, applied, sourced, took in counted
    ]
    return Report(
        "source-to-applied",
        "From source to applied",
        "How many applications of this period came from people whom the contract had sourced.",
        (
            ("ATS", ""),
            ("Applications", "of members known here, begun in this period, that you may see"),
            (
                "Of sourced people",
                "somebody on the contract saved, wrote to or exported them before",
            ),
            ("Share", "of sourced people, of all"),
            ("Time to apply", "the median from the first such deed to the application"),
        ),
        rows,
        frozenset({3}),
    )


def past_applicants(scope: Scope) -> Report:
    """How many of those written to had applied before, and how they answer. One statement."""
    applied = _applications(scope).filter(
        candidate__matches__member=OuterRef("member"),
        candidate__matches__state__in=Match.LIVE,
        external_created_at__lt=OuterRef("started_at"),
    )
    threads = Conversation.objects.filter(
        scope.period.within("started_at"), seat__contract=scope.contract
    )
    counted = {
        past: (people, answered)
        for past, people, answered in threads.annotate(past=Exists(applied))
        .order_by()
        .values_list("past")
        .annotate(
            people=Count("member", distinct=True),
            replies=Count("member", filter=Q(answered_at__isnull=False), distinct=True),
        )
    }
    rows = [
        [label, *counted[past], share(counted[past][1], counted[past][0])]
        for label, past in (("Past applicants", True), ("Others", False))
        if past in counted
    ]
    return Report(
        "past-applicants",
        "Past applicants contacted",
        "Whether it pays to write to people who applied before.",
        (
            ("People", "past applicants had an application that you may see before the message"),
            ("Contacted", "members to whom a thread was begun in this period"),
            ("Answered", "up to now"),
            ("Response rate", "answered of contacted"),
        ),
        rows,
        frozenset({3}),
    )
