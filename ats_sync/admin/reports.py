"""The same reports in the settings, for any contract."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from ats_sync.views.reports import report_context, report_file
from recruiter.report_table import Scope, period_in
from rsc import audit
from rsc.admin_site import Page
from rsc.models import Contract

RIGHTS = ("rsc.view_contract", "rsc.view_seat")


def urls(site: AdminSite) -> list[URLPattern]:
    """The page's address, for the admin site that holds it."""

    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return reports_page(site, request)

    return [path("ats_sync/reports/", site.admin_view(page), name="reports")]


def reports_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """A contract's figures; `?contract=` which, `?csv=` one report as a file."""
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    contracts = Contract.objects.select_related("company").order_by("company__name", "name", "pk")
    chosen = request.GET.get("contract", "")
    contract = contracts.filter(pk=chosen).first() if chosen.isdecimal() else None
    own = {**site.each_context(request), "title": "Reports", "contracts": contracts}
    if contract is None:
        return TemplateResponse(request, "admin/ats_sync/reports.html", own)
    scope = Scope(contract, None, period_in(request.GET))
    key = request.GET.get("csv", "")
    audit.record("report.read", str(contract.urn), actor=request.user, report=key or "all")
    if key:
        return report_file(scope, key)
    context = {**own, **report_context(scope), "contract": contract}
    return TemplateResponse(request, "admin/ats_sync/reports.html", context)


admin.site.pages.append(Page("ats_sync", "Reports", "admin:reports", RIGHTS, urls))
