"""What an ATS's administrator has to set: a page for whoever holds its link."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ats_sync import guides, setup_links
from ats_sync.models import IntegrationSetting
from ats_sync.setup_links import LinkRefused, SecretRefused


@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The page; a POST makes the secret and shows it in the answer, the only place it stands."""
    template = "ats_sync/setup.html"
    try:
        link = setup_links.open_link(token)
    except LinkRefused:
        return render(request, template, status=404)
    context = {"link": link, "ats": link.ats, "application": link.ats.application}
    if request.method == "POST":
        try:
            context["secret"] = setup_links.show_secret(link)
        except SecretRefused as refusal:
            context["refusal"] = str(refusal)
    values = IntegrationSetting.objects.filter(integration__ats=link.ats)
    context |= {
        "base_url": settings.BASE_URL,
        "callback": values.filter(key=IntegrationSetting.Key.CALLBACK_URL).first(),
        "guides": guides.guides_for(link.ats),
        "may_take_secret": link.gives_secret and not link.secret_shown_at,
    }
    return render(request, template, context)
