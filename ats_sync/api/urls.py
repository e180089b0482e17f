"""The foreign paths in one flat table (contract.md 1.12)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
