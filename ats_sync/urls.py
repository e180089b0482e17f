"""Panels of the ATS side inside recruiter pages."""

from django.urls import path

from ats_sync import views
from rsc import paths  # noqa: F401 - registers <person_id:...>

# /ats/members/
member_urls = [
    path("members/<person_id:public_id>/status/", views.status, name="status"),
    path("members/<person_id:public_id>/indicator/", views.indicator, name="indicator"),
    path("members/<person_id:public_id>/history/", views.member_history, name="history"),
    path("members/<person_id:public_id>/candidates/<int:pk>/decide/", views.decide, name="decide"),
]

app_name = "ats"
urlpatterns = [*member_urls]
