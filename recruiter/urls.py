"""Pages of the Recruiter side, one list a noun."""

from django.urls import URLPattern

app_name = "recruiter"
urlpatterns: list[URLPattern] = []
