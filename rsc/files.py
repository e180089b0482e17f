"""Handing out a stored file about a person."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def hand_out(stored: FieldFile, name: str) -> FileResponse:
    """Answer with a file to keep, under a name that people know.

    No cache keeps it, and a browser takes it for nothing that could be run.

    Raises:
        Http404: the storage has lost it.
    """
    try:
        content = stored.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
