"""The roof: puts the parts together; imported by nobody."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from widget.scripts import script

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="recruiter:home"), name="home"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("talent/", include("recruiter.urls")),
    path("ats/", include("ats_sync.urls")),
    path("widget/v1/", include("widget.urls")),
    path("xdoor/scripts/in.js", script, {"name": "in.js"}),  # contract.md 20.1
    path("api/", include("ats_sync.api.openapi.urls")),
    path("", include("ats_sync.api.urls")),
]
