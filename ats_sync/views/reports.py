"""Reports for the administrators of a contract."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ats_sync import report_files, reports
from recruiter.report_table import Scope, period_in
from recruiter.reports import WEEK_WIDE, by_week
from rsc import audit
from rsc.models import Seat
from rsc.seats import SeatRequest, seat_required


@require_safe
@seat_required(Seat.Role.ADMINISTRATOR)
def reports_page(request: SeatRequest) -> HttpResponse:
    """The own contract's figures; `?csv=` one report as a file."""
    scope = Scope(request.seat.contract, request.seat, period_in(request.GET))
    if key := request.GET.get("csv"):
        audit.record("report.downloaded", str(scope.contract.urn), seat=request.seat, report=key)
        return report_file(scope, key)
    return render(request, "ats_sync/reports.html", report_context(scope))


def report_context(scope: Scope) -> dict[str, Any]:
    """What both pages of reports show."""
    weeks = by_week(scope)
    return {
        "scope": scope,
        "reports": reports.gather(scope),
        "weeks": weeks,
        "chart_width": len(weeks) * WEEK_WIDE,
    }


def report_file(scope: Scope, key: str) -> HttpResponse:
    """One report as a file; 404 for one that does not exist."""
    report = next((each for each in reports.gather(scope) if each.key == key), None)
    if report is None:
        raise Http404
    return report_files.download(report, scope)
