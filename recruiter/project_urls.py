"""Addresses of projects, of their pipelines, and of the dialogs that act on people."""

from django.urls import path

from recruiter.views import (
    people,
    people_imports,
    pipeline,
    project_settings,
    projects,
    reviews,
    search_saves,
)

# /talent/projects/
project_urls = [
    path("projects/", projects.project_list, name="projects"),
    path("projects/<int:pk>/", pipeline.pipeline_page, name="project"),
    path("projects/<int:pk>/pool/", pipeline.pool_page, name="pool"),
]

# /talent/projects/.../ and /talent/stages/: what those who govern a project change
settings_urls = [
    path("projects/<int:pk>/settings/", project_settings.settings_page, name="project_settings"),
    path("projects/<int:pk>/rights/", project_settings.rights, name="project_rights"),
    path("projects/<int:pk>/owner/", project_settings.hand_over, name="hand_over"),
    path("projects/<int:pk>/archive/", project_settings.archive, name="archive_project"),
    path("projects/<int:pk>/stages/", project_settings.add_stage, name="add_stage"),
    path("stages/<int:pk>/", project_settings.change_stage, name="change_stage"),
]

# /talent/people/: dialogs that act on people chosen
people_urls = [
    path("people/save/", people.save, name="save_people"),
    path("people/move/", people.move, name="move_people"),
    path("people/archive/", people.archive, name="archive_people"),
    path("people/share/", reviews.share, name="share_people"),
    path("people/undo/<int:pk>/", people.undo, name="undo"),
    path("people/save/found/", search_saves.save_found, name="save_found"),
    path("people/save/found/<int:pk>/", search_saves.search_save, name="search_save"),
    path("people/save/found/<int:pk>/undo/", search_saves.undo, name="undo_search_save"),
]

# /talent/reviews/
review_urls = [
    path("reviews/", reviews.review_list, name="reviews"),
    path("reviews/<int:pk>/", reviews.review_page, name="review"),
    path("reviews/answers/<int:pk>/", reviews.give, name="give_review"),
    path("reviews/link/<str:token>/", reviews.open_link, name="review_link"),
]

# Files of people for a project
import_urls = [
    path("projects/<int:pk>/import/", people_imports.upload, name="import_people"),
    path("imports/<int:pk>/", people_imports.people_import_page, name="people_import"),
    path("imports/<int:pk>/drop/", people_imports.drop_unknown, name="drop_unknown"),
    path("imports/lines/<int:pk>/", people_imports.settle, name="settle_imported"),
]

urlpatterns = [*project_urls, *settings_urls, *people_urls, *review_urls, *import_urls]
