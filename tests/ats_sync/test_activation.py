"""Activation: what each step needs, what follows from it (contract.md 4, certification 1)."""

from __future__ import annotations

import pytest

from ats_sync import activation
from ats_sync.activation import (
    CallbackMissing,
    NameMissing,
    SettingRefused,
    WrongLevel,
    WrongState,
)
from ats_sync.models import Ats, CallbackDelivery, Integration, IntegrationSetting
from recruiter.models import VisibilityToken
from rsc.models import AuditEntry, OutboxEvent
from tests import factories

Type = Integration.Type
Status = Integration.Status
EVERYONE = "ALL_PRODUCT_USERS"
HTTPS = "https://ats.acme.test/li/cb/42"


@pytest.fixture
def new_ats(freshing) -> Ats:
    return factories.AtsFactory(company=freshing, name="New ATS")


@pytest.fixture
def features(new_ats) -> dict[str, Integration]:
    return {one.integration_type: one for one in activation.request_company_level(new_ats)}


def test_the_company_level_is_three_features_and_is_asked_for_once(new_ats, root):
    made = activation.request_company_level(new_ats, actor=root)
    assert [one.integration_type for one in made] == [
        Type.IN_ATS_INDICATOR,
        Type.ONE_CLICK_EXPORT,
        Type.PROFILE_PLUGIN,
    ]
    assert {one.status for one in made} == {Status.REQUESTED}
    assert activation.request_company_level(new_ats, actor=root) == []
    assert AuditEntry.objects.filter(verb="integration.requested", actor=root).count() == 3


def test_each_contract_is_asked_for_on_its_own(new_ats, contract, di):
    (first,) = activation.request_contract_level(new_ats, contract)
    (second,) = activation.request_contract_level(new_ats, di.contract)
    activation.mark_ready(first, "Acme activity")
    activation.enable(first)
    second.refresh_from_db()
    assert (first.context, second.status) == (contract.urn, Status.REQUESTED)


def test_a_contract_of_another_company_is_refused(new_ats, cy):
    with pytest.raises(WrongLevel):
        activation.request_contract_level(new_ats, cy.contract)


def test_naming_a_requested_feature_makes_it_ready(features):
    ready = activation.mark_ready(features[Type.PROFILE_PLUGIN], " Acme widget ")
    assert (ready.name, ready.status) == ("Acme widget", Status.PARTNER_READY)


def test_renaming_leaves_the_state_alone(ats):
    indicator = ats.integrations.get(integration_type=Type.IN_ATS_INDICATOR)
    assert activation.mark_ready(indicator, "Other name").status == Status.ENABLED


def test_an_empty_name_is_refused(features):
    with pytest.raises(NameMissing):
        activation.mark_ready(features[Type.PROFILE_PLUGIN], "  ")


def test_what_has_no_name_cannot_be_enabled(features):
    with pytest.raises(NameMissing):
        activation.enable(features[Type.IN_ATS_INDICATOR])


def test_export_needs_a_callback_url(features):
    export = activation.mark_ready(features[Type.ONE_CLICK_EXPORT], "Acme export")
    with pytest.raises(CallbackMissing):
        activation.enable(export)
    activation.set_setting(export, "CALLBACK_URL", HTTPS)
    (enabled,) = activation.enable(export)
    assert enabled.status == Status.ENABLED


def test_features_are_enabled_together_or_not_at_all(features):
    named = activation.mark_ready(features[Type.PROFILE_PLUGIN], "Widget")
    with pytest.raises(NameMissing):
        activation.enable(named, features[Type.IN_ATS_INDICATOR])
    named.refresh_from_db()
    assert named.status == Status.PARTNER_READY
    assert not CallbackDelivery.objects.exists()


def test_one_notice_tells_of_all_features_that_changed_together(features, root):
    for one in features.values():
        activation.mark_ready(one, "Acme")
    activation.set_setting(features[Type.ONE_CLICK_EXPORT], "CALLBACK_URL", HTTPS)
    activation.enable(*features.values(), actor=root)
    notice = CallbackDelivery.objects.get()
    assert notice.integrations.count() == 3
    assert (notice.expires_at - notice.created_at).total_seconds() == 24 * 3600
    event = OutboxEvent.objects.get(topic="callback.fell_due")
    assert event.key == str(notice.ats_id)
    assert AuditEntry.objects.filter(verb="integration.enabled", actor=root).count() == 3


