"""What administrators look at and change in these settings goes to the audit, as numbers.

Only tables of the map of personal data count. What was typed into a search box is kept as a keyed
digest: it shows whether somebody looked for a certain word, and tells nobody the word.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.db.models import Model
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.crypto import salted_hmac

from rsc import audit
from rsc.personal_data import is_personal

View = Callable[..., HttpResponse]
_PAGES = ("changelist", "change", "history", "delete")
_VERBS = {ADDITION: "admin.added", DELETION: "admin.deleted"}
# Itself: to read the audit is no look at a person.
_APART = ("rsc.AuditEntry", "admin.LogEntry")


def noted(view: View) -> View:
    """Wrap a page of the admin, so that a look at somebody is audited."""

    @wraps(view)
    def note(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        model, page = _what(request)
        if model and request.user.is_authenticated:
            _note(request, response, model, page, str(kwargs.get("object_id", "")))
        return response

    return note


def _note(
    request: HttpRequest, response: HttpResponse, model: type[Model], page: str, number: str
) -> None:
    label = model._meta.label
    if request.method == "POST":
        if page == "changelist":
            chosen = request.POST.getlist("_selected_action")
            action = request.POST.get("action", "")
            audit.record("admin.acted", label, actor=request.user, action=action, chosen=chosen)
    elif response.status_code == 200 and number:
        audit.record("admin.looked", f"{label}:{number}", actor=request.user, page=page)
    elif response.status_code == 200 and isinstance(response, TemplateResponse):
        shown = [_number(row) for row in getattr(_list_of(response), "result_list", ())]
        words = _digest(request.GET.get("q", ""))
        audit.record("admin.listed", label, actor=request.user, shown=shown, words=words,
                     filters=sorted(set(request.GET) - {"q"}))  # fmt: skip


def _list_of(response: TemplateResponse) -> Any:
    return (response.context_data or {}).get("cl")


def _number(row: Model) -> int | str:
    return row.pk if isinstance(row.pk, int) else str(row.pk)


def _what(request: HttpRequest) -> tuple[type[Model] | None, str]:
    """Which personal table a page is about, and which page it is."""
    match = request.resolver_match
    app_and_model, _, page = (match.url_name or "" if match else "").rpartition("_")
    if page not in _PAGES:
        return None, ""
    for model in apps.get_models():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        if name == app_and_model and is_personal(model) and model._meta.label not in _APART:
            return model, page
    return None, ""


def _digest(words: str) -> str:
    if not words:
        return ""
    return salted_hmac("rsc.admin_looks", words.strip().lower(), algorithm="sha256").hexdigest()


@receiver(pre_save, sender=LogEntry)
def on_log_entry(instance: LogEntry, **_: Any) -> None:
    """Django's own history names rows by their text; of people it keeps the number."""
    model = instance.content_type.model_class() if instance.content_type else None
    if model and is_personal(model):
        instance.object_repr = f"{model._meta.verbose_name} {instance.object_id}"
        instance.change_message = json.dumps(_without_names(instance.change_message))


@receiver(post_save, sender=LogEntry)
def on_log_entry_kept(instance: LogEntry, created: bool, **_: Any) -> None:
    """Each change in the admin is audited, with the names of the fields."""
    model = instance.content_type.model_class() if instance.content_type else None
    if created and model:
        fields = [
            name
            for one in _without_names(instance.change_message)
            for name in one.get("changed", {}).get("fields", ())
        ]
        verb = _VERBS.get(instance.action_flag, "admin.changed")
        subject = f"{model._meta.label}:{instance.object_id}"
        audit.record(verb, subject, actor=instance.user, fields=fields)


def _without_names(message: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A change message as data, without the texts of inline rows."""
    try:
        told = json.loads(message or "[]") if isinstance(message, str) else message
    except ValueError:
        return []
    return [
        {deed: {key: value for key, value in what.items() if key != "object"}}
        for one in (told if isinstance(told, list) else [])
        for deed, what in one.items()
    ]
