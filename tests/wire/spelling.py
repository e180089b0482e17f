"""The same step in the other surface's and protocol's spelling (contract.md 21, 23.11).

Stories are told on /v2 in protocol 1.0; what they say must hold on /rest and in 2.0 as well. This
is written from the contract alone and knows nothing of the code that it tests.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, quote

VERSION = "202603"
# Resources that are called differently on /rest, each with its parts of keys.
RESOURCES = {
    "atsCandidates": ("candidates", {"atsCandidateId": "externalCandidateId"}),
    "atsApplications": ("atsApplications", {}),
    "atsEntityAcls": (
        "entityAcls",
        {"atsEntityAclId": "entityAclId", "atsEntityType": "entityType", "atsEntityId": "entityId"},
    ),
    "atsEntityAclAssignees": (
        "entityAclAssignees",
        {"atsEntityAclId": "entityAclId", "atsEntityType": "entityType"},
    ),
    "atsIntegrations": ("integrations", {}),
    "exportedCandidates": ("exportedCandidates", {}),
    "conversationEvents": ("conversationEvents", {}),
    "mailStubs": ("mailStubs", {}),
    "prospectNotes": ("prospectNotes", {}),
    "simpleJobPostingTasks": ("simpleJobPostingTasks", {}),
    "jobPostingStatus": ("jobPostingStatus", {}),
}
FIELDS = {
    "atsCreatedAt": "externalCreatedAt",
    "atsLastModifiedAt": "externalLastModifiedAt",
}
# Children and candidates call their times differently on /rest; applications never did.
RENAMED = {"atsCandidates", "notes", "stages", "interviewFeedback"}
_PARAMETER = re.compile(r"ids(?:\[|%5B)(\d+)(?:\]|%5D)\.(.*)")
_LISTS = {"owners", "contracts", "states"}


def respelled(step: dict[str, Any], surface: str, two: bool) -> dict[str, Any] | None:
    """A step told in another spelling; None for one that can only be told as it is.

    Args:
        step: as in a story, its placeholders filled.
        surface: v2 or rest.
        two: whether to speak protocol 2.0.
    """
    request = step["request"]
    path, _, query = request["target"].partition("?")
    headers = request.get("headers", {})
    _, first, resource, *below = path.split("/", 3)
    named = any(name.lower() not in {"x-restli-method", "content-type"} for name in headers)
    if first != "v2" or resource not in RESOURCES or named or "List(" in query or "~" in query:
        return None
    return _Speller(resource, below, surface, two).step(step, query)


class _Speller:
    def __init__(self, resource: str, below: list[str], surface: str, two: bool) -> None:
        self.resource, self.surface, self.two = resource, surface, two
        self.rest_name, parts = RESOURCES[resource]
        self.parts = parts if surface == "rest" else {}
        self.parent, _, self.child = below[0].rpartition("/") if below else ("", "", "")
        kind = self.child or resource
        self.fields = FIELDS if surface == "rest" and kind in RENAMED else {}
        if surface == "rest" and not self.child:
            self.fields = self.fields | self.parts

    def step(self, step: dict[str, Any], query: str) -> dict[str, Any]:
        request, answer = step["request"], step["answer"]
        headers = {"X-RestLi-Protocol-Version": "2.0.0"} if self.two else {}
        if self.surface == "rest":
            headers |= {"LinkedIn-Version": VERSION}
        told = {
            **request,
            "target": f"{self.path()}?{self.query(query)}",
            "headers": request.get("headers", {}) | headers,
        }
        if isinstance(request.get("body"), dict) and "entities" in request["body"]:
            entities = request["body"]["entities"]
            told["body"] = {
                "entities": {self.body_key(key): self.sent(one) for key, one in entities.items()}
            }
        return {**step, "request": told, "answer": {**answer, "body": self.told(answer["body"])}}

    def path(self) -> str:
        name = self.rest_name if self.surface == "rest" else self.resource
        below = f"/{self.in_path()}/{self.child}" if self.child else ""
        return f"/{self.surface}/{name}{below}"

    def in_path(self) -> str:
        return self.key(_parts(self.parent), "2.0 query" if self.two else "1.0 path")

    def query(self, query: str) -> str:
        """The parameters: keys together, and the rest in this protocol's form."""
        keys: dict[str, dict[str, str]] = {}
        simple, others = [], {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            if found := _PARAMETER.fullmatch(name):
                keys.setdefault(found[1], {})[found[2]] = value
            elif name == "ids":
                simple.append(value)
            else:
                others.setdefault(name, []).append(value)
        written = [*self._keys(list(keys.values())), *self._simple(simple), *self._others(others)]
        return "&".join(written)

    def _keys(self, keys: list[dict[str, str]]) -> list[str]:
        if not keys:
            return []
        if self.two:
            return [f"ids=List({','.join(self.key(key, '2.0 query') for key in keys)})"]
        return [
            f"ids[{place}].{name}={quote(value, safe='')}"
            for place, key in enumerate(keys)
            for name, value in self.renamed(key).items()
        ]

    def _simple(self, keys: list[str]) -> list[str]:
        if not keys:
            return []
        escaped = [quote(key, safe="") for key in keys]
        return [f"ids=List({','.join(escaped)})"] if self.two else [f"ids={key}" for key in escaped]

    def _others(self, others: dict[str, list[str]]) -> list[str]:
        written, window = [], []
        for name, values in others.items():
            escaped = [quote(value, safe=",:()*$") for value in values]
            if self.two and name in _LISTS:
                inside = ",".join(quote(value, safe="") for value in values)
                written.append(f"{name}=List({inside})")
            elif self.two and name.startswith("timeRange."):
                window.append(f"{name.partition('.')[2]}:{escaped[0]}")
            elif name == "fields":
                chosen = [self.fields.get(one, one) for one in values[0].split(",")]
                written.append(f"fields={','.join(chosen)}")
            elif name != "dataProvider" or self.surface != "rest":
                written += [f"{self.parts.get(name, name)}={value}" for value in escaped]
        return [*written, f"timeRange=({','.join(window)})"] if window else written

    def renamed(self, key: dict[str, str]) -> dict[str, str]:
        gone = {"dataProvider"} if self.surface == "rest" else set()
        return {
            self.parts.get(name, name): value for name, value in key.items() if name not in gone
        }

    def key(self, key: dict[str, str], form: str) -> str:
        """A key of parts; answers have them sorted, and so may requests."""
        parts = sorted(self.renamed(key).items())
        if form.startswith("2.0"):
            escape = quote if form == "2.0 query" else _lightly
            return f"({','.join(f'{name}:{escape(value, safe=str())}' for name, value in parts)})"
        if form == "1.0 path":
            return "&".join(f"{name}={quote(value, safe='')}" for name, value in parts)
        return "&".join(
            f"{name}={quote(value, safe='*').replace('%20', '+')}" for name, value in parts
        )

    def body_key(self, text: str) -> str:
        if self.child or "=" not in text:
            return text  # a simple key is written as it is
        return self.key(_parts(text), "2.0 body" if self.two else "1.0 body")

    def answered_key(self, text: str) -> str:
        if self.child or "=" not in text:
            return text
        return self.key(_parts(text), "2.0 body" if self.two else "1.0 body")

    def sent(self, entity: Any) -> Any:
        """A record in the surface's names; a patch's inside, too."""
        return self.in_names(entity)

    def told(self, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        told = dict(body)
        for part in ("results", "errors", "statuses"):
            if isinstance(told.get(part), dict):
                told[part] = {
                    self.answered_key(key): self.in_names(one) for key, one in told[part].items()
                }
        if self.surface == "rest" and "message" in told:
            told["message"] = told["message"].replace(f"/{self.resource}", f"/{self.rest_name}")
        if "elements" in told:
            told["elements"] = [self.in_names(one) for one in told["elements"]]
        return told

    def in_names(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.fields.get(key, key): self.in_names(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.in_names(one) for one in value]
        if isinstance(value, str) and value.startswith("/"):
            return re.sub(r"\w+", lambda found: self.fields.get(found[0], found[0]), value)
        return value


def _parts(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


def _lightly(text: str, safe: str = "") -> str:
    """As answers in 2.0 escape: only what has a meaning there."""
    return "".join(quote(one, safe="") if one in ",()':" else one for one in text)
