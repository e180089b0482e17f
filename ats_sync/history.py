"""What ATSs know of a member, gathered for one seat in a fixed number of queries.

All begins with what `standing.know` says, so what is hidden from the seat leaves no trace here: no
row, no count, no date. Of many jobs one page is read, those in which something happened last
first; of the rest only their figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects

from ats_sync import attachments, standing
from ats_sync.models import (
    Application,
    ApplicationNote,
    ApplicationStage,
    Ats,
    Attachment,
    Candidate,
    CandidateNote,
    Export,
    InterviewFeedback,
    Match,
)
from ats_sync.standing import Course, Figures, Known, Standing
from recruiter.models import Member
from rsc.models import Seat

JOBS_SHOWN = 20  # of one record at a time
TEXT_SHOWN = 280  # characters, then "View more"
# How an interview is called beside its feedback (the guide's words).
INTERVIEWS = {
    InterviewFeedback.Kind.PHONE_SCREEN: "Phone screen",
    InterviewFeedback.Kind.ONSITE: "Onsite interview",
}
# The parts of a postal address in the order of an envelope, by how their names begin.
ENVELOPE = ("line1", "line2", "city", "geographicarea", "postalcode", "country")


@dataclass(frozen=True)
class Remark:
    """A note, or an interviewer's feedback.

    Attributes:
        where: the stage at that time, or the interview; empty when nothing is known.
        at: when; None if the ATS did not say.
    """

    author: str
    where: str
    at: datetime | None
    text: str
    evaluations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def teaser(self) -> str:
        """The beginning of a long text, cut between words; empty for a short one."""
        if len(self.text) <= TEXT_SHOWN:
            return ""
        return self.text[: TEXT_SHOWN + 1].rsplit(maxsplit=1)[0][:TEXT_SHOWN]


class Journey(Course):
    """One application at length: its stages, and what people wrote on the way."""

    def __init__(self, application: Application, figures: Figures) -> None:
        super().__init__(application, figures)
        self.stages: list[ApplicationStage] = application.stage_list
        self.notes = _by_date(
            [_note(note, self.stage_at(note.written_at)) for note in application.note_list],
            newest_first=True,
        )
        self.feedback = _by_date([self._remark(each) for each in application.feedback_list])

    def _remark(self, feedback: InterviewFeedback) -> Remark:
        return Remark(
            author=_name(feedback.author_first_name, feedback.author_last_name),
            where=INTERVIEWS.get(feedback.kind) or self.stage_at(feedback.given_at),
            at=feedback.given_at,
            text=feedback.text.strip(),
            evaluations=feedback.evaluations,
        )

    def stage_at(self, moment: datetime | None) -> str:
        """The newest stage entered on or before a moment; empty when there is none."""
        if moment is None:
            return ""
        return next((stage.name for stage in self.stages if stage.entered_at <= moment), "")

    @property
    def remarks(self) -> list[Remark]:
        return [*self.notes, *self.feedback]


class Record(Standing):
    """One candidate at length: a person's record in one ATS, as far as the seat may see it.

    Attributes:
        page: which part of its jobs is here, from 1.
        journeys: these jobs.
        as_of: when the newest of its facts reached us.
    """

    def __init__(
        self, match: Match, told: list[Figures], journeys: list[Journey], page: int
    ) -> None:
        super().__init__(match.candidate, told, journeys[0] if journeys else None)
        self.match = match
        self.page = page
        self.journeys = journeys
        self.notes = _by_date(
            [_note(note, "") for note in self.candidate.note_list], newest_first=True
        )
        self.files: list[Attachment] = []
        self.as_of = _newest(self.candidate, told)

    @property
    def first_place(self) -> int:
        """Of the first job here, among all."""
        return (self.page - 1) * JOBS_SHOWN + 1

    @property
    def last_place(self) -> int:
        return self.first_place + len(self.journeys) - 1

    @property
    def next_page(self) -> int | None:
        return self.page + 1 if self.last_place < self.job_count else None

    @property
    def addresses(self) -> list[str]:
        """Postal addresses, each on one line."""
        return [line for each in self.candidate.addresses if (line := _on_one_line(each))]


class Glance(Standing):
    """One candidate in a few lines: what the card below a badge tells.

    Attributes:
        last_remark: the last dated note of a person: who was in touch (feedback judges, notes
            tell).
        as_of: when the newest of its facts reached us.
    """

    def __init__(
        self,
        candidate: Candidate,
        told: list[Figures],
        latest: Course | None,
        note: ApplicationNote | None,
    ) -> None:
        super().__init__(candidate, told, latest)
        said = [_note(each, "") for each in (*candidate.note_list, *([note] if note else []))]
        dated = [remark for remark in said if remark.at and remark.author]
        self.last_remark = max(dated, key=lambda remark: remark.at, default=None)
        self.as_of = _newest(candidate, told)


def gather(known: Known, *, page: int = 1, judged: bool = False) -> list[Record]:
    """The records of a member in ATSs, by the ATS's name. At most six queries.

    Empty means, for this seat, that the member is in no ATS; why is nobody's business.

    Args:
        page: of the jobs of each record, from 1.
        judged: only jobs with interviewers' feedback.
    """
    told = standing.figures(known)
    if judged:
        told = {pk: [row for row in rows if row.feedback_count] for pk, rows in told.items()}
    part = slice((page - 1) * JOBS_SHOWN, page * JOBS_SHOWN)
    shown = {link.candidate_id: told[link.candidate_id][part] for link in known.links}
    rows = _at_length(each.application for part in shown.values() for each in part)
    _read_notes(known)
    return [
        Record(
            link,
            told[link.candidate_id],
            [Journey(rows[each.application], each) for each in shown[link.candidate_id]],
            page,
        )
        for link in known.links
    ]


def _at_length(ids: Iterable[int]) -> dict[int, Application]:
    """Applications with their stages, notes and feedback."""
    return (
        standing.applications(ids)
        .prefetch_related(
            # Lists, because Django would make a queryset for each application.
            Prefetch("stages", to_attr="stage_list"),
            Prefetch("notes", ApplicationNote.objects.order_by("id"), "note_list"),
            Prefetch("feedback", InterviewFeedback.objects.order_by("id"), "feedback_list"),
        )
        .in_bulk()
    )


def gather_with_files(known: Known, page: int) -> list[Record]:
    """As `gather`, and each record with the files that the ATS sent for it. One query more."""
    records = gather(known, page=page)
    for file in attachments.of_member(known) if records else ():
        owner = file.candidate_id or file.application.candidate_id
        for record in records:
            if record.candidate.pk == owner:
                record.files.append(file)
    return records


def glance(known: Known) -> list[Glance]:
    """The records of a member in ATSs in a few lines each. At most four queries."""
    told = standing.figures(known)
    tops = standing.newest(told)
    by_people = ApplicationNote.objects.exclude(author_first_name="", author_last_name="")
    last = (
        by_people.filter(application__in=known.applications, written_at__isnull=False)
        .annotate(candidate=F("application__candidate"))
        .order_by("candidate", "-written_at")
        .distinct("candidate")
    )
    notes = {note.candidate: note for note in last}
    _read_notes(known)
    return [
        Glance(each, told[each.pk], tops.get(each.pk), notes.get(each.pk))
        for each in known.candidates
    ]


def _read_notes(known: Known) -> None:
    """Read what is written on each linked candidate. One query."""
    notes = Prefetch("candidate__notes", CandidateNote.objects.order_by("id"), "note_list")
    prefetch_related_objects(known.links, notes)


def _newest(candidate: Candidate, told: list[Figures]) -> datetime:
    """When the newest of these facts reached us, those on the candidate itself included."""
    notes = [note.received_at for note in candidate.note_list]
    return max([candidate.received_at, *notes, *(each.heard_at for each in told)])


def exports(seat: Seat, member: Member) -> QuerySet[Export]:
    """Where the seat's company has sent a member, newest first, each with its `state`."""
    sent = Export.objects.visible_to(seat).filter(member=member).with_state()
    return sent.select_related("ats", "job_posting", "seat__user").order_by("-created_at", "-pk")


def atss_of(records: Iterable[Record]) -> list[Ats]:
    """The ATSs that records come from, each once."""
    return list({record.ats.pk: record.ats for record in records}.values())


def _note(note: ApplicationNote | CandidateNote, where: str) -> Remark:
    author = _name(note.author_first_name, note.author_last_name)
    return Remark(author=author, where=where, at=note.written_at, text=note.text.strip())


def _name(first: str, last: str) -> str:
    return f"{first} {last}".strip()


def _by_date(remarks: list[Remark], *, newest_first: bool = False) -> list[Remark]:
    """Remarks by date, those without one last."""
    dated = [remark for remark in remarks if remark.at]
    dated.sort(key=lambda remark: remark.at, reverse=newest_first)
    return dated + [remark for remark in remarks if not remark.at]


def _on_one_line(address: dict[str, Any]) -> str:
    parts = {name.lower(): str(value) for name, value in address.items() if value}
    return ", ".join(parts[name] for name in ENVELOPE if name in parts)
