"""What the demo's recruiters did: projects, messages, notes, and what they exported."""

from __future__ import annotations

from datetime import timedelta

from ats_sync.models import Ats, CallbackDelivery, Export, JobPosting
from recruiter.models import (
    Activity,
    Conversation,
    InMail,
    Project,
    ProjectStage,
    Prospect,
    RecruiterNote,
    StageVisit,
)
from rsc.demo import fixtures
from rsc.demo.members import by_id
from rsc.demo.people import seat_of
from rsc.models import Contract


def load() -> None:
    """Make what is missing; what people changed in the meantime stays changed."""
    _load_projects()
    _load_conversations()
    for row in fixtures.read("activities.json"):
        Activity.objects.get_or_create(
            seat=seat_of(row["seat"]),
            member=by_id(row["member"]),
            verb=row["verb"],
            at=fixtures.moment(row["at"]),
        )
    for row in fixtures.read("notes.json"):
        at = fixtures.moment(row["at"])
        RecruiterNote.objects.get_or_create(
            seat=seat_of(row["seat"]),
            member=by_id(row["member"]),
            created_at=at,
            defaults={"text": row["text"], "modified_at": at},
        )


def _load_projects() -> None:
    for row in fixtures.read("projects.json"):
        contract = Contract.objects.get(company__name=row["company"], name=row["contract"])
        project, is_new = Project.objects.get_or_create(
            contract=contract,
            name=row["name"],
            defaults={
                "owner": seat_of(row["owner"], row["company"], row["contract"]),
                "description": row["description"],
            },
        )
        if not is_new:
            continue
        Project.objects.filter(pk=project.pk).update(created_at=fixtures.moment(row["created_at"]))
        stages = {
            name: ProjectStage.objects.create(project=project, name=name, rank=rank)
            for rank, name in enumerate(row["stages"])
        }
        for place in row["prospects"]:
            since = fixtures.moment(place["since"])
            prospect = Prospect.objects.create(
                project=project,
                member=by_id(place["member"]),
                stage=stages[place["stage"]],
                stage_since=since,
                added_by=seat_of(place["added_by"]),
            )
            Prospect.objects.filter(pk=prospect.pk).update(added_at=since)
            StageVisit.objects.create(
                prospect=prospect,
                stage=place["stage"],
                cause=StageVisit.Cause.SAVED,
                seat=prospect.added_by,
                at=since,
            )


def _load_conversations() -> None:
    for row in fixtures.read("inmails.json"):
        times = [fixtures.moment(message["at"]) for message in row["messages"]]
        conversation, is_new = Conversation.objects.get_or_create(
            seat=seat_of(row["seat"]),
            member=by_id(row["member"]),
            subject=row["subject"],
            defaults={"started_at": times[0], "last_message_at": times[-1]},
        )
        if is_new:
            InMail.objects.bulk_create(
                InMail(conversation=conversation, body=message["body"], sent_at=at)
                for message, at in zip(row["messages"], times, strict=True)
            )


def load_exports() -> int:
    """Make the exports of old whose requisition the ATS has sent by now.

    Returns:
        How many still wait for their requisition.
    """
    waiting = 0
    for row in fixtures.read("exports.json"):
        seat, at = seat_of(row["seat"]), fixtures.moment(row["at"])
        job = JobPosting.objects.filter(
            ats__in=Ats.objects.filter(company=seat.company_id), external_id=row["requisition"]
        ).first()
        if job is None:
            waiting += 1
        elif not Export.objects.filter(member=by_id(row["member"]), job_posting=job).exists():
            delivery = CallbackDelivery.objects.create(
                ats=job.ats,
                event=CallbackDelivery.Event.EXPORT,
                state=CallbackDelivery.State.DELIVERED,
                created_at=at,
                expires_at=at + timedelta(days=1),
                next_attempt_at=at,
                delivered_at=at,
                attempts=1,
                last_status=200,
            )
            Export.objects.create(
                seat=seat,
                member=by_id(row["member"]),
                ats=job.ats,
                job_posting=job,
                delivery=delivery,
                created_at=at,
                fetched_at=at,
                linked_at=at,
                told_at=at,
            )
    return waiting
