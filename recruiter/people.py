"""Whom a recruiter chose: the people that a dialog is about."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, QueryDict

from recruiter import filters, search
from recruiter.filters import PUBLIC_ID
from recruiter.models import Member, Project, Prospect
from recruiter.search.viewer import viewer_of
from rsc.models import Seat

MOST = 500  # people in one go


def chosen(request: HttpRequest, seat: Seat) -> list[Member]:
    """The members that a request names and that the seat may see, in the order named.

    They come as `person=<public id>`, repeated; as `project=<id>` with an optional `stage=<id>`:
    everybody there, newest first; or as `found=<parameters of a search>`: whom it finds, best
    first. Strangers are simply not among them, and no more than `MOST` are.

    Raises SearchUnavailable.
    """
    asked = request.POST if request.method == "POST" else request.GET
    if "found" in asked:
        ids = found(seat, asked["found"], most=MOST)
        members = Member.objects.visible_to(seat).in_bulk(ids)
        return [members[pk] for pk in ids if pk in members]
    if asked.get("project", "").isdecimal():
        return _in_pipeline(seat, asked)
    named = list(dict.fromkeys(filter(PUBLIC_ID.fullmatch, asked.getlist("person"))))[:MOST]
    seen = Member.objects.visible_to(seat).filter(public_id__in=named)
    return sorted(seen, key=lambda member: named.index(member.public_id))


def _in_pipeline(seat: Seat, asked: QueryDict) -> list[Member]:
    projects = Project.objects.visible_to(seat).filter(pk=int(asked["project"]))
    placed = Prospect.objects.active().filter(project__in=projects)
    if asked.get("stage", "").isdecimal():
        placed = placed.filter(stage_id=int(asked["stage"]))
    seen = placed.filter(member__in=Member.objects.visible_to(seat).values("pk"))
    ordered = seen.select_related("member").order_by("-added_at", "-id")[:MOST]
    return [prospect.member for prospect in ordered]


def found(seat: Seat, parameters: str, *, most: int) -> list[int]:
    """The ids of those whom a search finds, the best first. Raises SearchUnavailable."""
    choice = filters.kept(parameters)
    left_out = Member.objects.filter(public_id__in=choice.like).values_list("pk", flat=True)
    query = choice.query(viewer_of(seat), without=tuple(left_out))
    return search.index().search(replace(query, count=most, panels=())).member_ids
