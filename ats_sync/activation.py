"""Switching an ATS's features on and off; used by the admin pages and by the wire alike.

    REQUESTED -> PARTNER_READY -> ENABLED <-> DISABLED

The customer asks for features, the vendor names each (and is ready), an administrator enables it.
Two feature sets, not two sizes (contract.md 4.1): the company's features show what the ATS knows
to everyone at the company; a contract's feature lets the ATS read that contract's activity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction

from ats_sync import callback_urls, callbacks, challenges, footprints
from ats_sync.callback_urls import CallbackUrlRefused
from ats_sync.models import Ats, CallbackDelivery, Integration, IntegrationSetting
from ats_sync.models.integration import ALL_PRODUCT_USERS
from recruiter import consents
from rsc import audit, outbox
from rsc.models import Contract, User

Type = Integration.Type
Status = Integration.Status
Key = IntegrationSetting.Key
Challenge = IntegrationSetting.Challenge

COMPANY_LEVEL = (Type.IN_ATS_INDICATOR, Type.ONE_CLICK_EXPORT, Type.PROFILE_PLUGIN)
CONTRACT_LEVEL = (Type.CSA_API,)
# Which setting belongs to which feature (contract.md 4.3).
FEATURE_OF = {
    Key.CALLBACK_URL: Type.ONE_CLICK_EXPORT,
    Key.JOB_POSTING_VIEWERS: Type.ONE_CLICK_EXPORT,
    Key.APPLICATION_VIEWERS: Type.IN_ATS_INDICATOR,
}
LONGEST_NAME = Integration._meta.get_field("name").max_length


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
    (integration,) = _locked([integration])
    integration.name = name.strip()
    if integration.status == Status.REQUESTED:
        integration.status = Status.PARTNER_READY
    integration.save(update_fields=["name", "status", "modified_at"])
    _tell(integration, "named", actor)
    return integration


# ------------------------------------------------------------------------ the administrator's part
def enable(*integrations: Integration, actor: User | None = None) -> list[Integration]:
    """Switch features of one ATS on, all or none. Those that are on already stay as they are.

    Returns:
        The features as they are now.

    Raises:
        NameMissing: the vendor has not named one yet.
        CallbackMissing: the export is among them, and there is no callback URL.
    """
    switched = _switch(integrations, Status.ENABLED, why_not_enabled, actor)
    for one in switched:
        consents.give(consents.Kind.ACTIVATION, f"integration:{one.pk}", by=actor)
    return switched


def disable(*integrations: Integration, actor: User | None = None) -> list[Integration]:
    """Switch features of one ATS off; what was synced is kept, but hidden at once.

    Returns:
        The features as they are now.

    Raises:
        WrongState: one was never on.
    """
    switched = _switch(integrations, Status.DISABLED, why_not_disabled, actor)
    for one in switched:
        consents.withdraw(f"integration:{one.pk}")
    return switched


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


def why_not_disabled(integration: Integration) -> ActivationRefused | None:
    """Why a feature cannot be switched off; None when it can."""
    if integration.status in {Status.ENABLED, Status.DISABLED}:
        return None
    return WrongState(f"{integration.get_integration_type_display()} is not enabled")


def _locked(integrations: Iterable[Integration]) -> list[Integration]:
    """The rows as they are now; whoever comes second waits here."""
    rows = Integration.objects.select_for_update(of=("self",)).select_related("ats__company")
    return list(rows.filter(pk__in=[one.pk for one in integrations]).order_by("pk"))


@transaction.atomic
def _switch(
    integrations: Iterable[Integration],
    status: Status,
    why_not: Callable[[Integration], ActivationRefused | None],
    actor: User | None,
) -> list[Integration]:
    now = _locked(integrations)
    switched = [one for one in now if one.status != status]
    for integration in switched:
        if reason := why_not(integration):
            raise reason
        integration.status = status
        integration.save(update_fields=["status", "modified_at"])
        _tell(integration, status.lower(), actor)
    if switched:
        _announce(switched)
    return now


def _announce(integrations: list[Integration]) -> None:
    """Tell the vendor and, when the indicator is among them, have all pages follow at once."""
    ats = integrations[0].ats
    callbacks.announce(ats, CallbackDelivery.Event.INTEGRATION_STATUS, integrations)
    if any(one.integration_type == Type.IN_ATS_INDICATOR for one in integrations):
        footprints.token_force_follows(ats)
        outbox.publish(footprints.ATS_VISIBILITY_CHANGED, ats.pk)


def _tell(integration: Integration, verb: str, actor: User | None, **detail: str) -> None:
    subject = f"integration:{integration.pk}"
    audit.record(f"integration.{verb}", subject, actor=actor, **detail)


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
    (integration,) = _locked([integration])
    _check_setting(integration, key, value)
    setting, _ = IntegrationSetting.objects.update_or_create(
        integration=integration,
        key=key,
        defaults={"value": value, "challenge": Challenge.UNVERIFIED, "failed_challenges": 0},
    )
    if key == Key.CALLBACK_URL:
        outbox.publish(challenges.CALLBACK_URL_SET, setting.pk)
    _setting_changed(integration, key, "setting_set", actor)
    return setting


@transaction.atomic
def delete_setting(integration: Integration, key: str, *, actor: User | None = None) -> bool:
    """Take a value away. Returns whether there was one. Raises SettingRefused as above."""
    (integration,) = _locked([integration])
    _check_key(integration, key)
    deleted, _ = integration.settings.filter(key=key).delete()
    if deleted:
        _setting_changed(integration, key, "setting_deleted", actor)
    return bool(deleted)


@transaction.atomic
def export_replies(ats: Ats, *, wanted: bool, actor: User) -> None:
    """Say whether members who answer an InMail and share their contact details are exported."""
    ats.exports_replies = wanted
    ats.save(update_fields=["exports_replies"])
    audit.record("ats.exports_replies_set", f"ats:{ats.pk}", actor=actor, wanted=wanted)


def _setting_changed(integration: Integration, key: str, verb: str, actor: User | None) -> None:
    if key == Key.APPLICATION_VIEWERS:
        outbox.publish(footprints.ATS_VISIBILITY_CHANGED, integration.ats_id)
    _tell(integration, verb, actor, key=str(key))


def _check_key(integration: Integration, key: str) -> None:
    if key not in FEATURE_OF:
        raise SettingRefused(f"{key[:100]!r} is not a setting; there are {', '.join(FEATURE_OF)}")
    if integration.integration_type != FEATURE_OF[key]:
        raise SettingRefused(f"{key} belongs to {FEATURE_OF[key].value}")


def _check_setting(integration: Integration, key: str, value: str) -> None:
    _check_key(integration, key)
    if key == Key.CALLBACK_URL:
        try:
            callback_urls.check(value, ats_id=integration.ats_id)
        except CallbackUrlRefused as refusal:
            raise SettingRefused(str(refusal)) from refusal
    elif value != ALL_PRODUCT_USERS:
        raise SettingRefused(f"{key} can only be {ALL_PRODUCT_USERS}; delete it to use ACLs")
