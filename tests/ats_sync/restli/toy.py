"""A resource that keeps its records in a dict, and a client that speaks to it by plain requests."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from django.http import HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.test import APIRequestFactory

from ats_sync.restli.envelopes import Page
from ats_sync.restli.errors import RestliError, not_enough_permissions
from ats_sync.restli.keys import ComplexKey, SimpleKey
from ats_sync.restli.tunnel import RestliMiddleware
from ats_sync.restli.views import BatchView, action, finder

CANDIDATE = ComplexKey(
    "atsCandidateId",
    "dataProvider",
    "integrationContext",
    optional={"dataProvider": "ATS"},
    spellings={"rest": {"atsCandidateId": "externalCandidateId"}},
)
PERSONAL = "ines@mail.test"
ORG = "urn:li:organization:51000"
QC = f"ids[0].atsCandidateId=CAND-1&ids[0].dataProvider=ATS&ids[0].integrationContext={ORG}"
KC = f"atsCandidateId=CAND-1&dataProvider=ATS&integrationContext={ORG}"
RKC = "atsCandidateId=CAND-1&dataProvider=ATS&integrationContext=urn%3Ali%3Aorganization%3A51000"
KC2 = "(externalCandidateId:CAND-1,integrationContext:urn%3Ali%3Aorganization%3A51000)"


class Person(msgspec.Struct, rename="camel"):
    first_name: str
    created: int | None = None


class Bearer(BaseAuthentication):
    """`Bearer good` is let in."""

    def authenticate(self, request: Any) -> tuple[None, str]:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            raise NotAuthenticated
        if header != "Bearer good":
            raise AuthenticationFailed("The token used in the request is not valid")
        return None, "good"


class Candidates(BatchView):
    resource = "atsCandidates"
    names = {"rest": "candidates"}
    key = CANDIDATE
    versions = ("202602", "202603")
    authentication_classes = [Bearer]
    stored: dict = {}

    def check_keys(self, keys):
        if any(key["integrationContext"] != ORG for key in keys):
            raise RestliError(403, "No integration for this context")

    def batch_update(self, items):
        for item in items:
            if found := item.decode(Person):
                self.stored[item.key] = {"firstName": found.value.first_name, "created": 1}

    def batch_partial_update(self, items):
        for item in items:
            if item.key not in self.stored:
                item.fail(404, "No such candidate")
                continue
            self.stored[item.key] |= item.patch.set
            for name in item.patch.delete:
                self.stored[item.key].pop(name, None)

    def batch_get(self, items):
        for item in items:
            if item.key in self.stored:
                item.found(self.stored[item.key])

    def batch_delete(self, items):
        for item in items:
            if self.stored.pop(item.key, None) is None:
                item.fail(404, "No such candidate")

    @finder("criteria")
    def by_criteria(self, query):
        names = ["Ines", "Rui", "Zoe"][query.start : query.start + query.count]
        return Page([{"firstName": name, "created": 1} for name in names], total=3)


class Notes(BatchView):
    resource = "notes"
    key = SimpleKey()
    parent = CANDIDATE

    def batch_update(self, items):
        Candidates.stored["parent"] = self.parent_key


class Jobs(BatchView):
    resource = "simpleJobPostings"

    def create(self, item):
        raise not_enough_permissions("POST /simpleJobPostings")

    def batch_create(self, items):
        for item in items:
            if item.decode(Person):
                item.created(f"urn:li:task:{item.raw.decode()[-2]}", status=202)

    @action("roll")
    def roll(self, parameters):
        return {"echo": parameters}

    def get(self, item):
        if item.key.value == "bad":
            raise ZeroDivisionError(PERSONAL)


class Applications(BatchView):
    resource = "provisionedApplications"

    def create(self, item):
        item.created("urn:li:developerApplication:9042", entity={"key": 9042})

    def partial_update(self, item):
        Candidates.stored["patch"] = item.patch


def call(
    view: type[BatchView],
    http: str,
    target: str,
    body: Any = None,
    kwargs: dict[str, str] | None = None,
    **headers: Any,
) -> HttpResponse:
    """Send a request through the middleware to a view, as a server would.

    Args:
        view: the resource.
        http: the HTTP verb.
        target: path and query as sent.
        body: bytes, or anything that JSON can write.
        kwargs: what the URL table would have found.
        headers: entries of the WSGI environment; `M` is short for X-RestLi-Method.
    """
    path, _, query = target.partition("?")
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    if "M" in headers:
        headers["HTTP_X_RESTLI_METHOD"] = headers.pop("M")
    extra = {"HTTP_AUTHORIZATION": "Bearer good", "QUERY_STRING": query} | headers
    content_type = extra.pop("CONTENT_TYPE", "application/json")
    request = APIRequestFactory().generic(http, path, data, content_type, **extra)
    served = view.as_view()
    surface = path.split("/")[1]

    def respond(meant: Any) -> HttpResponse:
        return served(meant, surface=surface, **(kwargs or {}))

    return RestliMiddleware(respond)(request)


def told(response: HttpResponse) -> Any:
    """The body of an answer, which must be JSON."""
    return json.loads(response.content)
