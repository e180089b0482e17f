"""What ATSs know of a member, gathered for one seat in a fixed number of queries.

Candidates, applications and all that hangs on them go through `visible_to`, so what is hidden
from the seat leaves no trace here: no row, no count, no date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from ats_sync import attachments
from ats_sync.models import (
    Application,
    ApplicationNote,
    ApplicationStage,
    Ats,
    Attachment,
    CandidateNote,
    Export,
    InterviewFeedback,
    Match,
)
from ats_sync.standing import Course, Standing, links
from recruiter.models import Member
from rsc.models import Seat

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

    def __init__(self, application: Application) -> None:
        self.stages: list[ApplicationStage] = application.stage_list
        super().__init__(application, self.stages[0] if self.stages else None)
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

    @property
    def last_activity_at(self) -> datetime:
        """When something last happened; the start, if nothing is dated."""
        entered = [stage.entered_at for stage in self.stages]
        written = [remark.at for remark in self.remarks if remark.at]
        return max([*entered, *written], default=self.application.external_created_at)

    def received(self) -> Iterator[datetime]:
        """When each part of it reached us."""
        application = self.application
        yield application.received_at
        for children in (self.stages, application.note_list, application.feedback_list):
            yield from (child.received_at for child in children)


class Record(Standing):
    """One candidate at length: a person's record in one ATS, as far as the seat may see it."""

    def __init__(self, match: Match) -> None:
        self.match = match
        journeys = [Journey(each) for each in match.candidate.application_list]
        self.journeys = sorted(journeys, key=lambda each: each.last_activity_at, reverse=True)
        super().__init__(match.candidate, list(self.journeys))
        self.notes = _by_date(
            [_note(note, "") for note in self.candidate.note_list], newest_first=True
        )
        self.files: list[Attachment] = []

    @property
    def latest(self) -> Journey | None:
        return self.journeys[0] if self.journeys else None

    @property
    def last_remark(self) -> Remark | None:
        """The last dated note of a person: who was in touch (feedback judges, notes tell)."""
        said = [*self.notes, *(each for journey in self.journeys for each in journey.notes)]
        dated = [remark for remark in said if remark.at and remark.author]
        return max(dated, key=lambda remark: remark.at, default=None)

    @property
    def addresses(self) -> list[str]:
        """Postal addresses, each on one line."""
        return [line for each in self.candidate.addresses if (line := _on_one_line(each))]

    @property
    def as_of(self) -> datetime:
        """When the newest of these facts reached us."""
        notes = [note.received_at for note in self.candidate.note_list]
        journeys = [at for journey in self.journeys for at in journey.received()]
        return max([self.candidate.received_at, *notes, *journeys])


def gather(seat: Seat, member: Member) -> list[Record]:
    """The records of a member in ATSs, by the ATS's name. At most six queries.

    Empty means, for this seat, that the member is in no ATS; why is nobody's business.
    """
    # Lists, because Django would make a queryset for each of hundreds of applications.
    applications = (
        Application.objects.visible_to(seat)
        .select_related("job_posting")
        .defer("job_posting__description", "job_posting__details")
        .prefetch_related(
            Prefetch("stages", to_attr="stage_list"),
            Prefetch("notes", ApplicationNote.objects.order_by("id"), "note_list"),
            Prefetch("feedback", InterviewFeedback.objects.order_by("id"), "feedback_list"),
        )
    )
    found = links(seat, member).prefetch_related(
        Prefetch("candidate__applications", applications, "application_list"),
        Prefetch("candidate__notes", CandidateNote.objects.order_by("id"), "note_list"),
    )
    return [Record(link) for link in found]


def gather_with_files(seat: Seat, member: Member) -> list[Record]:
    """As `gather`, and each record with the files that the ATS sent for it. One query more."""
    records = gather(seat, member)
    for file in attachments.of_member(seat, member) if records else ():
        owner = file.candidate_id or file.application.candidate_id
        for record in records:
            if record.candidate.pk == owner:
                record.files.append(file)
    return records


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
