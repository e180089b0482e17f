"""The onboarding widget: a customer's administrator connects an ATS with Recruiter from inside it.

The frame holds a button and nothing else. Signing in, choosing and agreeing happen in a pop-up
on our own origin, so that no page can lay anything over the agreement (contract.md 20.3).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ats_sync import activation
from ats_sync.api.onboarding import BUNDLES, COMPANY_BUNDLE, CONTRACT_BUNDLE, announced
from ats_sync.models import Ats, DeveloperApplication, Integration
from rsc import audit
from rsc.models import Company, Contract, Seat, User
from rsc.seats import seats_of
from widget.admission import NotAdmitted, open_to, origins_of, refused
from widget.sign_in import OPENER_POLICY, keep_opener


@dataclass(frozen=True)
class Offer:
    """What an ATS offers to connect.

    Attributes:
        application: of the customer, at the vendor.
        bundles: those of ours among the ones that the page names; all when it names none.
        origins: the pages that may hold the frame.
    """

    application: DeveloperApplication
    bundles: tuple[str, ...]
    origins: tuple[str, ...]


def offer_of(request: HttpRequest) -> Offer:
    """Who asks to be connected, from `api_key` and `bundles` (comma list) of the query.

    Raises:
        NotAdmitted: no such application, or it lists no origins.
    """
    key = request.GET.get("api_key", "").strip().replace("\x00", "")
    application = DeveloperApplication.objects.filter(client_id=key).first()
    if application is None or application.is_parent:
        raise refused("unknown key")
    origins = origins_of(application)
    if not origins:
        raise refused("no origins are listed", application=application.pk)
    named = [name.strip() for name in request.GET.get("bundles", "").split(",") if name.strip()]
    bundles = tuple(name for name in BUNDLES if name in named or not named)
    return Offer(application, bundles, origins)


@require_GET
def onboarding(request: HttpRequest) -> HttpResponse:
    """The frame: a button that opens the pop-up."""
    try:
        offer = offer_of(request)
    except NotAdmitted:
        return render(request, "widget/refused.html", status=403)
    context = {"offer": offer, "origins": json.dumps(offer.origins)}
    response = open_to(render(request, "widget/onboarding.html", context), offer.origins)
    patch_cache_control(response, no_store=True)
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest) -> HttpResponse:
    """The pop-up: sign in, choose company and contracts, read what is shared, agree."""
    response = _answer(request)
    response[OPENER_POLICY] = "unsafe-none"  # it hands the outcome to the frame that opened it
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    try:
        offer = offer_of(request)
    except NotAdmitted:
        return render(request, "widget/refused.html", status=403)
    if request.GET.get("origin", "") not in offer.origins:
        return render(request, "widget/refused.html", status=403)
    if not request.user.is_authenticated:
        keep_opener(request)
        return redirect_to_login(request.get_full_path())
    keep_opener(request, waiting=False)
    contracts = contracts_run_by(request.user)
    context: dict[str, Any] = {
        "offer": offer,
        "origin": request.GET["origin"],
        "companies": list({one.company_id: one.company for one in contracts}.values()),
        "contracts": contracts,
    }
    if request.method == "POST":
        context |= _agreed(request, offer, contracts)
    return render(request, "widget/connect.html", context)


def contracts_run_by(user: User) -> list[Contract]:
    """The contracts on which a person is an administrator."""
    return [seat.contract for seat in seats_of(user) if seat.role == Seat.Role.ADMINISTRATOR]


def _agreed(request: HttpRequest, offer: Offer, contracts: list[Contract]) -> dict[str, Any]:
    """What came of the form: the outcome to hand over, or what is missing."""
    asked = request.POST
    company = next(
        (one.company for one in contracts if str(one.company_id) == asked.get("company", "")), None
    )
    if company is None:
        return {"complaint": "Choose a company."}
    chosen = [
        one
        for one in contracts
        if one.company_id == company.pk and str(one.pk) in asked.getlist("contract")
    ]
    whole = COMPANY_BUNDLE in offer.bundles and "whole_company" in asked
    if not whole and not chosen:
        return {"complaint": "Choose what to connect: the company, a contract, or both."}
    if "agree" not in asked:
        return {"complaint": "Nothing is shared unless you agree."}
    features = connect_ats(request.user, offer, company, chosen, whole=whole)
    return {"features": features, "outcome": [announced(one) for one in features]}


@transaction.atomic
def connect_ats(
    user: User, offer: Offer, company: Company, contracts: list[Contract], *, whole: bool
) -> list[Integration]:
    """Ask for the features of both bundles; those that are there already stay as they are.

    Args:
        user: the administrator who agreed.
        offer: of the ATS.
        company: where it is connected.
        contracts: whose activity the ATS may read, by the contract bundle.
        whole: whether the company bundle is among what they agreed to.

    Returns:
        All features that were asked for, new or not, the company's first.
    """
    name = offer.application.name
    ats, _ = Ats.objects.get_or_create(
        application=offer.application, company=company, defaults={"name": name}
    )
    if whole:
        activation.request_company_level(ats, actor=user)
    if CONTRACT_BUNDLE in offer.bundles:
        for contract in contracts:
            activation.request_contract_level(ats, contract, actor=user)
    audit.record("ats.connected", f"ats:{ats.pk}", actor=user, company=company.pk)
    features = ats.integrations.select_related("ats__company", "contract").order_by("pk")
    return [
        one
        for one in features
        if (whole and one.contract_id is None) or one.contract_id in {each.pk for each in contracts}
    ]
