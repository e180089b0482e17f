"""Vendors make one application per customer (contract.md 3), and roll secrets (2.4)."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from rest_framework.request import Request

from ats_sync import provisioning
from ats_sync.api.wire import WireView
from ats_sync.models import DeveloperApplication
from ats_sync.provisioning import (
    Details,
    ForeignIdTaken,
    NoSuchSecret,
    ProvisioningRefused,
    TooManySecrets,
)
from ats_sync.restli.entities import message_of
from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import RestliError, not_enough_permissions
from ats_sync.restli.items import Item
from ats_sync.restli.keys import SimpleKey
from ats_sync.restli.params import Query
from ats_sync.restli.views import action, finder
from rsc import urns

_SPOKEN = {
    "foreign_id": "uniqueForeignId",
    "name": "name",
    "login_callbacks": "oauth2AuthorizedCallbackUrls",
    "script_origins": "validJsSdkDomains",
}


class ApplicationPatch(msgspec.Struct):
    """What a vendor may change. Spelt as on the wire."""

    name: str | None = None
    description: str | None = None
    oauth2AuthorizedCallbackUrls: list[str] | None = None
    validJsSdkDomains: list[str] | None = None

    def details(self) -> Details:
        return Details(
            name=self.name,
            description=self.description,
            login_callbacks=self.oauth2AuthorizedCallbackUrls,
            # One slash at the end is a slip that hurts nobody.
            script_origins=self.validJsSdkDomains
            and [origin.removesuffix("/") for origin in self.validJsSdkDomains],
        )


class NewApplication(ApplicationPatch, kw_only=True):
    uniqueForeignId: str
    name: str
    description: str


class ProvisionedApplications(WireView):
    """Only a vendor's own token opens this resource."""

    resource = "provisionedApplications"
    key = SimpleKey("key")

    def check_permissions(self, request: Request) -> None:
        """Raises a RestliError of 403 for a customer's token."""
        if not request.user.is_parent:
            raise not_enough_permissions(f"{request.method} /{self.resource}")

    def create(self, item: Item) -> None:
        """Make an application; its secret is told here and never again."""
        found = item.decode(NewApplication)
        if found is None:
            return
        wanted = found.value
        try:
            child, secret = provisioning.provision(
                self.request.user, foreign_id=wanted.uniqueForeignId, details=wanted.details()
            )
        except ForeignIdTaken:
            item.fail(409, f"uniqueForeignId {wanted.uniqueForeignId!r} is in use already")
        except ProvisioningRefused as refusal:
            item.error = _error(refusal)
        else:
            credentials = {"client_id": child.client_id, "client_secret": secret}
            item.created(str(child.urn), entity={"key": str(child.urn), "credentials": credentials})

    def partial_update(self, item: Item) -> None:
        """Change an application; the arrays are replaced whole."""
        child = child_of(self.request.user, item.key.value)
        cleared: dict[str, Any] = {
            "description": "", "oauth2AuthorizedCallbackUrls": [], "validJsSdkDomains": [],
        }  # fmt: skip
        values = {name: cleared[name] for name in item.patch.delete if name in cleared}
        try:
            patch = msgspec.convert(values | item.patch.set, ApplicationPatch)
            provisioning.change(child, patch.details())
        except msgspec.ValidationError as error:
            item.fail(400, message_of(error))
        except ProvisioningRefused as refusal:
            item.error = _error(refusal)

    @finder("credentialsByUniqueForeignId")
    def by_unique_foreign_id(self, query: Query) -> Page:
        """The one application of that customer, or none."""
        child = provisioning.find(self.request.user, query.required("uniqueForeignId"))
        return Page([] if child is None else [_entity(child)])


class DeveloperApplicationsSecurity(WireView):
    """Another secret beside the live one; called by the application itself or by its vendor."""

    resource = "developerApplicationsSecurity"

    @action("rollDeveloperApplicationSecret")
    def roll(self, parameters: dict[str, Any]) -> dict[str, str]:
        """Make a secret; raises a RestliError of 400 when two are live."""
        try:
            return {"client_secret": provisioning.roll_secret(self._meant(parameters))}
        except TooManySecrets as error:
            raise RestliError(400, f"Two secrets are live already: {error}") from error

    @action("deleteDeveloperApplicationSecret")
    def delete_one(self, parameters: dict[str, Any]) -> None:
        """Make one of two secrets void."""
        application = self._meant(parameters)
        text = parameters.get("clientSecret")
        if not isinstance(text, str):
            raise RestliError(400, "/clientSecret :: field is required and must be a String")
        try:
            secret = provisioning.secret_of(application, text)
            provisioning.delete_secret(application, secret)
        except NoSuchSecret as error:
            raise RestliError(400, f"/clientSecret :: {error}") from error

    def _meant(self, parameters: dict[str, Any]) -> DeveloperApplication:
        child = parameters.get("childDeveloperApplication")
        caller = self.request.user
        if child is None:
            return caller
        if not caller.is_parent:
            raise not_enough_permissions(f"POST /{self.resource}")
        return child_of(caller, str(child))


def child_of(vendor: DeveloperApplication, text: str) -> DeveloperApplication:
    """The vendor's own application with that URN.

    Raises:
        RestliError: 400 for another URN, 404 for an application of somebody else.
    """
    try:
        number = urns.Urn.parse(text, urns.DEVELOPER_APPLICATION).number
    except urns.UrnError as error:
        raise RestliError(400, f"{error}") from error
    child = vendor.children.filter(pk=number).first()
    if child is None:
        raise RestliError(404, f"{text} is not an application of yours")
    return child


def _error(refusal: ProvisioningRefused) -> RestliError:
    return RestliError(400, f"/{_SPOKEN[refusal.field]} :: {refusal.reason}")


def _entity(child: DeveloperApplication) -> dict[str, Any]:
    credentials = {"client_id": child.client_id}
    if settings.FIND_RETURNS_SECRET:
        credentials["client_secret"] = child.secrets.live()[0].text
    return {
        "key": str(child.urn),
        "credentials": credentials,
        "uniqueForeignId": child.unique_foreign_id,
        "name": child.name,
        "description": child.description,
        "validJsSdkDomains": child.script_origins,
        "oauth2AuthorizedCallbackUrls": child.redirect_uris.split(),
    }
