"""WireView: what every resource of ours shares, whoever may use it: token, throttle and log."""

from __future__ import annotations

import time
import uuid
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from ats_sync import rejections, request_log, throttles
from ats_sync.api.oauth import BearerAuthentication
from ats_sync.api.versions import VERSIONS
from ats_sync.models import DeveloperApplication
from ats_sync.rejections import Rejection
from ats_sync.request_log import Entry
from ats_sync.restli.errors import THROTTLED, RestliError
from ats_sync.restli.items import Item
from ats_sync.restli.syntax import Form
from ats_sync.restli.views import BatchView

# Parts of keys that say whose a record is or of what kind, not which one.
_CONTEXT_PARTS = frozenset(
    {
        "integrationContext", "dataProvider", "tenantType", "entityType", "atsEntityType",
        "externalReferenceEntityType", "attachmentType",
    }
)  # fmt: skip
# Methods by which an ATS's records come.
_WRITING = frozenset(
    {
        "create", "batch_create", "update", "batch_update", "partial_update",
        "batch_partial_update",
    }
)  # fmt: skip


class _Refusal(msgspec.Struct):
    message: str = ""


class WireView(BatchView):
    """A resource that applications use with their token.

    Attributes of the class:
        counted_as: the name under which requests are limited and logged, if not the resource's.
    Attributes of a running view:
        application: whose token came; None before that is known.
        stale: the items that were ignored because a newer version is stored.
        unknown: names of fields that we do not know.
    """

    authentication_classes = [BearerAuthentication]
    versions = VERSIONS
    counted_as = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve one request and keep what came of it in the log."""
        started = time.monotonic()
        self.application: DeveloperApplication | None = None
        self.stale: list[Item] = []
        self.unknown: set[str] = set()
        response = super().dispatch(request, *args, **kwargs)
        took_ms = round((time.monotonic() - started) * 1000)
        entry = self._entry(request, response, took_ms)
        request_log.write(entry)
        self._keep_rejections(request, entry)
        return response

    def perform_authentication(self, request: Request) -> None:
        """Find out whose token came; raises a RestliError of 401 or 403."""
        self.application = request.user

    def check_throttles(self, request: Request) -> None:
        """Count the request; raises a RestliError of 429 when it is one too many."""
        self.heed(throttles.take(self.application, self._limited, len(self.items)))

    @property
    def _limited(self) -> str:
        return self.counted_as or self.resource

    def heed(self, taken: throttles.Taken | None) -> None:
        """Tell the caller what is left; raises a RestliError of 429 when nothing is."""
        if taken is None:
            return
        self.answer_headers |= taken.headers()
        if taken.exceeded:
            raise RestliError(
                429,
                "Resource level throttle limit for calls to this resource is reached.",
                service_error_code=THROTTLED,
            )

    def record_id(self, item: Item) -> str:
        """The sender's own id of a record, for the log."""
        if item.key is None:
            return str(item.id or "")
        return " ".join([value for name, value in item.key.parts if name not in _CONTEXT_PARTS])

    def _entry(self, request: HttpRequest, response: HttpResponse, took_ms: int) -> Entry:
        ids = [self.record_id(item) for item in self.items]
        above = self._id_above()
        named = list(zip(ids, self.items, strict=True))
        errors = [
            request_log.error_entry(name, item.error.status, item.error.message)
            for name, item in named
            if item.error
        ]
        failed = len(errors)
        taken = [name for name, item in named if item.error is None]
        if above:
            taken = [f"{above} {name}".strip() for name in taken]
        if response.status_code >= 400:
            errors.insert(0, request_log.error_entry("", response.status_code, _told(response)))
            taken = []
        return Entry(
            li_uuid=getattr(request, "li_uuid", None) or str(uuid.uuid4()),
            # One name on every surface, so that the log can be searched by it.
            resource=self._limited or self.kwargs.get("path", "").partition("/")[0],
            method=self.method or str(request.method),
            status=response.status_code,
            took_ms=took_ms,
            surface=self.surface,
            version=self.version or "",
            application=self.application,
            records=len(self.items),
            failed=failed,
            stale=len(self.stale),
            record_ids=[one for one in (*ids, above) if one],
            errors=errors,
            unknown_fields=sorted(self.unknown),
            ats_id=self._writing_ats(),
            taken_ids=taken,
        )

    def _writing_ats(self) -> int | None:
        """The ATS that this request writes records of, if it writes, and to one."""
        granted = vars(self).get("atss")  # not before the request was let in
        if self.method not in _WRITING or not isinstance(granted, dict) or len(granted) != 1:
            return None
        return next(iter(granted.values())).pk

    def _id_above(self) -> str:
        """The id of the parent, empty where there is none."""
        return self.record_id(Item(key=self.parent_key)) if self.parent_key else ""

    def _keep_rejections(self, request: HttpRequest, entry: Entry) -> None:
        """What was refused alone, so that an administrator reads why and can try it again."""
        failed = [item for item in self.items if item.error]
        if entry.ats_id is None or not failed:
            return
        rejections.keep(
            entry.ats_id,
            entry.resource,
            entry.li_uuid,
            [self._rejection(request, item) for item in failed],
        )

    def _rejection(self, request: HttpRequest, item: Item) -> Rejection:
        name = f"{self._id_above()} {self.record_id(item)}".strip()
        return Rejection(
            request_log.record_name(name),
            request_log.error_entry(name, item.error.status, item.error.message),
            rejections.request_again(
                request,
                method=self.method,
                version=self.version or "",
                label=item.label(self.key, Form.ONE, self.surface),
                raw=item.raw,
            ),
        )


def _told(response: HttpResponse) -> str:
    """The message of an error's body."""
    try:
        return msgspec.json.decode(response.content, type=_Refusal).message
    except msgspec.MsgspecError:
        return ""
