"""The vendor names features, reads their state and sets their values (contract.md 4)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ats_sync import activation
from ats_sync.activation import ActivationRefused
from ats_sync.api.wire import WireView
from ats_sync.models import Ats, CallbackDelivery, Integration
from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import RestliError
from ats_sync.restli.items import Item
from ats_sync.restli.keys import ComplexKey, Key, SimpleKey
from ats_sync.restli.params import Query
from ats_sync.restli.views import finder
from rsc import urns
from rsc.models import Contract

OPTIONAL = {"dataProvider": "ATS", "tenantType": Integration.Tenant.RECRUITER.value}
PARTS = ("integrationContext", "integrationType", "tenantType", "dataProvider")


class IntegrationAccess(WireView):
    """Which features a token opens: its application's, or those of a vendor's customers."""

    @cached_property
    def features(self) -> list[Integration]:
        """All features that the token opens. One query; there are a handful."""
        return list(
            Integration.objects.filter(self._owned("ats__application"))
            .select_related("ats__company", "contract")
            .prefetch_related("settings")
            .order_by("pk")
        )

    @cached_property
    def atss(self) -> list[Ats]:
        return list(Ats.objects.filter(self._owned("application")).select_related("company"))

    def _owned(self, path: str) -> Q:
        # The Apply Connect collection makes these calls with the vendor's own token.
        caller = self.request.user
        return Q(**{path: caller}) | Q(**{f"{path}__parent": caller})

    def check_contexts(self, keys: Iterable[Key]) -> None:
        """Raises a RestliError of 403 when a key names a context of somebody else."""
        wanted = {context for key in keys if (context := _context_of(key)) is not None}
        mine = {ats.company.urn for ats in self.atss}
        if contracts := {urn for urn in wanted if urn.kind == urns.CONTRACT}:
            companies = [ats.company_id for ats in self.atss]
            numbers = [urn.number for urn in contracts]
            owned = Contract.objects.filter(pk__in=numbers, company_id__in=companies)
            mine |= {contract.urn for contract in owned}
        if foreign := sorted(map(str, wanted - mine)):
            raise RestliError(
                403, f"Not enough permissions to access integrationContext {foreign[0]}"
            )

    def feature(self, key: Key) -> Integration:
        """The feature that a key names.

        Raises:
            RestliError: 400 for a key that can name none, 404 when the customer never asked.
        """
        context = _checked_context(key)
        found = [
            feature
            for feature in self.features
            if feature.context == context
            and feature.integration_type == key["integrationType"]
            and feature.tenant_type == key["tenantType"]
        ]
        if len(found) > 1:
            raise RestliError(400, "Several customers fit; please use the customer's own token")
        if not found:
            raise RestliError(404, f"Nobody asked for {key['integrationType']} in {context} yet")
        return found[0]


def _context_of(key: Key) -> urns.Urn | None:
    """The context in a key, None when it is not one."""
    try:
        context = urns.Urn.parse(key["integrationContext"])
        return urns.Urn(context.kind, str(context.number))
    except urns.UrnError:
        return None


def _checked_context(key: Key) -> urns.Urn:
    """The context in a key whose parts fit together; raises a RestliError of 400."""
    context, integration_type = _context_of(key), key["integrationType"]
    if context is None or context.kind not in {urns.ORGANIZATION, urns.CONTRACT}:
        raise RestliError(400, "integrationContext must be an organization or contract URN")
    if key["tenantType"] not in Integration.Tenant.values:
        raise RestliError(400, f"tenantType {key['tenantType'][:100]!r} is not served here")
    if integration_type not in Integration.Type.values:
        raise RestliError(400, f"integrationType {integration_type[:100]!r} is not served here")
    level = urns.CONTRACT if integration_type in activation.CONTRACT_LEVEL else urns.ORGANIZATION
    if context.kind != level:
        raise RestliError(400, f"{integration_type} needs an integrationContext of kind {level}")
    return context


class Integrations(IntegrationAccess):
    resource = "atsIntegrations"
    names = {"rest": "integrations"}
    key = ComplexKey(*PARTS, optional=OPTIONAL)

    def check_keys(self, keys: Iterable[Key]) -> None:
        self.check_contexts(keys)

    def batch_get(self, items: list[Item]) -> None:
        """The state of each feature."""
        for item in items:
            try:
                item.found(self.entity(self.feature(item.key)))
            except RestliError as error:
                item.error = error

    def batch_partial_update(self, items: list[Item]) -> None:
        """Name features; that is how a vendor says that it is ready."""
        if settings.NAMING_MAKES_INTEGRATIONS:
            self._ask_for_all({context for item in items if (context := _context_of(item.key))})
        for item in items:
            name = item.patch.set.get("integrationName")
            if not isinstance(name, str):
                item.fail(400, "/patch/$set/integrationName :: field is required, a String")
                continue
            try:
                activation.mark_ready(self.feature(item.key), name)
            except RestliError as error:
                item.error = error
            except ActivationRefused as refusal:
                item.fail(400, f"/patch/$set/integrationName :: {refusal}")

    @finder("request")
    def by_request(self, query: Query) -> Page:
        """The features that changed, by the id that our notice brought."""
        number = query.number("requestId")
        notices = CallbackDelivery.objects.filter(
            pk=number or 0,
            event=CallbackDelivery.Event.INTEGRATION_STATUS,
            expires_at__gt=timezone.now(),
        )
        changed = set(notices.values_list("integrations", flat=True))
        entities = [self.entity(one) for one in self.features if one.pk in changed]
        if not entities:
            raise RestliError(404, f"No change of yours has the requestId {number}")
        return Page(entities)

    def _ask_for_all(self, contexts: set[urns.Urn]) -> None:
        """Stand in for a customer who never asked; only where the operator allows it."""
        for ats in self.atss:
            if ats.company.urn in contexts:
                activation.request_company_level(ats)
            numbers = [urn.number for urn in contexts if urn.kind == urns.CONTRACT]
            for contract in ats.company.contracts.filter(pk__in=numbers):
                activation.request_contract_level(ats, contract)
        self.__dict__.pop("features", None)

    def entity(self, feature: Integration) -> dict[str, Any]:
        """A feature as it is told on this surface."""
        entity = {
            "integrationContext": str(feature.context),
            "integrationType": feature.integration_type,
            "tenantType": feature.tenant_type,
            "integrationName": feature.name,
            "status": feature.status,
            "lastModifiedAt": int(feature.modified_at.timestamp() * 1000),
        }
        return entity if self.surface == "rest" else entity | {"dataProvider": "ATS"}


class ConfigurationText(msgspec.Struct):
    string: str


class Configuration(msgspec.Struct, rename="camel"):
    """A value as it travels: wrapped twice."""

    configuration_value: ConfigurationText


class ConfigurationAccess(IntegrationAccess, ABC):
    """Values of features: a callback URL, or who may see what."""

    @abstractmethod
    def place(self, key: Key) -> tuple[Integration, str]:
        """The feature and the name of its setting; raises a RestliError."""

    def batch_update(self, items: list[Item]) -> None:
        for item in items:
            if found := item.decode(Configuration):
                self._try(item, self._put, found.value.configuration_value.string)

    def batch_get(self, items: list[Item]) -> None:
        for item in items:
            self._try(item, self._read)

    def batch_delete(self, items: list[Item]) -> None:
        for item in items:
            self._try(item, self._delete)

    def _try(self, item: Item, step: Callable[..., None], *values: str) -> None:
        try:
            step(item, *self.place(item.key), *values)
        except RestliError as error:
            item.error = error
        except ActivationRefused as refusal:
            item.fail(400, f"/configurationValue/string :: {refusal}")

    def _put(self, item: Item, feature: Integration, key: str, value: str) -> None:
        activation.set_setting(feature, key, value)

    def _read(self, item: Item, feature: Integration, key: str) -> None:
        for setting in feature.settings.all():
            if setting.key == key:
                item.found({"configurationValue": {"string": setting.value}})

    def _delete(self, item: Item, feature: Integration, key: str) -> None:
        if not activation.delete_setting(feature, key):
            item.fail(404, f"{key} is not set")


class Configurations(ConfigurationAccess):
    """Below one feature: `…/atsIntegrations/{key}/configurations`."""

    resource = "configurations"
    parent = Integrations.key
    key = SimpleKey("configurationKey")

    def check_keys(self, keys: Iterable[Key]) -> None:
        self.check_contexts([self.parent_key])

    def place(self, key: Key) -> tuple[Integration, str]:
        return self.feature(self.parent_key), key.value


class FlatConfigurations(ConfigurationAccess):
    """All in one key: `/rest/integrationConfigurations`; that part's name is ours."""

    resource = "integrationConfigurations"
    key = ComplexKey(
        "configurationKey", *PARTS, optional=OPTIONAL, also={"configurationKey": ("key", "id")}
    )

    def check_keys(self, keys: Iterable[Key]) -> None:
        self.check_contexts(keys)

    def place(self, key: Key) -> tuple[Integration, str]:
        return self.feature(key), key["configurationKey"]
