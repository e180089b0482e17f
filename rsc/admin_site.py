"""The admin site: its name, its order, and its door, which is that of all other pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, reverse

# What administrators come for stands first; the workings of libraries come last.
ORDER = ("ats_sync", "rsc", "recruiter")
FIRST_MODELS = (
    "Ats", "DeveloperApplication", "Why", "Reports", "Company", "Contract", "Seat", "SingleSignOn",
)  # fmt: skip
# Tables of a library that hold nothing here: “Single sign-on” is the place.
HIDDEN = "socialaccount"


@dataclass(frozen=True)
class Page:
    """An entry of the index that leads to a page of its own.

    Attributes:
        app_label: below which heading it stands.
        name: the URL's name.
        rights: who is shown it.
        urls: its addresses, given the site; none where a table's admin has them.
    """

    app_label: str
    label: str
    name: str
    rights: tuple[str, ...]
    urls: Callable[[AdminSite], list[URLPattern]] = lambda site: []

    @property
    def entry(self) -> dict[str, Any]:
        """As Django's index lists a model."""
        return {
            "name": self.label,
            "object_name": self.label.strip("?"),
            "admin_url": reverse(self.name),
            "add_url": None,
            "view_only": True,
        }


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)


class AdminSettings(AdminSite):
    site_header = "Admin settings"
    site_title = "Admin settings"
    index_title = "Admin settings"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Pages that are about no one table; an app's admin adds its own here.
        self.pages: list[Page] = []

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in where everybody does, with the second factor and the lock-out of that page."""
        from allauth.account.decorators import secure_admin_login  # late: needs the app registry

        return secure_admin_login(super().login)(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [*(url for page in self.pages for url in page.urls(self)), *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page of the admin, with looks at people audited."""
        from rsc.admin_looks import noted  # late: needs the app registry

        return noted(super().admin_view(view, cacheable))

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The apps in our order, then the others by name."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"] += [
                page.entry
                for page in self.pages
                if page.app_label == app["app_label"] and request.user.has_perms(page.rights)
            ]
            app["models"].sort(key=lambda model: _place(model["object_name"], FIRST_MODELS))
        apps = [app for app in apps if app["app_label"] != HIDDEN]
        return sorted(apps, key=lambda app: _place(app["app_label"], ORDER))


class AdminSettingsConfig(AdminConfig):
    default_site = "rsc.admin_site.AdminSettings"
