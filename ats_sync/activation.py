"""Switching an ATS's features on and off; used by the admin pages and by the wire alike.

    REQUESTED -> PARTNER_READY -> ENABLED <-> DISABLED

The customer asks for features, the vendor names each (and is ready), an administrator enables it.
Two feature sets, not two sizes (contract.md 4.1): the company's features show what the ATS knows
to everyone at the company; a contract's feature lets the ATS read that contract's activity.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from ats_sync import footprints
from ats_sync.models import Ats, Integration, IntegrationSetting, StatusChange
from ats_sync.models.integration import ALL_PRODUCT_USERS
from rsc import audit, outbox
from rsc.models import Contract, User

Type = Integration.Type
Status = Integration.Status
Key = IntegrationSetting.Key

# A feature went into another state. Key: integration id. Payload: {"change": id}.
STATUS_CHANGED = "integration.status_changed"

COMPANY_LEVEL = (Type.IN_ATS_INDICATOR, Type.ONE_CLICK_EXPORT, Type.PROFILE_PLUGIN)
CONTRACT_LEVEL = (Type.CSA_API,)
# Which setting belongs to which feature (contract.md 4.3).
FEATURE_OF = {
    Key.CALLBACK_URL: Type.ONE_CLICK_EXPORT,
    Key.JOB_POSTING_VIEWERS: Type.ONE_CLICK_EXPORT,
    Key.APPLICATION_VIEWERS: Type.IN_ATS_INDICATOR,
}
LONGEST_NAME = Integration._meta.get_field("name").max_length
LONGEST_VALUE = IntegrationSetting._meta.get_field("value").max_length


class ActivationRefused(ValueError):
    """A feature cannot be switched, or a setting not be set, as asked; the message says why."""


class NameMissing(ActivationRefused):
    """The vendor has not named the feature yet."""


class CallbackMissing(ActivationRefused):
    """Exports would have nowhere to go."""


class WrongState(ActivationRefused):
    """The feature's state does not allow this step."""


class WrongLevel(ActivationRefused):
    """The contract is missing, or belongs to another company."""


class SettingRefused(ActivationRefused):
    """The setting does not belong to the feature, or its value is not allowed."""


# ------------------------------------------------------------------------------- asking for it
@transaction.atomic
def request_company_level(ats: Ats, *, actor: User | None = None) -> list[Integration]:
    """Ask for all features of the company; returns those that were not there yet."""
    return _request(ats, COMPANY_LEVEL, None, actor)


@transaction.atomic
def request_contract_level(
    ats: Ats, contract: Contract, *, actor: User | None = None
) -> list[Integration]:
    """Ask for the features of one contract; returns those that were not there yet.

    Raises:
        WrongLevel: the contract belongs to another company.
    """
    if contract.company_id != ats.company_id:
        raise WrongLevel(f"The contract is not one of {ats.company}'s")
    return _request(ats, CONTRACT_LEVEL, contract, actor)


def _request(
    ats: Ats, types: Iterable[Type], contract: Contract | None, actor: User | None
) -> list[Integration]:
    made = []
    for integration_type in types:
        integration, is_new = Integration.objects.get_or_create(
            ats=ats,
            integration_type=integration_type,
            tenant_type=Integration.Tenant.RECRUITER,
            contract=contract,
        )
        if is_new:
            made.append(integration)
            _tell(integration, "requested", actor)
    footprints.token_force_follows(ats)
    return made


# ------------------------------------------------------------------------------ the vendor's part
@transaction.atomic
def mark_ready(integration: Integration, name: str, *, actor: User | None = None) -> Integration:
    """Name a feature; one that was only requested is thereby ready to be enabled.

    Args:
        integration: the feature.
        name: what administrators read.
        actor: the administrator who does it for the vendor, if it is not the vendor.

    Raises:
        NameMissing: the name is empty.
        ActivationRefused: it is too long.
    """
    if not name.strip():
        raise NameMissing("The name is empty")
    if len(name) > LONGEST_NAME:
        raise ActivationRefused(f"The name has more than {LONGEST_NAME} characters")
    integration = _locked(integration)
    integration.name = name.strip()
    if integration.status == Status.REQUESTED:
        _become(integration, Status.PARTNER_READY, actor)
    integration.save(update_fields=["name", "status", "modified_at"])
    return _tell(integration, "named", actor)


# ------------------------------------------------------------------------ the administrator's part
@transaction.atomic
def enable(integration: Integration, *, actor: User | None = None) -> Integration:
    """Switch a feature on. One that is on already stays as it is.

    Raises:
        NameMissing: the vendor has not named it yet.
        CallbackMissing: it is the export, and there is no callback URL.
    """
    integration = _locked(integration)
    if integration.status == Status.ENABLED:
        return integration
    if reason := why_not_enabled(integration):
        raise reason
    return _switch(integration, Status.ENABLED, actor)


@transaction.atomic
def disable(integration: Integration, *, actor: User | None = None) -> Integration:
    """Switch a feature off; what was synced is kept but hidden at once.

    Raises:
        WrongState: it was never on.
    """
    integration = _locked(integration)
    if integration.status == Status.DISABLED:
        return integration
    if integration.status != Status.ENABLED:
        raise WrongState(f"{integration.get_integration_type_display()} is not enabled")
    return _switch(integration, Status.DISABLED, actor)


