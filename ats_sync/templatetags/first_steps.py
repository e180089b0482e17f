"""What an administrator of an empty installation does first."""

from __future__ import annotations

from typing import Any

from django import template

from ats_sync import checklist

register = template.Library()


@register.inclusion_tag("admin/ats_sync/_first_steps.html", takes_context=True)
def first_steps(context: dict[str, Any]) -> dict[str, Any]:
    """The steps that are open; nothing once there is an ATS, or for who may not add one."""
    request = context["request"]
    if not request.user.has_perm("ats_sync.add_ats"):
        return {"steps": []}
    steps = checklist.first_steps(request.user)
    return {"steps": [] if checklist.is_green(steps) else steps}
