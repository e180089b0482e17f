"""Pages of the Recruiter side, one list a noun."""

from django.urls import path

from recruiter import project_urls, search_urls
from recruiter.desk_urls import desk_urls
from recruiter.views import home, inmail, message_templates, photos, profile
from rsc import paths  # noqa: F401 - registers <person_id:...>

# /talent/profile/
profile_urls = [
    path("profile/<person_id:public_id>/", profile.profile_page, name="profile"),
    path("profile/<person_id:public_id>/photo/", photos.photo, name="photo"),
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
    *search_urls.urlpatterns,
    *profile_urls,
    *desk_urls,
    *project_urls.urlpatterns,
    *inmail_urls,
]
