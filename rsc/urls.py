"""The roof: puts the parts together; imported by nobody."""

from django.contrib import admin
from django.urls import include, path

from recruiter.views.front_door import front_door
from rsc.views import docs, health
from rsc.views.invitations import invitation_page
from rsc.views.preview import start_preview, stop_preview
from rsc.views.sign_on import single_sign_on, to_provider
from widget.scripts import script

urlpatterns = [
    path("", front_door, name="home"),
    path("admin/preview/stop/", stop_preview, name="stop_preview"),
    path("admin/preview/<int:pk>/", start_preview, name="start_preview"),
    path("docs/", docs.docs, name="docs"),
    path("docs/<slug:page>/", docs.docs, name="docs_page"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("accounts/single-sign-on/", single_sign_on, name="single_sign_on"),
    path("accounts/oidc/<str:provider_id>/login/", to_provider, name="openid_connect_login"),
    path("accounts/", include("allauth.urls")),
    path("invitation/<str:token>/", invitation_page, name="invitation"),
    path("talent/", include("recruiter.urls")),
    path("me/", include("recruiter.member_urls")),
    path("ats/", include("ats_sync.urls")),
    path("widget/v1/", include("widget.urls")),
    path("xdoor/scripts/in.js", script, {"name": "in.js"}),  # contract.md 20.1
    path("api/", include("ats_sync.api.openapi.urls")),
    path("", include("ats_sync.api.urls")),
]
