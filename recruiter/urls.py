"""Pages of the Recruiter side, one list a noun."""

from django.urls import URLPattern, path

from recruiter.views.search import search_page

app_name = "recruiter"

search = [path("search/", search_page, name="search")]

urlpatterns: list[URLPattern] = [*search]
