"""From a new ATS to one that works: the checklist, the guide and its links, people, history."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from ats_sync import callbacks, challenges, checklist, guides, seat_mapping, setup_links
from ats_sync.admin.ats_pages import AtsPages
from ats_sync.admin.board import arrivals_of
from ats_sync.models import Ats, AtsPerson, SetupLink
from rsc import audit
from rsc.models import User


class SetupPages(AtsPages):
    pages: ClassVar = {
        "checklist": "checklist_page",
        "links": "links_page",
        "people": "people_page",
        "history": "history_page",
        "callback": "callback_page",
    }
    deeds: ClassVar = {
        "make_link": "make_link",
        "revoke_link": "revoke_link",
        "find_people": "find_people",
        "map_people": "map_people",
        "unmap_person": "unmap_person",
    }

    def checklist_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is done and who acts next, beside the guide."""
        ats = self._ats(request, pk)
        steps = checklist.checklist(ats)
        context = {
            "steps": steps,
            "is_green": checklist.is_green(steps),
            "done": sum(step.is_done for step in steps),
            "guides": guides.guides_for(ats),
        }
        return self._page(request, ats, "checklist", title="Activation checklist", **context)

    # -------------------------------------------------------------------------------- links
    def links_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The links that were made for the ATS's administrator."""
        ats = self._ats(request, pk)
        links = list(ats.setup_links.select_related("made_by")[:20])
        live = [(one, setup_links.url_of(one)) for one in links if _is_live(one)]
        past = [one for one in links if not _is_live(one)]
        title = f"Invite the administrator of {ats}"
        return self._page(request, ats, "links", live=live, past=past, title=title)

    def make_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        ats = self._ats(request, pk)
        setup_links.make(ats, actor=request.user, gives_secret="gives_secret" in request.POST)
        messages.success(request, "The link is ready. Send it to the ATS's administrator.")
        return self._back(pk, "links")

    def revoke_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        ats = self._ats(request, pk)
        link = get_object_or_404(ats.setup_links, pk=_number(request, "link"))
        setup_links.revoke(link, actor=request.user)
        messages.success(request, "The link is void.")
        return self._back(pk, "links")

    # ------------------------------------------------------------------------------- people
    def people_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Seats and users of the ATS: those mapped, and those on either side who are not."""
        ats = self._ats(request, pk)
        context = {
            "unmapped": seat_mapping.without_ats_user(ats),
            "pairs": seat_mapping.without_seat(ats),
            "users": seat_mapping.people_of(ats),
            "mapped": ats.people.exclude(user=None).select_related("user").order_by("user", "pk"),
        }
        title = f"Seats and users of {ats}"
        return self._page(request, ats, "people", title=title, **context)

    def find_people(self, request: HttpRequest, pk: int) -> HttpResponse:
        ats = self._ats(request, pk)
        seat_mapping.look_for_people(ats)
        messages.success(request, "Looked at the authors of notes and at the ACLs.")
        return self._back(pk, "people")

    def map_people(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One user of the ATS with one of ours, or many of ours by their own addresses."""
        ats = self._ats(request, pk)
        if "person" in request.POST:
            person = get_object_or_404(ats.people, pk=_number(request, "person"))
            user = get_object_or_404(seat_mapping.people_of(ats), pk=_number(request, "user"))
            seat_mapping.map_by_hand(person, user, actor=request.user)
            messages.success(request, f"{person} is {user.full_name}.")
        else:
            numbers = [text for text in request.POST.getlist("user") if text.isdecimal()]
            users = list(User.objects.filter(pk__in=numbers))
            count = seat_mapping.map_same_address(ats, users, actor=request.user)
            messages.success(request, f"Mapped: {count}.")
        return self._back(pk, "people")

    def unmap_person(self, request: HttpRequest, pk: int) -> HttpResponse:
        ats = self._ats(request, pk)
        person = get_object_or_404(AtsPerson, ats=ats, pk=_number(request, "person"))
        seat_mapping.forget(person, actor=request.user)
        messages.success(request, f"{person} is mapped to nobody now.")
        return self._back(pk, "people")

    # ------------------------------------------------------------------------------ history
    def history_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm that all of the past has arrived, or take that back."""
        ats = self._ats(request, pk)
        if request.method != "POST":
            title = f"Is the history of {ats} complete?"
            return self._page(request, ats, "history", arrivals=arrivals_of(ats), title=title)
        _confirm_history(ats, complete=request.POST.get("complete") == "yes", actor=request.user)
        messages.success(request, "Noted.")
        return self._back(pk, "checklist")

    # ----------------------------------------------------------------------------- callback
    def callback_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How the callback did at its challenge; a POST asks it once more."""
        ats = self._ats(request, pk)
        found = callbacks.callback_settings().filter(integration__ats=ats)
        setting = found.select_related("integration__ats__application").first()
        if request.method == "POST" and setting is not None:
            if challenges.challenge(setting) == setting.Challenge.VERIFIED:
                messages.success(request, "The callback knows the secret.")
                return self._back(pk, "checklist")
            messages.error(request, "The callback did not answer, or not with the right signature.")
        title = f"Callback of {ats}"
        return self._page(request, ats, "callback", setting=setting, title=title)


@transaction.atomic
def _confirm_history(ats: Ats, *, complete: bool, actor: Any) -> None:
    ats.history_complete_at = timezone.now() if complete else None
    ats.history_confirmed_by = actor if complete else None
    ats.save(update_fields=["history_complete_at", "history_confirmed_by"])
    audit.record("ats.history_confirmed", f"ats:{ats.pk}", actor=actor, complete=complete)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _is_live(link: SetupLink) -> bool:
    return link.revoked_at is None and link.expires_at > timezone.now()
