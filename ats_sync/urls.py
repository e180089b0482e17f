"""Panels of the ATS side inside recruiter pages."""

from django.urls import URLPattern

app_name = "ats"
urlpatterns: list[URLPattern] = []
