"""May this page embed us: which application asks, for which company, from which origins."""

from __future__ import annotations

import re
from dataclasses import dataclass

import structlog
from django.db.models import QuerySet
from django.http import HttpResponse

from ats_sync.models import Ats, DeveloperApplication, Integration
from rsc import urns
from rsc.written import written_once

log = structlog.get_logger(__name__)
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?")
FEATURE = Integration.Type.PROFILE_PLUGIN
_DEFAULT_PORTS = {"http": "80", "https": "443"}


class NotAdmitted(Exception):
    """Nobody may embed us with this key and context; the text is for the log only.

    The page that is shown gives all reasons at once: who guesses keys learns nothing from it.
    """


@dataclass(frozen=True)
class Admission:
    """Who may embed us.

    Attributes:
        ats: the ATS whose pages ask, with its application and company.
        origins: the only origins whose pages may hold the frame, as browsers spell them.
    """

    ats: Ats
    origins: tuple[str, ...]


def origin_of(text: str) -> str:
    """An origin as browsers spell it: lower case, no path, no default port.

    Returns an empty text for everything else. What is returned goes into a header, so a stored
    text with a space or a semicolon must never pass.
    """
    found = _ORIGIN.fullmatch(text.strip().lower().removesuffix("/"))
    if found is None:
        return ""
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")


def origins_of(application: DeveloperApplication) -> tuple[str, ...]:
    """The origins that an application lists, without those that are none."""
    found = (origin_of(text) for text in application.script_origins)
    return tuple(dict.fromkeys(origin for origin in found if origin))


def admit(api_key: str, context: str) -> Admission:
    """Find out who may embed us.

    Args:
        api_key: the client id of a customer's application.
        context: the organization URN of the company whose ATS it is.

    Raises:
        NotAdmitted: unknown key, a context that the application does not serve, or no origins.
    """
    try:
        company_id = urns.Urn.parse(context.strip(), urns.ORGANIZATION).number
    except urns.UrnError as error:
        raise refused("context is no organization") from error
    if "\x00" in api_key:  # PostgreSQL has no text with this character
        raise refused("unknown key or context")
    found = _atss(api_key.strip(), company_id)
    if not found:
        raise refused("unknown key or context")
    ats = found[0]
    origins = origins_of(ats.application)
    if not origins:
        raise refused("no origins are listed", ats_id=ats.pk)
    return Admission(ats, origins)


@written_once
def _atss(api_key: str, company_id: int) -> QuerySet[Ats]:
    asked_for = Ats.objects.filter(application__client_id=api_key, company=company_id)
    return asked_for.select_related("application", "company")


def switched_on(ats: Ats) -> bool:
    """Whether the company has the profile widget enabled on this ATS."""
    return bool(_enabled(ats))


@written_once
def _enabled(ats: Ats) -> QuerySet[Integration]:
    return Integration.objects.enabled().filter(ats=ats, integration_type=FEATURE)


def refused(reason: str, **ids: int) -> NotAdmitted:
    """The error to raise, already logged for the operator."""
    log.info("widget_not_admitted", reason=reason, **ids)
    return NotAdmitted(reason)


def open_to(response: HttpResponse, origins: tuple[str, ...]) -> HttpResponse:
    """Let pages of exactly these origins embed a response; all others stay shut out.

    X-Frame-Options cannot name origins, so it is left away on this one response.
    """
    response._csp_replace = {"frame-ancestors": list(origins)}
    response.xframe_options_exempt = True
    return response
