"""The purge of a sandbox: asked twice, watched, and with a receipt."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from ats_sync import sandbox
from ats_sync.admin.ats_pages import AtsPages
from recruiter.legal_holds import HeldByLaw


class SandboxPages(AtsPages):
    pages: ClassVar = {"purge": "purge_page"}

    def purge_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The question, and how far the purges are."""
        ats = self._ats(request, pk)
        if request.method == "POST":
            try:
                sandbox.ask_purge(ats, actor=request.user)
                messages.success(request, "The purge has begun. This page shows how far it is.")
            except (sandbox.NoSandbox, sandbox.PurgeRuns, HeldByLaw) as refusal:
                messages.error(request, str(refusal))
            return self._back(pk, "purge")
        purges = list(ats.purges.select_related("asked_by")[:10])
        running = any(purge.finished_at is None for purge in purges)
        title = f"Purge of {ats}"
        return self._page(request, ats, "purge", purges=purges, running=running, title=title)