def why_not_enabled(integration: Integration) -> ActivationRefused | None:
    """What stands in the way of enabling a feature, said in words; None when nothing does."""
    if not integration.name:
        return NameMissing(
            "Waiting for the ATS vendor to name this feature, which tells that they are ready."
        )
    if integration.integration_type == Type.ONE_CLICK_EXPORT and not any(
        setting.key == Key.CALLBACK_URL for setting in integration.settings.all()
    ):
        return CallbackMissing(
            "Waiting for the ATS vendor's callback URL, to which exports are announced."
        )
    return None


def _locked(integration: Integration) -> Integration:
    """The row as it is now; whoever comes second waits here."""
    rows = Integration.objects.select_for_update(of=("self",))
    return rows.select_related("ats__company").get(pk=integration.pk)


def _switch(integration: Integration, status: Status, actor: User | None) -> Integration:
    _become(integration, status, actor)
    integration.save(update_fields=["status", "modified_at"])
    if integration.integration_type == Type.IN_ATS_INDICATOR:
        footprints.token_force_follows(integration.ats)
        _visibility_changed(integration.ats_id)
    return _tell(integration, status.lower(), actor)


def _become(integration: Integration, status: Status, actor: User | None) -> None:
    integration.status = status
    change = StatusChange.objects.create(integration=integration, status=status, made_by=actor)
    outbox.publish(STATUS_CHANGED, integration.pk, change=change.pk)


def _tell(integration: Integration, verb: str, actor: User | None, **detail: str) -> Integration:
    subject = f"integration:{integration.pk}"
    audit.record(f"integration.{verb}", subject, actor=actor, **detail)
    return integration


def _visibility_changed(ats_id: int) -> None:
    outbox.publish(footprints.ATS_VISIBILITY_CHANGED, ats_id)


# ------------------------------------------------------------------------------------- settings
@transaction.atomic
def set_setting(
    integration: Integration, key: str, value: str, *, actor: User | None = None
) -> IntegrationSetting:
    """Set one value of a feature.

    Args:
        integration: the feature.
        key: one of the setting's keys.
        value: an https URL for the callback; ALL_PRODUCT_USERS for the viewers.
        actor: the administrator who does it for the vendor, if it is not the vendor.

    Raises:
        SettingRefused: no such setting on this feature, or the value is not allowed.
    """
    integration = _locked(integration)
    _check_setting(integration, key, value)
    setting, _ = IntegrationSetting.objects.update_or_create(
        integration=integration, key=key, defaults={"value": value}
    )
    _setting_changed(integration, key, "setting_set", actor)
    return setting


@transaction.atomic
def delete_setting(integration: Integration, key: str, *, actor: User | None = None) -> bool:
    """Take a value away. Returns whether there was one. Raises SettingRefused as above."""
    integration = _locked(integration)
    _check_key(integration, key)
    deleted, _ = integration.settings.filter(key=key).delete()
    if deleted:
        _setting_changed(integration, key, "setting_deleted", actor)
    return bool(deleted)


def _setting_changed(integration: Integration, key: str, verb: str, actor: User | None) -> None:
    if key == Key.APPLICATION_VIEWERS:
        _visibility_changed(integration.ats_id)
    _tell(integration, verb, actor, key=str(key))


def _check_key(integration: Integration, key: str) -> None:
    if key not in FEATURE_OF:
        raise SettingRefused(f"{key[:100]!r} is not a setting; there are {', '.join(FEATURE_OF)}")
    if integration.integration_type != FEATURE_OF[key]:
        raise SettingRefused(f"{key} belongs to {FEATURE_OF[key].value}")


def _check_setting(integration: Integration, key: str, value: str) -> None:
    _check_key(integration, key)
    if key == Key.CALLBACK_URL:
        _check_callback_url(integration, value)
    elif value != ALL_PRODUCT_USERS:
        raise SettingRefused(f"{key} can only be {ALL_PRODUCT_USERS}; delete it to use ACLs")


def _check_callback_url(integration: Integration, value: str) -> None:
    if len(value) > LONGEST_VALUE or not value.isprintable() or " " in value:
        raise SettingRefused("The callback URL is too long or holds blanks")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SettingRefused("The callback URL is malformed") from error
    if not host or parts.username is not None:
        raise SettingRefused("The callback URL needs a host and must not hold a password")
    schemes = {"https", "http"} if settings.CALLBACKS_MAY_BE_PRIVATE else {"https"}
    if parts.scheme not in schemes:
        raise SettingRefused("The callback URL must begin with https://")
    if not settings.CALLBACKS_MAY_BE_PRIVATE and _is_private(host):
        raise SettingRefused("The callback URL must not lead into a private network")
    others = IntegrationSetting.objects.exclude(integration__ats=integration.ats_id)
    if others.filter(key=Key.CALLBACK_URL, value=value).exists():
        raise SettingRefused("Another customer uses this callback URL; each needs its own")


def _is_private(host: str) -> bool:
    """Whether the host is plainly local; names are looked up only when a callback is made."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".internal", ".local"))
