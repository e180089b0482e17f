"""Addresses of the search, and of searches that are kept."""

from django.urls import path

from recruiter.views import panels, saved_searches, search, search_dialogs
from rsc import paths  # noqa: F401 - registers <person_id:...>

# /talent/search/
search_urls = [
    path("search/", search.search_page, name="search"),
    path("search/panels/<slug:kind>/", panels.search_panel, name="search_panel"),
    path("search/suggest/<slug:kind>/", panels.search_suggest, name="search_suggest"),
    path("search/help/", search.search_help, name="search_help"),
    path("search/keys/", search_dialogs.search_keys, name="search_keys"),
    path("search/why/<person_id:public_id>/", search_dialogs.why_here, name="why_here"),
    path("people/like/", search_dialogs.more_like, name="more_like"),
]

# /talent/searches/
kept_urls = [
    path("searches/", saved_searches.saved_search_list, name="saved_searches"),
    path("searches/save/", saved_searches.save_search, name="save_search"),
    path("searches/history/", saved_searches.history, name="search_history"),
    path("searches/<int:pk>/", saved_searches.edit_search, name="edit_search"),
    path("searches/<int:pk>/delete/", saved_searches.delete_search, name="delete_search"),
    path("searches/<int:pk>/pause/", saved_searches.pause_alert, name="pause_alert"),
    path("searches/finds/<int:pk>/", saved_searches.find, name="search_find"),
    path("searches/stop/<str:token>/", saved_searches.stop_alert_mail, name="stop_alert_mail"),
]

urlpatterns = [*search_urls, *kept_urls]
