"""The frame, its loader and its actions."""

from django.urls import path

from widget import actions, onboarding, playground, sign_in, views
from widget.scripts import script

app_name = "widget"
urlpatterns = [
    path("loader.js", script, {"name": "loader.js"}, name="loader"),
    path("frame", views.frame, name="frame"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("onboarding", onboarding.onboarding, name="onboarding"),
    path("playground", playground.playground, name="playground"),
    path("connect", onboarding.connect, name="connect"),
    # What the frame asks for, with its ticket.
    path("content", views.content, name="content"),
    path("members", views.members, name="members"),
    path("link", actions.link, name="link"),
    path("unlink", actions.unlink, name="unlink"),
    path("undo", actions.undo, name="undo"),
    path("save-form", actions.save_form, name="save_form"),
    path("save", actions.save, name="save"),
    path("message-form", actions.message_form, name="message_form"),
    path("message", actions.message, name="message"),
    path("note", actions.note, name="note"),
    path("follow", actions.follow, name="follow"),
]
