"""The frame, its loader and its actions."""

from django.urls import path

from widget import onboarding, sign_in, views
from widget.scripts import script

app_name = "widget"
urlpatterns = [
    path("loader.js", script, {"name": "loader.js"}, name="loader"),
    path("frame", views.frame, name="frame"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("onboarding", onboarding.onboarding, name="onboarding"),
    path("connect", onboarding.connect, name="connect"),
    # What the frame asks for, with its ticket.
    path("content", views.content, name="content"),
    path("members", views.members, name="members"),
    path("link", views.link, name="link"),
    path("unlink", views.unlink, name="unlink"),
    path("save", views.save, name="save"),
]
