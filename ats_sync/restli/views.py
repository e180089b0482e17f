"""BatchView: from an HTTP request to one call of a resource's method, and back to an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, cast
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from ats_sync.restli import envelopes
from ats_sync.restli.entities import plain, read_elements, read_entities, read_json
from ats_sync.restli.envelopes import Page, json_response
from ats_sync.restli.errors import RestliError, exception_handler
from ats_sync.restli.items import Item, items_of_entities, items_of_ids, read_patches
from ats_sync.restli.keys import Key, KeyKind, SimpleKey
from ats_sync.restli.params import Query, protocol_of
from ats_sync.restli.paths import key_in_path
from ats_sync.restli.projections import project
from ats_sync.restli.routes import ROUTES, Trait, method_of
from ats_sync.restli.syntax import Form

_VERSION = re.compile(r"([0-9]{6})([0-9]{2}|\.[0-9]{2})?")
# Verbs on one entity; where a resource has only the batch, one is a batch of one.
BATCH_OF = {
    "get": "batch_get",
    "update": "batch_update",
    "partial_update": "batch_partial_update",
    "delete": "batch_delete",
}
Function = Callable[..., Any]


def finder(name: str) -> Callable[[Function], Function]:
    """Mark a method as the finder `q=name`; it takes the Query and returns a Page or a list."""
    return _mark("restli_finder", name)


def action(name: str) -> Callable[[Function], Function]:
    """Mark a method as the action `action=name`; it takes the parameters and returns the value."""
    return _mark("restli_action", name)


def _mark(kind: str, name: str) -> Callable[[Function], Function]:
    def mark(function: Function) -> Function:
        setattr(function, kind, name)
        return function

    return mark


def _marked(cls: type, kind: str) -> dict[str, str]:
    return {
        getattr(function, kind): attribute
        for base in reversed(cls.__mro__)
        for attribute, function in vars(base).items()
        if hasattr(function, kind)
    }


class BatchView(APIView):
    """A Rest.li resource; see the package's docstring for a complete example.

    Attributes of the class:
        resource: the wire name, for messages and locations.
        names: for a surface, the wire name that differs there.
        key: the kind of key; parent: the kind of key of the resource above, if any.
        versions: the LinkedIn-Version values that /rest/ serves; empty for any well-formed one.
        batch_limit: the most records of one call.
    Attributes of a running view:
        surface, version, query, method (of Rest.li), items, parent_key.
        protocol: the version to echo; form: the spelling of the answer's keys.
        answer_headers: further headers of the answer, for throttles to fill.
    """

    resource: str = ""
    names: Mapping[str, str] = {}
    key: KeyKind = SimpleKey()
    parent: KeyKind | None = None
    versions: tuple[str, ...] = ()
    batch_limit: int = 100

    finders: ClassVar[dict[str, str]] = {}
    actions: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.finders = _marked(cls, "restli_finder")
        cls.actions = _marked(cls, "restli_action")

    # ----------------------------------------------------------------------------- one request
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve one request; whatever goes wrong leaves in the contract's error body."""
        self.args, self.kwargs = args, kwargs
        self.surface = kwargs.get("surface", "v2")
        self.protocol = self.form = Form.ONE
        self.version: str | None = None
        self.method = ""
        self.items: list[Item] = []
        self.parent_key: Key | None = None
        self.answer_headers: dict[str, str] = {}
        self.request = self.initialize_request(request, *args, **kwargs)
        try:
            self.initial(self.request, *args, **kwargs)
            response = self.answer()
        except Exception as exc:  # noqa: BLE001 - the handler reports faults of ours itself
            response = self.handle_exception(exc)
        for name, value in self.answer_headers.items():
            response[name] = value
        # REST framework's request knows itself and its view by this, so that all records would
        # stay until the collector looks for rubbish.
        self.request.parser_context.clear()
        return envelopes.stamp(response, request, self.protocol)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, for what, and may they: everything before the resource's own method.

        Throttles come last, so that they can count the records in `self.items`.
        """
        self.query = Query.parse(request.META.get("QUERY_STRING", ""))
        self.form = self.query.form
        self.protocol = protocol_of(request.META, self.query)
        self.perform_authentication(request)
        self.check_version(request)
        self.method = self.find_method(request)
        self.check_permissions(request)
        self.read_items(request)
        self.check_keys([item.key for item in self.items if item.key])
        self.check_throttles(request)

    def check_keys(self, keys: Iterable[Key]) -> None:
        """A hook: raise a RestliError to refuse the whole request for its keys.

        Args:
            keys: the well-formed keys of the request; the parent's is `self.parent_key`.
        """

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """DRF's hook, without its turning of 401 into 403."""
        return exception_handler(exc, self.get_exception_handler_context())

    @property
    def name(self) -> str:
        """The resource's wire name on this surface."""
        return self.names.get(self.surface, self.resource)

    @property
    def allowed_methods(self) -> list[str]:
        """The HTTP verbs that this resource serves."""
        verbs = {route.http for route in ROUTES if self._function_name(route.method)}
        return sorted(verbs)

    # --------------------------------------------------------------------------- what is asked
    def check_version(self, request: Request) -> None:
        """The LinkedIn-Version header, which only /rest/ needs (contract.md 1.6).

        Raises:
            RestliError: 400 absent or malformed, 426 not served.
        """
        if self.surface != "rest":
            return
        text = request.META.get("HTTP_LINKEDIN_VERSION", "").strip()
        if not text:
            raise RestliError(400, "A LinkedIn-Version header is required", code="VERSION_MISSING")
        found = _VERSION.fullmatch(text)
        if not found:
            raise RestliError(
                400, f"LinkedIn-Version {text[:20]!r} must read YYYYMM", code="VERSION_INVALID"
            )
        self.version = found[1]
        if self.versions and self.version not in self.versions:
            served = ", ".join(self.versions)
            raise RestliError(
                426,
                f"Requested version {self.version} is not active. Active versions: {served}",
                code="NONEXISTENT_VERSION",
            )

    def find_method(self, request: Request) -> str:
        """The Rest.li method; raises a RestliError of 400, or of 405 when it is not served."""
        trait = Trait(
            http=request.method,
            has_action=self.query.action is not None,
            has_finder=self.query.finder is not None,
            has_ids=self.query.has_ids,
            on_entity=self.kwargs.get("key") is not None,
        )
        header = request.META.get("HTTP_X_RESTLI_METHOD", "")
        method = method_of(trait, header, f"{request.method} {request.path}")
        if not self._function_name(method):
            raise RestliError(
                405,
                f"Resource {self.name} does not support {method}",
                headers={"Allow": ", ".join(self.allowed_methods)},
            )
        return method

    def _function_name(self, method: str) -> str | None:
        if method in {"finder", "action"}:
            return method if (self.finders if method == "finder" else self.actions) else None
        names = (method, BATCH_OF.get(method, method))
        return next((name for name in names if hasattr(self, name)), None)

    def read_items(self, request: Request) -> None:
        """Fill `parent_key` and `items`; raises a RestliError of 400 for the whole request."""
        if self.parent is not None:
            self.parent_key = key_in_path(request.META, self.kwargs["parent"], self.parent)
        self.items = self._read_items(request)
        if len(self.items) > self.batch_limit:
            raise RestliError(400, f"A batch holds at most {self.batch_limit} records")
        if self.method.endswith("partial_update"):
            read_patches(self.items)

    def _read_items(self, request: Request) -> list[Item]:
        match self.method:
            case "batch_get" | "batch_delete":
                return items_of_ids(self.query.ids(self.key, self.batch_limit))
            case "batch_update" | "batch_partial_update":
                ids = self.query.ids(self.key, self.batch_limit)
                return items_of_entities(ids, read_entities(request.body), self.key)
            case "batch_create":
                return [Item(raw=bytes(raw)) for raw in read_elements(request.body)]
            case "create":
                return [Item(raw=request.body)]
            case "get" | "update" | "partial_update" | "delete":
                key = key_in_path(request.META, self.kwargs["key"], self.key)
                return [Item(key=key, raw=request.body)]
        return []

    # ------------------------------------------------------------------------ what is answered
    def answer(self) -> HttpResponse:
        """Call the resource's method and wrap what it did."""
        if self.method in {"finder", "get_all"}:
            return self._answer_page()
        if self.method == "action":
            return self._answer_action()
        good = [item for item in self.items if item.error is None]
        name = self._function_name(self.method) or ""
        if good:
            getattr(self, name)(good if name.startswith("batch_") else good[0])
        if not self.method.startswith("batch_"):
            return self._answer_one(self.items[0])
        if self.method == "batch_create":
            return json_response(envelopes.created(self.items, self.print_id, self.name))
        if self.method == "batch_get":
            return json_response(envelopes.read(self.labelled(), self.query.fields))
        return json_response(envelopes.written(self.labelled()))

    def label(self, item: Item) -> str:
        """An item's key as the answer spells it."""
        return item.label(self.key, self.form, self.surface)

    def labelled(self) -> list[tuple[str, Item]]:
        """The items of a batch, each after its label."""
        keys = [item.key for item in self.items if item.key]
        if len(keys) < len(self.items):
            return [(self.label(item), item) for item in self.items]
        labels = self.key.print_all(keys, self.form, self.surface)
        return list(zip(labels, self.items, strict=True))

    def print_id(self, id: Key | str | None) -> str:
        """The id of a created record as the answer spells it."""
        if isinstance(id, Key):
            return self.key.print(id, self.protocol, self.surface)
        return id or ""

    def _answer_page(self) -> HttpResponse:
        if self.method == "get_all":
            found = self.get_all(self.query)
        else:
            found = self._named(self.finders, self.query.finder, "finder")(self.query)
        page = found if isinstance(found, Page) else Page(found)
        return json_response(envelopes.page_body(page, self.query, self.request.path))

    def _answer_action(self) -> HttpResponse:
        function = self._named(self.actions, self.query.action, "action")
        value = function(read_json(self.request.body or b"{}", dict[str, Any]))
        return json_response({} if value is None else {"value": value})

    def _named(self, functions: dict[str, str], name: str | None, kind: str) -> Function:
        if name not in functions:
            raise RestliError(400, f"Resource {self.name} has no {kind} {str(name)[:100]!r}")
        return cast(Function, getattr(self, functions[name]))

    def _answer_one(self, item: Item) -> HttpResponse:
        if item.error:
            raise item.error
        if self.method == "create":
            return self._answer_create(item)
        if self.method != "get":
            return HttpResponse(status=item.status)
        if item.entity is None:
            raise envelopes.not_found(self.label(item))
        return json_response(project(plain(item.entity), self.query.fields))

    def _answer_create(self, item: Item) -> HttpResponse:
        name = self.print_id(item.id)
        body = HttpResponse(status=item.status)
        response = body if item.entity is None else json_response(item.entity, item.status)
        response["X-RestLi-Id"] = response["X-LinkedIn-Id"] = envelopes.header_text(name)
        path = self.request.path.rstrip("/")
        response["Location"] = item.location or f"{path}/{quote(name, safe='')}"
        return response
