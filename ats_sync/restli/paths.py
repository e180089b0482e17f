"""Keys in paths: the raw spelling of a segment that Django has decoded (contract.md 24, trap 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from ats_sync.restli.keys import Key, KeyKind

# More segments than any path of ours; a guard, as the search below tries all runs of them.
_MOST_SEGMENTS = 40


def raw_segment(environ: Mapping[str, Any], decoded: str) -> str | None:
    """The segment as the client sent it, where `%2F` and `/` still differ.

    Args:
        environ: the request's WSGI environment; gunicorn puts the raw URI into it.
        decoded: the segment that the URL table has found.

    Returns:
        None when the server gives no raw URI, or a middleware has changed the path.
    """
    uri = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    segments = uri.partition("?")[0].split("/")
    if len(segments) > _MOST_SEGMENTS:
        return None
    for start in range(len(segments)):
        for end in range(start + 1, len(segments) + 1):
            raw = "/".join(segments[start:end])
            if unquote(raw) == decoded:
                return raw
    return None


def key_in_path(environ: Mapping[str, Any], decoded: str, kind: KeyKind) -> Key:
    """The key that a path segment holds.

    Raises:
        RestliError: 400, malformed.
    """
    raw = raw_segment(environ, decoded)
    if raw is None:
        return kind.bind(kind.read_decoded_path(decoded))
    return kind.bind(kind.read_path(raw))
