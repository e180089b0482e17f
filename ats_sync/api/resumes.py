"""`hireMediaUrl` and `resumes`: a file is promised, sent, and then named in a record of an
application (contract.md 10). What the answers hold was never published; it is ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ats_sync import attachments, resume_uploads
from ats_sync.api.applications import APPLICATION_KEY
from ats_sync.api.attachments import record_of
from ats_sync.api.base import AtsResource, Entity
from ats_sync.api.fields import FieldRefused, Millis, Text, millis
from ats_sync.api.rights import Right, atss_of, own_atss
from ats_sync.api.wire import WireView
from ats_sync.attachment_content import ContentRefused
from ats_sync.attachments import AttachmentName, AttachmentRecord
from ats_sync.models import Attachment, ResumeUpload
from ats_sync.restli.errors import RestliError, not_enough_permissions
from ats_sync.restli.items import Item
from ats_sync.restli.keys import SimpleKey
from rsc import urns
from rsc.models import Contract


class WantedUpload(msgspec.Struct, rename="camel"):
    """What is said of a file before it comes; how long we keep it is ours to say."""

    content_type: Literal[
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/plain",
    ]
    file_name: Text = "resume"
    hiring_context: str | None = None
    blob_ttl: dict[str, Any] | None = None
    usage_parameters: dict[str, Any] | None = None


class HireMediaUrl(WireView):
    """Gives the address to which a file may be sent, and the URN by which it is named then."""

    resource = "hireMediaUrl"

    def create(self, item: Item) -> None:
        """Promise to take a file of this application."""
        found = item.decode(WantedUpload)
        if found is None:
            return
        self.unknown |= set(found.unknown)
        self._check(found.value.hiring_context)
        upload = resume_uploads.promise(self.application, found.value.file_name)
        entity = {
            "media": str(upload.urn),
            "uploadUrl": resume_uploads.address_of(upload),
            "expiresAt": millis(upload.expires_at),
        }
        item.created(str(upload.urn), entity=entity)

    def _check(self, context: str | None) -> None:
        """Raises a RestliError: 400 for no context, 403 for one that is not open."""
        place = f"POST /{self.name}"
        if context is None:
            own_atss(self.application, place)
            return
        company = _company_of(context, place)
        atss_of(self.application, {company}, Right.ENABLED, place)


def _company_of(context: str, place: str) -> int:
    """The company of an organization or of a contract."""
    try:
        urn = urns.Urn.parse(context)
        number = urn.number
    except urns.UrnError as error:
        raise RestliError(400, f"/hiringContext :: {error}") from error
    if urn.kind == urns.ORGANIZATION:
        return number
    company = Contract.objects.filter(pk=number).values_list("company", flat=True).first()
    if urn.kind != urns.CONTRACT or company is None:
        raise not_enough_permissions(place)  # as for a contract of somebody else
    return company


@csrf_exempt
@require_http_methods(["PUT", "POST"])
def hire_media(request: HttpRequest, ticket: str) -> HttpResponse:
    """`PUT /v2/hireMedia/…`: takes the file; the signed address is permission enough."""
    try:
        resume_uploads.take(ticket, _content(request))
    except resume_uploads.NoSuchUpload:
        return RestliError(404, "No file is expected at this address").response()
    except ContentRefused as refusal:
        return RestliError(400, f"The file {refusal}").response()
    return HttpResponse(status=201)


def _content(request: HttpRequest) -> bytes:
    """The file as the whole body, or as the first one of a form."""
    if request.method == "POST" and request.content_type == "multipart/form-data":
        first = next(iter(request.FILES.values()), None)
        return first.read() if first else b""
    return request.body


class ResumeEntity(msgspec.Struct, rename="camel"):
    """A file that was sent to `hireMediaUrl`, or one that travels in the record."""

    media: str | None = None
    content: bytes | None = None
    file_name: Text | None = None
    ats_created_at: Millis | None = None
    ats_last_modified_at: Millis | None = None

    def record(self, name: AttachmentName) -> ResumeEntity:
        """Itself, checked; its file may have to be fetched first."""
        if (self.media is None) == (self.content is None):
            raise FieldRefused("media", "either it or content is required, and not both")
        return self

    def with_file(
        self, name: AttachmentName, uploads: Mapping[str, ResumeUpload]
    ) -> AttachmentRecord:
        """Ours, with the content of the file; raises FieldRefused."""
        if self.content is not None:
            return record_of(name, self.content, self.file_name, self.ats_created_at)
        upload = uploads.get(self.media or "")
        if upload is None:
            raise FieldRefused("media", "is no file that came for this application in time")
        with upload.file.open("rb") as file:
            content = file.read()
        return record_of(name, content, self.file_name or upload.name, self.ats_created_at)


class _Named(msgspec.Struct):
    """Both spellings of a file's URN, as on the wire."""

    media: str | None = ""
    mediaUrn: str | None = ""


class Resumes(AtsResource):
    """Files below an application: the same ones as `attachments` of it."""

    resource = "resumes"
    counted_as = "resumes"
    key = SimpleKey()
    parent = APPLICATION_KEY
    batch_limit = 10
    renames = {
        "rest": {
            "atsCreatedAt": "externalCreatedAt",
            "atsLastModifiedAt": "externalLastModifiedAt",
        }
    }
    also = {"mediaUrn": "media", "externalFileName": "fileName"}

    def batch_update(self, items: list[Item]) -> None:
        """Store files; those that were sent before are looked up together."""
        media = [_media_in(item) for item in items]
        self.uploads = resume_uploads.arrived(self.application, media)
        self.store(items, ResumeEntity, self.file_name, attachments.upsert)

    def batch_delete(self, items: list[Item]) -> None:
        """Delete files."""
        self.drop(items, self.file_name, attachments.delete)

    def ours(self, item: Item, entity: Entity, name: Any) -> Any:
        """A record with its file; None after it was refused."""
        checked = super().ours(item, entity, name)
        if checked is None:
            return None
        try:
            return checked.with_file(name, self.uploads)
        except FieldRefused as refusal:
            self.refuse(item, refusal)
            return None

    def file_name(self, item: Item) -> AttachmentName:
        """A file's name within its ATS."""
        parent = self.parent_key[APPLICATION_KEY.names[0]]
        return Attachment.Parent.APPLICATION.value, parent, item.key.value


def _media_in(item: Item) -> str:
    """The upload that a record names; what is wrong with the record is told later."""
    try:
        found = msgspec.json.decode(item.raw, type=_Named)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    return found.media or found.mediaUrn or ""
