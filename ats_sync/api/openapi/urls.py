"""Pages about the wire API; they need no sign-in."""

from django.urls import path

from ats_sync.api.openapi import views

app_name = "api"
urlpatterns = [
    path("", views.vendors, name="vendors"),
    path("v2/", views.reference, {"surface": "v2"}, name="v2"),
    path("v2/openapi.json", views.document_json, {"surface": "v2"}, name="v2_document"),
    path("rest/", views.reference, {"surface": "rest"}, name="rest"),
    path("rest/openapi.json", views.document_json, {"surface": "rest"}, name="rest_document"),
]