def test_enabling_what_is_enabled_changes_and_tells_nothing(ats):
    activation.enable(*ats.integrations.all())
    assert not CallbackDelivery.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_what_was_never_on_cannot_be_disabled(features):
    with pytest.raises(WrongState):
        activation.disable(features[Type.PROFILE_PLUGIN])


def test_disabled_features_can_be_enabled_again(ats):
    widget = ats.integrations.get(integration_type=Type.PROFILE_PLUGIN)
    activation.disable(widget)
    (widget,) = activation.enable(widget)
    assert widget.status == Status.ENABLED
    assert CallbackDelivery.objects.count() == 2


def test_switching_the_indicator_hides_and_shows_all_facts_at_once(ats, ada):
    indicator = ats.integrations.get(integration_type=Type.IN_ATS_INDICATOR)
    activation.disable(indicator)
    assert not VisibilityToken.objects.held_by(ada).exists()
    activation.enable(indicator)
    assert VisibilityToken.objects.held_by(ada).count() == 1
    assert OutboxEvent.objects.filter(topic="ats.visibility_changed", key=ats.pk).count() == 2


# ------------------------------------------------------------------------------------- settings
@pytest.mark.parametrize(
    ("feature", "key", "value"),
    [
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", HTTPS),
        (Type.ONE_CLICK_EXPORT, "JOB_POSTING_VIEWERS", EVERYONE),
        (Type.IN_ATS_INDICATOR, "APPLICATION_VIEWERS", EVERYONE),
    ],
)
def test_a_setting_is_set_replaced_and_deleted(features, feature, key, value):
    activation.set_setting(features[feature], key, value)
    activation.set_setting(features[feature], key, value)
    assert IntegrationSetting.objects.get().value == value
    assert activation.delete_setting(features[feature], key) is True
    assert activation.delete_setting(features[feature], key) is False


@pytest.mark.parametrize(
    ("feature", "key", "value"),
    [
        (Type.PROFILE_PLUGIN, "CALLBACK_URL", HTTPS),
        (Type.IN_ATS_INDICATOR, "JOB_POSTING_VIEWERS", EVERYONE),
        (Type.ONE_CLICK_EXPORT, "APPLICATION_VIEWERS", EVERYONE),
        (Type.ONE_CLICK_EXPORT, "COLOUR", "red"),
        (Type.ONE_CLICK_EXPORT, "JOB_POSTING_VIEWERS", "ACL_BASED"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "http://ats.acme.test/cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "https://127.0.0.1/cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "https://[::1]/cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "https://10.1.2.3/cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "https://metadata.internal/cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "https://me:secret@ats.acme.test/cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "https://ats.acme.test:port/cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "https:///cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "ftp://ats.acme.test/cb"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", "https://ats.acme.test/a b"),
        (Type.ONE_CLICK_EXPORT, "CALLBACK_URL", f"https://ats.acme.test/{'a' * 2000}"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(features, feature, key, value):
    with pytest.raises(SettingRefused):
        activation.set_setting(features[feature], key, value)


def test_a_closed_network_may_use_plain_and_private_callbacks(features, settings):
    settings.CALLBACKS_MAY_BE_PRIVATE = True
    export = features[Type.ONE_CLICK_EXPORT]
    activation.set_setting(export, "CALLBACK_URL", "http://127.0.0.1:9000/cb")
    assert activation.set_setting(export, "CALLBACK_URL", "https://10.0.0.1/cb").pk


def test_two_customers_never_share_a_callback_url(features, ats):
    activation.set_setting(features[Type.ONE_CLICK_EXPORT], "CALLBACK_URL", HTTPS)
    other = ats.integrations.get(integration_type=Type.ONE_CLICK_EXPORT)
    with pytest.raises(SettingRefused, match="Another customer"):
        activation.set_setting(other, "CALLBACK_URL", HTTPS)


def test_who_sees_applications_makes_the_footprints_follow(ats):
    indicator = ats.integrations.get(integration_type=Type.IN_ATS_INDICATOR)
    activation.delete_setting(indicator, "APPLICATION_VIEWERS")
    activation.set_setting(indicator, "APPLICATION_VIEWERS", EVERYONE)
    assert OutboxEvent.objects.filter(topic="ats.visibility_changed", key=ats.pk).count() == 2


def test_the_audit_names_the_setting_and_never_its_value(features, root):
    export = features[Type.ONE_CLICK_EXPORT]
    activation.set_setting(export, "CALLBACK_URL", f"{HTTPS}?token=x", actor=root)
    entry = AuditEntry.objects.get(verb="integration.setting_set")
    assert (entry.actor, entry.detail) == (root, {"key": "CALLBACK_URL"})
