"""The roof: puts the parts together; imported by nobody."""

from django.contrib import admin
from django.urls import include, path

from recruiter.views.front_door import front_door
from widget.scripts import script

urlpatterns = [
    path("", front_door, name="home"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("talent/", include("recruiter.urls")),
    path("me/", include("recruiter.member_urls")),
    path("ats/", include("ats_sync.urls")),
    path("widget/v1/", include("widget.urls")),
    path("xdoor/scripts/in.js", script, {"name": "in.js"}),  # contract.md 20.1
    path("api/", include("ats_sync.api.openapi.urls")),
    path("", include("ats_sync.api.urls")),
]
