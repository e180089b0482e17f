"""The member's own side, below /me/: messages, profile, privacy, and the way out."""

from django.urls import path

from recruiter.views.member_area import (
    account,
    addresses,
    career,
    data,
    inbox,
    joining,
    privacy,
    profile,
    sharing,
)

# /me/messages/
message_urls = [
    path("messages/", inbox.message_list, name="messages"),
    path("messages/<int:pk>/", inbox.conversation, name="conversation"),
    path("messages/<int:pk>/contact/", inbox.contact_question, name="contact_question"),
    path("messages/<int:pk>/block/", privacy.block_sender, name="block_sender"),
    path("messages/<int:pk>/files/<int:file_pk>/", inbox.enclosure, name="enclosure"),
]

# /me/profile/
profile_urls = [
    path("profile/", profile.profile, name="profile"),
    path("profile/photo/", profile.photo, name="photo"),
    path("profile/photo/change/", profile.change_photo, name="change_photo"),
    path("profile/<career_kind:kind>/add/", career.add, name="add_career"),
    path("profile/<career_kind:kind>/<int:pk>/", career.edit, name="edit_career"),
    path("profile/<career_kind:kind>/<int:pk>/delete/", career.delete, name="delete_career"),
]

# /me/addresses/
address_urls = [
    path("addresses/", addresses.page, name="addresses"),
    path("addresses/emails/<int:pk>/<str:deed>/", addresses.change_email, name="change_email"),
    path("addresses/confirm/<str:token>/", addresses.confirm, name="confirm_email"),
    path("addresses/phones/", addresses.add_phone, name="add_phone"),
    path("addresses/phones/<int:pk>/remove/", addresses.remove_phone, name="remove_phone"),
]

# /me/privacy/, /me/sharing/
privacy_urls = [
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/blocks/", privacy.block, name="block"),
    path("privacy/blocks/<int:pk>/lift/", privacy.unblock, name="unblock"),
    path("sharing/", sharing.sharing, name="sharing"),
    path("sharing/<int:pk>/withdraw/", sharing.withdraw, name="withdraw"),
]

# /me/data/, /me/close/
account_urls = [
    path("data/", data.copies, name="data"),
    path("data/<int:pk>/", data.fetch, name="fetch_data"),
    path("join/<str:token>/", joining.join, name="join"),
    path("close/", account.close, name="close"),
    path("closed/", account.closed, name="closed"),
]

app_name = "member"
urlpatterns = [
    path("", inbox.start, name="start"),
    *message_urls,
    *profile_urls,
    *address_urls,
    *privacy_urls,
    *account_urls,
]
