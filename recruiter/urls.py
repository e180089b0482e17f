"""Pages of the Recruiter side, one list a noun."""

from django.urls import path

from recruiter.views import home, profile, projects, search
from rsc import paths  # noqa: F401 - registers <person_id:...>

# /talent/search/
search_urls = [path("search/", search.search_page, name="search")]

# /talent/profile/
profile_urls = [
    path("profile/<person_id:public_id>/", profile.profile_page, name="profile"),
    path("profile/<person_id:public_id>/save/", profile.save_to_project, name="save_to_project"),
]

# /talent/projects/ and /talent/prospects/
project_urls = [
    path("projects/", projects.project_list, name="projects"),
    path("projects/<int:pk>/", projects.project_page, name="project"),
    path("prospects/<int:pk>/move/", projects.move, name="move_prospect"),
    path("prospects/<int:pk>/remove/", projects.remove, name="remove_prospect"),
    path("prospects/<int:pk>/restore/", projects.restore, name="restore_prospect"),
]

app_name = "recruiter"
urlpatterns = [
    path("", home.home, name="home"),
    *search_urls,
    *profile_urls,
    *project_urls,
]
