"""The frame, its loader and its actions."""

from django.urls import path

from widget import sign_in, views
from widget.scripts import script

app_name = "widget"
urlpatterns = [
    path("loader.js", script, {"name": "loader.js"}, name="loader"),
    path("frame", views.frame, name="frame"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    # What the frame asks for, with its ticket.
    path("content", views.content, name="content"),
    path("members", views.members, name="members"),
    path("link", views.link, name="link"),
    path("unlink", views.unlink, name="unlink"),
    path("save", views.save, name="save"),
]
