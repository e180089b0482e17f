"""Panels of the ATS side inside recruiter pages."""

from django.urls import path

from ats_sync.views import before_writing, panels
from rsc import paths  # noqa: F401 - registers <person_id:...>

# /ats/members/
member_urls = [
    path("members/<person_id:public_id>/status/", panels.status, name="status"),
    path("members/<person_id:public_id>/indicator/", panels.indicator, name="indicator"),
    path("members/<person_id:public_id>/history/", panels.member_history, name="history"),
    path("members/<person_id:public_id>/candidates/<int:pk>/decide/", panels.decide, name="decide"),
]

# /ats/people/: lines and dialogs about people chosen
people_urls = [path("people/lines/", before_writing.lines, name="lines_before_writing")]

app_name = "ats"
urlpatterns = [*member_urls, *people_urls]
