"""The admin site: its name, its order, and its door, which is that of all other pages."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest, HttpResponse

# What administrators come for stands first; the workings of libraries come last.
ORDER = ("ats_sync", "rsc", "recruiter")
FIRST_MODELS = ("Ats", "DeveloperApplication")


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)


class AdminSettings(AdminSite):
    site_header = "Admin settings"
    site_title = "Admin settings"
    index_title = "Admin settings"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in where everybody does, with the second factor and the lock-out of that page."""
        from allauth.account.decorators import secure_admin_login  # late: needs the app registry

        return secure_admin_login(super().login)(request, extra_context)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The apps in our order, then the others by name."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: _place(model["object_name"], FIRST_MODELS))
        return sorted(apps, key=lambda app: _place(app["app_label"], ORDER))


class AdminSettingsConfig(AdminConfig):
    default_site = "rsc.admin_site.AdminSettings"
