"""What every card of a page has, written once a page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from recruiter.models import Member

register = template.Library()
ID, NAME = "@person@", "@name@"  # no address holds an @ as it is


@register.simple_tag(takes_context=True)
def people_menu_of(context: dict[str, Any], member: Member) -> SafeString:
    """The "…" of one person. Its many links are drawn once, then only the person is filled in."""
    menu, open_to_ats = context["people_menu"], member.shares_with_third_parties
    if open_to_ats not in menu.drawn:
        nobody = SimpleNamespace(
            public_id=ID, full_name=NAME, shares_with_third_parties=open_to_ats
        )
        shown = {"people_menu": menu, "member": nobody}
        menu.drawn[open_to_ats] = render_to_string("recruiter/_people_menu.html#one", shown)
    drawn = menu.drawn[open_to_ats].replace(ID, member.public_id)
    return mark_safe(drawn.replace(NAME, escape(member.full_name)))
