"""What the demo's recruiters keep: tags, reminders, files, reviews, updates, a talent pool."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from recruiter import attachments, follows, pipeline, reminders, reviews, tags
from recruiter.models import MemberChange, Project, Reminder
from rsc.demo import fixtures
from rsc.demo.members import by_id
from rsc.demo.people import seat_of


@transaction.atomic
def load() -> None:
    """Once. Dates are counted from the first day, so that something is due tomorrow."""
    if Reminder.objects.exists():
        return  # what people finished, removed or added since stays so
    desk = fixtures.read("desk.json")
    _keep(desk)
    _hear(desk)


def _keep(desk: dict[str, Any]) -> None:
    """What a recruiter puts beside people."""
    for row in desk["tags"]:
        tags.add(seat_of(row["seat"]), [by_id(row["member"])], row["names"])
    for row in desk["reminders"]:
        due_on = timezone.localdate() + timedelta(days=row["in_days"])
        reminders.remind(
            seat_of(row["seat"]), [by_id(row["member"])], due_on=due_on, text=row["text"]
        )
    for row in desk["files"]:
        file = SimpleUploadedFile(row["name"], row["text"].encode())
        attachments.add(seat_of(row["seat"]), by_id(row["member"]), file)
    for row in desk["pools"]:
        seat = seat_of(row["seat"])
        project = Project.objects.visible_to(seat).get(name=row["project"])
        pipeline.pool(seat, [by_id(key) for key in row["members"]], project=project)


def _hear(desk: dict[str, Any]) -> None:
    """What a recruiter hears of them: changes of profiles, and what colleagues think."""
    now = timezone.now()
    for row in desk["follows"]:
        member = by_id(row["member"])
        follows.follow(seat_of(row["seat"]), member)
        for change in row["changes"]:
            at = now - timedelta(days=change.pop("days_ago"))
            MemberChange.objects.create(member=member, at=at, **change)
        member.follows.update(since=now - timedelta(days=30))
    for row in desk["reviews"]:
        reviewer = seat_of(row["reviewer"])
        request = reviews.ask(
            seat_of(row["seat"]),
            [by_id(row["member"])],
            reviewer=reviewer,
            message=row["message"],
        )
        reviews.give(reviewer, request.reviews.get(), verdict=row["verdict"], text=row["text"])
