"""The roof: puts the parts together; imported by nobody."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="recruiter:home"), name="home"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("talent/", include("recruiter.urls")),
    path("ats/", include("ats_sync.urls")),
    path("widget/v1/", include("widget.urls")),
    path("", include("ats_sync.api.urls")),
]
