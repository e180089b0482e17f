"""Query tunnelling: long queries travel in the body of a POST (contract.md 1.8).

`RestliMiddleware` unpacks them before URL resolution, so that views, throttles and logs see the
request that was meant. It must stand first in MIDDLEWARE, before anything reads the request.

The web server must let long direct URLs through: 100 keys take 11 to 13 kB, and we accept 32.
rsc/gunicorn.py lifts gunicorn's own limit (4094 bytes; its largest number is 8190), and this
middleware answers 414 above ours. A proxy in front needs the same (nginx:
`large_client_header_buffers 4 64k`). To let the misspelt header `X-RestLi-Protocol_Version`
through, gunicorn needs `--header-map dangerous`; without it the protocol is still told by the
syntax of the query.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from typing import NamedTuple

from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponseBase, UnreadablePostError

from ats_sync.restli.envelopes import stamp
from ats_sync.restli.errors import RestliError, restli_error
from ats_sync.restli.syntax import Form

PREFIXES = ("/v2/", "/rest/")
OAUTH = "/oauth/v2/"
# Bytes of a direct URL, and of a query that arrives in a body.
LONGEST_URL = 32 * 1024
LONGEST_QUERY = 512 * 1024
OVERRIDE = "HTTP_X_HTTP_METHOD_OVERRIDE"
_FORM = "application/x-www-form-urlencoded"


class Unpacked(NamedTuple):
    """What was in a tunnel: the rest of the query, and the body with its content type."""

    query: bytes
    body: bytes
    content_type: str


class RestliMiddleware:
    """Gives wire requests a uuid, refuses endless URLs and unpacks tunnelled queries.

    Requests of OAuth get the uuid only; those outside `/v2/` and `/rest/` pass untouched.
    """

    def __init__(self, get_response: Callable[[WSGIRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: WSGIRequest) -> HttpResponseBase:
        if not request.path_info.startswith((*PREFIXES, OAUTH)):
            return self.get_response(request)
        request.li_uuid = str(uuid.uuid4())
        if request.path_info.startswith(OAUTH):
            return stamp(self.get_response(request), request, Form.ONE)
        try:
            request = dig(request)
        except (RestliError, RequestDataTooBig, UnreadablePostError) as exc:
            error = restli_error(exc, request.method)
            return stamp(error.response(), request, Form.ONE)
        return stamp(self.get_response(request), request, Form.ONE)


def dig(request: WSGIRequest) -> WSGIRequest:
    """The request that was meant; the same one when nothing is tunnelled.

    Raises:
        RestliError: 414 for too long a URL, 415 for a compressed body, 400 for a tunnel that
            cannot be unpacked.
    """
    uri = request.environ.get("RAW_URI") or request.get_full_path()
    if len(uri) > LONGEST_URL:
        raise RestliError(414, "The URL is too long; please tunnel the query")
    if request.environ.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in {"", "identity"}:
        raise RestliError(415, "A body must not be compressed: Content-Encoding is not supported")
    method = request.environ.get(OVERRIDE, "").strip().upper()
    if not method or request.method != "POST":
        return request
    if method not in {"GET", "PUT", "POST", "DELETE"}:
        raise RestliError(400, "X-HTTP-Method-Override names no method that can be tunnelled")
    return _rebuilt(request, method, _unpack(request))


def _unpack(request: WSGIRequest) -> Unpacked:
    content_type = request.environ.get("CONTENT_TYPE", "")
    kind = content_type.partition(";")[0].strip().lower()
    if not kind:
        raise RestliError(400, "A tunnelled request needs a Content-Type")
    if kind == _FORM:
        return Unpacked(request.body.strip(), b"", "")
    if kind.startswith("multipart/"):
        return _parts(content_type, request.body)
    # Only the method was overridden; the query is in the URL.
    return Unpacked(b"", request.body, content_type)


def _parts(content_type: str, body: bytes) -> Unpacked:
    """First urlencoded part: the query. First other part: the body. Further parts are ignored."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = message.get_payload() if message.is_multipart() else []
    queries = [part for part in parts if part.get_content_type() == _FORM]
    others = [part for part in parts if part.get_content_type() != _FORM]
    if not queries:
        raise RestliError(400, f"A tunnelled multipart body needs a part of type {_FORM}")
    query = (queries[0].get_payload(decode=True) or b"").strip()
    if not others:
        return Unpacked(query, b"", "")
    content = others[0].get_payload(decode=True) or b""
    return Unpacked(query, content, others[0].get_content_type())


def _rebuilt(request: WSGIRequest, method: str, unpacked: Unpacked) -> WSGIRequest:
    """The same request with another method, query and body, as if it had come so."""
    if len(unpacked.query) > LONGEST_QUERY:
        raise RestliError(414, "The tunnelled query is too long")
    queries = (request.environ.get("QUERY_STRING", ""), unpacked.query.decode("latin-1"))
    environ = {
        **request.environ,
        "REQUEST_METHOD": method,
        "QUERY_STRING": "&".join(filter(None, queries)),
        "CONTENT_TYPE": unpacked.content_type,
        "CONTENT_LENGTH": str(len(unpacked.body)),
        "wsgi.input": io.BytesIO(unpacked.body),
    }
    del environ[OVERRIDE]
    meant = type(request)(environ)
    meant.li_uuid = request.li_uuid
    return meant
