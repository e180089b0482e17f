"""Panels of the ATS side inside recruiter pages."""

from django.urls import path

from ats_sync.views import ats_only, before_writing, exports, panels, reports, resumes, setup
from rsc import paths  # noqa: F401 - registers <person_id:...>

# /ats/members/
member_urls = [
    path("members/<person_id:public_id>/status/", panels.status, name="status"),
    path("members/<person_id:public_id>/indicator/", panels.indicator, name="indicator"),
    path("members/<person_id:public_id>/history/", panels.member_history, name="history"),
    path("members/<person_id:public_id>/feedback/", panels.feedback, name="feedback"),
    path("members/<person_id:public_id>/files/", resumes.files, name="files"),
    path("members/<person_id:public_id>/why/", panels.why, name="why"),
    path("messages/<int:pk>/why/", panels.why_messages, name="why_messages"),
    path("in-flight/", panels.in_flight, name="in_flight"),
    path("files/<int:pk>/", resumes.file, name="file"),
    path("members/<person_id:public_id>/candidates/<int:pk>/decide/", panels.decide, name="decide"),
]

# /ats/people/: lines and dialogs about people chosen
people_urls = [
    path("people/lines/", before_writing.lines, name="lines_before_writing"),
    path("people/only/", ats_only.ats_only_people, name="ats_only"),
]

# /ats/exports/, and what leads there
export_urls = [
    path("people/export/", exports.export_people, name="export_people"),
    path("people/exports/", exports.people_exports, name="people_exports"),
    path("members/<person_id:public_id>/exports/", exports.member_exports, name="member_exports"),
    path("projects/<int:pk>/requisition/", exports.project_requisition, name="project_requisition"),
    path("projects/<int:pk>/fills/", exports.project_fills, name="project_fills"),
    path("exports/", exports.exports_page, name="exports"),
    path("exports/cancel/", exports.cancel, name="cancel_exports"),
    path("exports/<int:pk>/retry/", exports.retry, name="retry_export"),
    path("exports/news/", exports.news, name="export_news"),
    path("exports/news/read/", exports.put_away, name="export_news_read"),
]

# /ats/reports/
report_urls = [path("reports/", reports.reports_page, name="reports")]

# /ats/setup/: for an ATS's administrator, who has no account here
setup_urls = [path("setup/<token>/", setup.setup, name="setup")]

app_name = "ats"
urlpatterns = [*member_urls, *people_urls, *export_urls, *report_urls, *setup_urls]
