"""A page on which a vendor tries the widget: the tag, the frame, and what the frame says."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

KEYS = ("api_key", "integration_context", "ats_candidate_id")


@require_safe
def playground(request: HttpRequest) -> HttpResponse:
    """The form, and below it the widget with the three values of the query.

    It asks nothing of the database: the frame itself decides whether this page may hold it.
    """
    asked = {name: request.GET.get(name, "")[:300] for name in KEYS}
    context = {
        "asked": asked,
        "complete": all(asked.values()),
        "home": f"{request.scheme}://{request.get_host()}",
    }
    return render(request, "widget/playground.html", context)
