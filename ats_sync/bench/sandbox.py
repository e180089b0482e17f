"""A customer and an ATS for one run of the benchmark, removed with all that was pushed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from ats_sync import access_tokens, matching
from ats_sync.models import (
    ApiRequest,
    ApiUsage,
    Application,
    Ats,
    Candidate,
    DeveloperApplication,
    IdentityEvent,
    Integration,
    IntegrationSetting,
)
from ats_sync.models.integration import ALL_PRODUCT_USERS
from recruiter.models import VisibilityToken
from rsc.models import Company, OutboxEvent

NAME = "Benchmark of the sync"
CHUNK = 2_000  # rows a deletion


@contextmanager
def sandbox() -> Iterator[Ats]:
    """An ATS of a new company with the indicator on; everything goes when the block ends."""
    ats = _make()
    try:
        yield ats
    finally:
        remove(ats)


def sweep() -> int:
    """Remove what runs that were killed have left; returns how many ATSs. None may run now."""
    left = list(Ats.objects.filter(name=NAME).select_related("company", "application"))
    for ats in left:
        remove(ats)
    DeveloperApplication.objects.filter(name=NAME).delete()
    Company.objects.filter(name__startswith=f"{NAME} ").delete()
    return len(left)


@transaction.atomic
def _make() -> Ats:
    company = Company.objects.create(name=f"{NAME} {secrets.token_hex(4)}")
    application = _application(parent=_application())
    ats = Ats.objects.create(application=application, company=company, name=NAME)
    feature = Integration.objects.create(
        ats=ats,
        integration_type=Integration.Type.IN_ATS_INDICATOR,
        name=NAME,
        status=Integration.Status.ENABLED,
    )
    IntegrationSetting.objects.create(
        integration=feature,
        key=IntegrationSetting.Key.APPLICATION_VIEWERS,
        value=ALL_PRODUCT_USERS,
    )
    return ats


def _application(parent: DeveloperApplication | None = None) -> DeveloperApplication:
    return DeveloperApplication.objects.create(
        parent=parent,
        name=NAME,
        client_id=secrets.token_hex(10),
        client_type=DeveloperApplication.CLIENT_CONFIDENTIAL,
        authorization_grant_type=DeveloperApplication.GRANT_CLIENT_CREDENTIALS,
        unique_foreign_id=secrets.token_hex(10) if parent else "",
    )


def token_of(ats: Ats) -> str:
    """A fresh access token of the ATS's application; good for half an hour."""
    return access_tokens.issue(ats.application)


def remove(ats: Ats) -> None:
    """Delete an ATS, its company and its applications, with all that hangs on them."""
    VisibilityToken.objects.filter(ats_id=ats.pk).update(in_force=False)
    OutboxEvent.objects.filter(
        topic=matching.CANDIDATES_LEFT_OPEN, key__startswith=f"{ats.pk}:"
    ).delete()
    for model in (Application, Candidate):
        rows = model.objects.filter(ats=ats).order_by("pk")
        while chunk := list(rows.values_list("pk", flat=True)[:CHUNK]):
            if model is Candidate:  # what was decided is told of those who went, too
                IdentityEvent.objects.filter(candidate_id__in=chunk).delete()
            model.objects.filter(pk__in=chunk).delete()
    application = ats.application
    ApiRequest.objects.filter(application=application).delete()
    ApiUsage.objects.filter(application=application).delete()
    company = ats.company
    VisibilityToken.objects.filter(ats_id=ats.pk).delete()
    ats.delete()
    # The customer's application goes with the vendor's.
    DeveloperApplication.objects.filter(pk=application.parent_id).delete()
    company.delete()
