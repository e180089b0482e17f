"""The ATS vendor of the demo, its customer's application, and the features that are on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from ats_sync import activation, provisioning
from ats_sync.models import (
    ApplicationSecret,
    Ats,
    DeveloperApplication,
    Integration,
    IntegrationSetting,
)
from rsc.demo import fixtures
from rsc.models import Company, Contract
from rsc.sealing import SealBroken

# Features that nobody has switched on or off yet.
NEW = (Integration.Status.REQUESTED, Integration.Status.PARTNER_READY)


@dataclass(frozen=True)
class Credentials:
    """What a program needs to fetch a token."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Partner:
    """The demo's ATS as the outside world knows it."""

    vendor: Credentials
    customer: Credentials
    organization_id: int
    contract_id: int
    unique_foreign_id: str


def ats_url() -> str:
    """The demo ATS's origin: another site than localhost, so that its frames are truly foreign."""
    return f"http://127.0.0.1:{settings.DEMO_ATS_PORT}"


def load() -> Partner:
    """Make the vendor, the customer's application and its features.

    A feature that an administrator switched off stays off; addresses follow the ports.
    """
    row = fixtures.read("ats.json")
    company = Company.objects.get(name=row["company"])
    contracts = [Contract.objects.get(company=company, name=name) for name in row["contracts"]]
    vendor, _ = DeveloperApplication.objects.get_or_create(
        parent=None, name=row["vendor"], defaults=provisioning.CLIENT
    )
    customer = _customer(vendor, row)
    ats, _ = Ats.objects.get_or_create(
        application=customer,
        company=company,
        defaults={"name": row["name"], "vouches_for_people": True},
    )
    _activate(ats, contracts, row["features"])
    return Partner(
        vendor=_credentials(vendor),
        customer=_credentials(customer),
        organization_id=company.pk,
        contract_id=contracts[0].pk,
        unique_foreign_id=customer.unique_foreign_id,
    )


def _customer(vendor: DeveloperApplication, row: Mapping[str, Any]) -> DeveloperApplication:
    here = provisioning.Details(
        login_callbacks=[f"{ats_url()}/signed-in"],
        script_origins=[ats_url(), settings.BASE_URL],  # its pages, and our playground
    )
    customer = provisioning.find(vendor, row["unique_foreign_id"])
    if customer is None:
        here.name, here.description = row["application"], row["description"]
        customer, _ = provisioning.provision(
            vendor, foreign_id=row["unique_foreign_id"], details=here
        )
    elif customer.script_origins != here.script_origins:
        provisioning.change(customer, here)
    return customer


def _activate(ats: Ats, contracts: Iterable[Contract], features: Mapping[str, Any]) -> None:
    activation.request_company_level(ats)
    for contract in contracts:
        activation.request_contract_level(ats, contract)
    for integration in ats.integrations.prefetch_related("settings"):
        feature = features[integration.integration_type]
        if not integration.name:
            activation.mark_ready(integration, feature["name"])
        present = {setting.key: setting.value for setting in integration.settings.all()}
        for key, value in feature["settings"].items():
            value = value.replace("{ats_url}", ats_url())
            # What an administrator took away stays away; the address follows the port.
            follows = key == IntegrationSetting.Key.CALLBACK_URL or integration.status in NEW
            if follows and present.get(key) != value:
                activation.set_setting(integration, key, value)
    activation.enable(*ats.integrations.filter(status=Integration.Status.PARTNER_READY))


def _credentials(application: DeveloperApplication) -> Credentials:
    """Id and a secret that can be read. One sealed under a former key of this server is voided."""
    for secret in application.secrets.live():
        try:
            return Credentials(application.client_id, secret.text)
        except SealBroken:
            secret.revoked_at = timezone.now()
            secret.save(update_fields=["revoked_at"])
    _, text = ApplicationSecret.make(application)
    return Credentials(application.client_id, text)
