"""Pages about what a recruiter keeps of members: notes, tags, reminders, files, PDFs, the feed."""

from django.urls import path

from recruiter.views import attachments, feed, notes, pdfs, reminders, seats, tags
from rsc import paths  # noqa: F401 - registers <person_id:...>

# /talent/people/: dialogs about people chosen
people_urls = [
    path("people/note/", notes.note_people, name="note_people"),
    path("people/tag/", tags.tag_people, name="tag_people"),
    path("people/remind/", reminders.remind_people, name="remind_people"),
    path("people/pdf/", pdfs.pdf_people, name="pdf_people"),
]

# What was written
row_urls = [
    path("notes/<int:pk>/edit/", notes.edit_note, name="edit_note"),
    path("notes/<int:pk>/delete/", notes.delete_note, name="delete_note"),
    path("tags/<int:pk>/remove/", tags.remove_tag, name="remove_tag"),
    path("reminders/<int:pk>/finish/", reminders.finish_reminder, name="finish_reminder"),
    path("pdfs/<int:pk>/", pdfs.pdf_page, name="pdf"),
    path("pdfs/<int:pk>/file/", pdfs.pdf_file, name="pdf_file"),
]

# /talent/profile/
profile_urls = [
    path(
        "profile/<person_id:public_id>/attachments/",
        attachments.add_attachment,
        name="add_attachment",
    ),
    path("profile/<person_id:public_id>/follow/", feed.follow, name="follow"),
    path("attachments/<int:pk>/", attachments.attachment, name="attachment"),
    path("attachments/<int:pk>/delete/", attachments.delete_attachment, name="delete_attachment"),
]

# One's own
own_urls = [
    path("feed/", feed.feed_page, name="feed"),
    path("preferences/", feed.preferences, name="preferences"),
    path("seats/", seats.seats, name="seats"),
]

desk_urls = [*people_urls, *row_urls, *profile_urls, *own_urls]
