"""What the onboarding widget hands to the vendor's page (contract.md 20.3)."""

from __future__ import annotations

from ats_sync.models import Integration

COMPANY_BUNDLE = "RECRUITER_SYSTEM_CONNECT_COMPANY"
CONTRACT_BUNDLE = "RECRUITER_SYSTEM_CONNECT_CONTRACT"
BUNDLES = (COMPANY_BUNDLE, CONTRACT_BUNDLE)


def announced(feature: Integration) -> dict[str, str]:
    """One entry of what `onintegrate` gets: enough to build the next call from."""
    return {
        "integrationContext": str(feature.context),
        "integrationType": feature.integration_type,
        "tenantType": feature.tenant_type,
        "dataProvider": "ATS",
        "bundledIntegrationType": CONTRACT_BUNDLE if feature.contract_id else COMPANY_BUNDLE,
        "status": feature.status,
    }
