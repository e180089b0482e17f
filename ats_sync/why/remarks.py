"""Who can see this note? Its text is told to no administrator."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from ats_sync.models import ApiRequest, Ats, Integration
from ats_sync.why.steps import Chain, Step, place
from recruiter.models import Project, ProjectSeat, RecruiterNote
from rsc.models import Seat

MOST_NAMED = 10
Visibility = RecruiterNote.Visibility


def explain_note(note: RecruiterNote, seat: Seat | None = None) -> Chain:
    """Who reads a recruiter's note: people here, and ATSs.

    Args:
        note: with its seat, that seat's user and contract, and its project.
        seat: who looks; None asks who sees it at all.
    """
    if seat is None:
        question, yes, no = "Who can see the note?", "As follows.", "Nobody."
    else:
        question = f"Does {seat.user.full_name} see the note?"
        yes, no = "The note is shown.", "The note is not shown."
    steps = (_written(note), *_people(note, seat), *_atss(note))
    return Chain(question, yes, no, steps)


def _written(note: RecruiterNote) -> Step:
    author = note.seat.user.full_name
    if note.deleted_at:
        return Step(f"{author} deleted it; its text is gone.", False, at=note.deleted_at)
    label = note.get_visibility_display().lower()
    text = f"{author} wrote it for: {label}. The author always sees it."
    return Step(text, at=note.modified_at, who=f"{author}, by editing the note")


def _people(note: RecruiterNote, seat: Seat | None) -> Iterator[Step]:
    if seat is not None:
        seen = RecruiterNote.objects.visible_to(seat).filter(pk=note.pk).exists()
        yield Step(f"{seat.user.full_name} {'is' if seen else 'is not'} among them.", seen)
    audience = Seat.objects.active().filter(contract=note.seat.contract_id)
    if note.visibility == Visibility.PRIVATE:
        audience = audience.filter(pk=note.seat_id)
    elif note.project and note.project.private:
        audience = audience.filter(_of_project(note.project))
    people = audience.select_related("user").order_by("user__last_name", "pk")
    names = [each.user.full_name for each in people[: MOST_NAMED + 1]]
    more = " and more" if len(names) > MOST_NAMED else ""
    yield Step(f"Active seats that see it now: {', '.join(names[:MOST_NAMED]) or 'none'}{more}.")


def _of_project(project: Project) -> Q:
    named = ProjectSeat.objects.filter(project=project).values("seat")
    return Q(pk=project.owner_id) | Q(pk__in=named)


def _atss(note: RecruiterNote) -> Iterator[Step]:
    """Which ATSs may read it, and when they last asked. Two queries."""
    if note.visibility != Visibility.CONTRACT:
        yield Step("No ATS may read it: only notes for the whole contract leave.")
        return
    open_here = Integration.objects.enabled().filter(
        integration_type=Integration.Type.CSA_API, contract=note.seat.contract_id
    )
    atss = list(Ats.objects.filter(integrations__in=open_here).order_by("name", "pk"))
    asked: dict[int, object] = {}
    rows = ApiRequest.objects.filter(
        application__in=[ats.application_id for ats in atss],
        resource="prospectNotes",
        status__lt=300,
        at__gte=note.modified_at,
    )
    for request in rows.order_by("at"):
        asked[request.application_id] = request.at
    if not atss:
        yield Step("No ATS may read it: the contract opens its activity to none.")
    for ats in atss:
        at = asked.get(ats.application_id)
        words = "asked for notes since it was written" if at else "has not asked for notes since"
        yield Step(f"{ats} may read it and {words}.", at=at, link=place(ats))
