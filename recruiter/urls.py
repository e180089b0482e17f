"""Pages of the Recruiter side, one list a noun."""

from django.urls import path

from recruiter.views import home, inmail, message_templates, people, pipeline, profile, projects, search
from rsc import paths  # noqa: F401 - registers <person_id:...>

# /talent/search/
search_urls = [path("search/", search.search_page, name="search")]

# /talent/profile/
profile_urls = [
    path("profile/<person_id:public_id>/", profile.profile_page, name="profile"),
    path("profile/<person_id:public_id>/save/", profile.save_to_project, name="save_to_project"),
]

# /talent/projects/
project_urls = [
    path("projects/", projects.project_list, name="projects"),
    path("projects/<int:pk>/", pipeline.pipeline_page, name="project"),
    path("projects/<int:pk>/pool/", pipeline.pool_page, name="pool"),
]

# /talent/people/: dialogs that act on people chosen
people_urls = [
    path("people/save/", people.save, name="save_people"),
    path("people/move/", people.move, name="move_people"),
    path("people/archive/", people.archive, name="archive_people"),
    path("people/undo/<int:pk>/", people.undo, name="undo"),
]

# /talent/messages/
inmail_urls = [
    path("people/message/", inmail.message_people, name="message_people"),
    path("messages/", inmail.message_list, name="messages"),
    path("messages/<int:pk>/", inmail.conversation, name="conversation"),
    path("messages/<int:pk>/files/<int:file_pk>/", inmail.enclosure, name="enclosure"),
    path("messages/templates/", message_templates.template_list, name="message_templates"),
    path("messages/templates/<int:pk>/", message_templates.template, name="message_template"),
    path(
        "messages/templates/<int:pk>/delete/",
        message_templates.delete_template,
        name="delete_message_template",
    ),
    path("messages/signature/", message_templates.signature, name="message_signature"),
]

app_name = "recruiter"
urlpatterns = [
    path("", home.home, name="home"),
    *search_urls,
    *profile_urls,
    *project_urls,
    *inmail_urls,
    *people_urls,
]
