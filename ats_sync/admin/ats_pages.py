"""What the admin's pages about one ATS share: who may open them, and how they look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from ats_sync.models import Ats


class AtsPages(admin.ModelAdmin):
    """A part of the ATS admin: each class names its pages, and the admin has those of all.

    Attributes of the class:
        pages: method by the last part of its address.
        deeds: the same for those that take a POST only.
    """

    pages: ClassVar[dict[str, str]] = {}
    deeds: ClassVar[dict[str, str]] = {}

    def get_urls(self) -> list[URLPattern]:
        found: dict[str, Callable[..., HttpResponse]] = {}
        for part in reversed(type(self).__mro__):
            own = vars(part)
            found |= {name: getattr(self, page) for name, page in own.get("pages", {}).items()}
            found |= {
                name: require_POST(getattr(self, deed))
                for name, deed in own.get("deeds", {}).items()
            }
        wrap = self.admin_site.admin_view
        return [
            path(f"<int:pk>/{name}/", wrap(view), name=f"ats_sync_ats_{name}")
            for name, view in found.items()
        ] + super().get_urls()  # fmt: skip

    def _ats(self, request: HttpRequest, pk: int) -> Ats:
        """The ATS, for those who may change it."""
        related = Ats.objects.select_related("company", "application__parent")
        ats = get_object_or_404(related, pk=pk)
        if not self.has_change_permission(request, ats):
            raise PermissionDenied
        return ats

    def _back(self, pk: int, name: str = "change") -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:ats_sync_ats_{name}", args=[pk]))

    def _page(self, request: HttpRequest, ats: Ats, name: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "ats": ats, "opts": self.opts}
        context["media"] = self.media
        return TemplateResponse(request, f"admin/ats_sync/ats/{name}.html", context)
