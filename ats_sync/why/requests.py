"""What became of this request, export or notice, and of a record that never arrived?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from ats_sync import request_log
from ats_sync.models import (
    ApiRequest,
    Application,
    Ats,
    CallbackDelivery,
    EntityAcl,
    Export,
    JobPostingTask,
    RejectedRecord,
)
from ats_sync.why.steps import Chain, Step, place

MOST_REFUSALS = 20
MOST_LOOKED_AT = 3
VENDOR = "whoever runs the ATS: mend the field and send the record again"


def explain_request(request: ApiRequest) -> Chain:
    """How one call of an ATS ended, record by record. No query with the application fetched."""
    good = request.status < 400
    name = request.application.name if request.application else "an unknown application"
    call = f"{name} called {request.method} {request.resource}: answer {request.status}"
    taken = request.records - request.failed - request.stale
    came = "1 record came" if request.records == 1 else f"{request.records} records came"
    counts = f"{came}: {taken} taken, {request.failed} refused, "
    steps = [
        Step(f"{call}, {request.took_ms} ms.", good, at=request.at, link=place(request)),
        Step(f"{counts}{request.stale} older than what is here.", not request.failed or None),
        *(_refusal(error) for error in request.errors[:MOST_REFUSALS]),
    ]
    if request.unknown_fields:
        fields = ", ".join(request.unknown_fields)
        steps.append(Step(f"Fields that nobody knows here: {fields}.", who="the ATS's vendor"))
    question = "Was everything in the request taken?"
    return Chain(question, "Everything was taken.", "Not everything was taken.", tuple(steps))


def _refusal(error: dict[str, str | int]) -> Step:
    record = error.get("id") or "The whole request"
    field = f" /{error['field']}:" if error.get("field") else ""
    text = f"{record}: {error.get('status', '')}{field} {error.get('message', '')}"
    return Step(text, False, who=VENDOR)


def explain_sent(export: Export) -> Chain:
    """How far an export came. The export is read through `with_state`, with its delivery."""
    delivery = export.delivery
    delivered = delivery.state == CallbackDelivery.State.DELIVERED
    steps = (
        Step(
            f"{export.seat.user.full_name} exported the member to {export.job_posting}.",
            True,
            at=export.created_at,
            link=place(export),
        ),
        Step(
            f"Notice {delivery.pk} to the ATS: {delivery.get_state_display().lower()} after "
            f"{delivery.attempts} attempt(s). {delivery.last_error}".rstrip(),
            delivered,
            at=delivery.delivered_at or delivery.next_attempt_at,
            who=f"whoever runs {export.ats}, whose callback must answer",
            link=place(delivery),
        ),
        _reached("read the stub", export.fetched_at, export),
        _reached("shows the person on the requisition", export.linked_at, export),
        *([Step(export.reason, False)] if export.reason else []),
    )
    return Chain("Did the export arrive?", "It arrived.", "It has not arrived.", steps)


def _reached(what: str, at: object, export: Export) -> Step:
    if at:
        return Step(f"{export.ats} {what}.", True, at=at)
    return Step(f"{export.ats} has not yet: {what}.", False, who=f"whoever runs {export.ats}")


def explain_absence(text: str) -> Chain:
    """Nothing of this name, address or id is stored: was it refused, awaited, or never sent?

    Seven queries.
    """
    steps = (*_waiting_to_be_mended(text), *_refused(text), *_of_a_job(text), *_awaited(text))
    return Chain(f"Was “{text}” received?", "", "Not received.", (*steps, _never()))


def _waiting_to_be_mended(text: str) -> Iterator[Step]:
    """What stands on the list of refused records, from which it can be tried again."""
    rows = RejectedRecord.objects.standing().filter(record_id=request_log.record_name(text))
    for record in rows.select_related("ats").order_by("-at")[:MOST_LOOKED_AT]:
        field = f" /{record.field}:" if record.field else ""
        why = f"Refused as {record.resource} of {record.ats}:{field} {record.reason}"
        yield Step(why, False, at=record.at, who=VENDOR, link=place(record))


def _refused(text: str) -> Iterator[Step]:
    named = request_log.record_name(text)
    rows = ApiRequest.objects.filter(record_ids__contains=[named], failed__gt=0)
    for request in rows.order_by("-at")[:MOST_LOOKED_AT]:
        for error in request.errors:
            if named in str(error.get("id", "")):
                yield Step(
                    f"Received and refused: {error.get('message', '')} (request {request.uuid}).",
                    False,
                    at=request.at,
                    who=VENDOR,
                    link=place(request),
                )


def _of_a_job(text: str) -> Iterator[Step]:
    tasks = JobPostingTask.objects.filter(external_job_posting_id=text).select_related("ats")
    for task in tasks.exclude(error="").order_by("-created_at")[:MOST_LOOKED_AT]:
        why = f"{task.ats} sent it as a requisition, which was refused: {task.error}"
        yield Step(why, False, at=task.created_at, who=VENDOR)


def _awaited(text: str) -> Iterator[Step]:
    """What arrived before its parent."""
    # Naming the ATSs lets the indexes serve, which begin with them.
    atss = list(Ats.objects.values_list("pk", flat=True))
    acls = EntityAcl.objects.filter(
        ats__in=atss, entity_type=EntityAcl.EntityType.JOB_POSTING, entity_id=text
    )
    for acl in acls.select_related("ats")[:MOST_LOOKED_AT]:
        why = f"{acl.ats} sent an access list for it, but not the requisition itself."
        yield Step(why, False, who=VENDOR, link=place(acl.ats))
    waiting = Application.objects.filter(
        Q(external_candidate_id=text, candidate=None) | Q(external_job_id=text, job_posting=None),
        ats__in=atss,
    )
    for each in waiting.select_related("ats").order_by(F("pk").desc())[:MOST_LOOKED_AT]:
        why = f"{each.ats} sent the application {each.external_id}, which names it and waits for it"
        yield Step(f"{why}.", False, at=each.received_at, who=VENDOR, link=place(each))


def _never() -> Step:
    return Step(
        "No ATS has sent a record with this name, address or id that was stored. Whoever runs the "
        "ATS can send it again; a record needs a name and an address, or a member.",
        False,
        who="whoever runs the ATS",
    )
