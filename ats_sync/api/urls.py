"""The foreign paths in one flat table (contract.md 1.12)."""

from django.urls import path, re_path

from ats_sync.api import authorization, integrations, introspection, oauth
from ats_sync.api import provisioned_applications as provisioned

urlpatterns = [
    path("oauth/v2/accessToken", oauth.access_token, name="access_token"),
    path("oauth/v2/introspectToken", introspection.introspect_token, name="introspect_token"),
    path("oauth/v2/authorization", authorization.authorization, name="authorization"),
    re_path(r"^(?P<surface>v2|rest)/me/?$", authorization.Me.as_view()),
    re_path(
        r"^(?P<surface>v2|rest)/provisionedApplications(/(?P<key>.+?))?/?$",
        provisioned.ProvisionedApplications.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/developerApplicationsSecurity/?$",
        provisioned.DeveloperApplicationsSecurity.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsIntegrations|integrations)/(?P<parent>.+)"
        r"/configurations(/(?P<key>.+?))?/?$",
        integrations.Configurations.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/integrationConfigurations(/(?P<key>.+?))?/?$",
        integrations.FlatConfigurations.as_view(),
    ),
    re_path(
        r"^(?P<surface>v2|rest)/(atsIntegrations|integrations)(/(?P<key>.+?))?/?$",
        integrations.Integrations.as_view(),
    ),
]
