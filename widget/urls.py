"""The frame, its loader and its actions."""

from django.urls import URLPattern

app_name = "widget"
urlpatterns: list[URLPattern] = []
