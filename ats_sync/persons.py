"""Everything that is kept of one person, on both sides: found, counted, copied, erased."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Model, Q, QuerySet

from ats_sync.models import (
    Application,
    ApplicationNote,
    ApplicationStage,
    AtsPerson,
    Attachment,
    Candidate,
    CandidateIdentity,
    CandidateKey,
    CandidateNote,
    ClosedProfile,
    Export,
    IdentityBlock,
    IdentityEvent,
    InterviewFeedback,
    Match,
    MemberIdentity,
    MemberKey,
    RejectedRecord,
)
from recruiter import closing
from recruiter.models import (
    AtsFootprint,
    Connection,
    ImportedPerson,
    InMail,
    Member,
    ProfilePdf,
    RecruiterNote,
)
from rsc import urns
from rsc.addresses import email_normal_form
from rsc.models import User

_CANDIDATE = re.compile(r"candidate:(\d+)")


@dataclass
class Person:
    """The rows that are one human being.

    Attributes:
        addresses: e-mail addresses that led here, or that the rows name, in normal form.
    """

    members: list[Member] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)

    @property
    def subjects(self) -> list[str]:
        """Pseudonyms that may stand in a receipt for ever."""
        return [
            *(f"member:{one.public_id}" for one in self.members),
            *(f"candidate:{one.pk}" for one in self.candidates),
            *(f"application:{one.pk}" for one in self.applications),
            *(f"user:{one.person_id}" for one in self.users),
        ]


@dataclass(frozen=True)
class Part:
    """What one table keeps of a person. `stays`: the row remains, without its words."""

    name: str
    rows: QuerySet[Model]
    stays: bool = False


def find(text: str) -> Person:
    """Who is meant by an e-mail address, a member's public id or URN, or `candidate:12`.

    From there it follows live links in both directions, and addresses of members: the
    administrator sees all that was found before anything is done.
    """
    text = text.strip()
    person = Person()
    if form := email_normal_form(text):
        person.addresses.add(form)
    elif number := _CANDIDATE.fullmatch(text):
        person.candidates = list(Candidate.objects.filter(pk=int(number[1])))
    else:
        public_id = text.removeprefix(str(urns.Urn(urns.PERSON, "")))
        person.members = list(Member.objects.filter(public_id=public_id, closed_at=None))
    _follow(person, typed=text if person.addresses else "")
    return person


def of_member(member: Member) -> Person:
    """All of a member, by links and addresses."""
    person = Person(members=[member])
    _follow(person)
    return person


def _follow(person: Person, typed: str = "") -> None:
    """One step along links and addresses; twice, as either may lead to the other."""
    for _ in range(2):
        members = Q(pk__in=[one.pk for one in person.members])
        candidates = Q(pk__in=[one.pk for one in person.candidates])
        live = Match.objects.live()
        members |= Q(emails__normal_form__in=person.addresses)
        members |= Q(pk__in=live.filter(candidate__in=person.candidates).values("member"))
        person.members = list(Member.objects.filter(members, closed_at=None).distinct())
        for member in person.members:
            person.addresses |= {one.normal_form for one in member.emails.all()}
        candidates |= Q(email_keys__overlap=sorted(person.addresses))
        candidates |= Q(pk__in=live.filter(member__in=person.members).values("candidate"))
        person.candidates = list(Candidate.objects.filter(candidates).select_related("ats"))
    person.addresses -= {""}
    applied = Q(candidate__in=person.candidates)
    applied |= Q(candidate_email_key__in=sorted(person.addresses))
    person.applications = list(Application.objects.filter(applied).select_related("ats"))
    users = Q(member__in=person.members) | Q(email__in=sorted(person.addresses))
    users |= Q(email__iexact=typed) if typed else Q()
    person.users = list(User.objects.filter(users))


def parts(person: Person) -> list[Part]:
    """Each table's rows of a person, whether it is one member or many records."""
    return [*_recruiter_parts(person), *_ats_parts(person)]


def _recruiter_parts(person: Person) -> Iterable[Part]:
    members = person.members
    yield Part("recruiter.Member", Member.objects.filter(pk__in=_ids(members)), stays=True)
    for model in closing.OWNED:
        yield Part(model._meta.label, model.objects.filter(member__in=members))
    known = Connection.objects.filter(Q(member__in=members) | Q(other__in=members))
    yield Part("recruiter.Connection", known)
    messages = InMail.objects.filter(conversation__member__in=members)
    yield Part("recruiter.InMail", messages)
    notes = RecruiterNote.objects.filter(member__in=members, deleted_at=None)
    yield Part("recruiter.RecruiterNote", notes, stays=True)
    pdfs = ProfilePdf.objects.filter(member_ids__overlap=_ids(members))
    yield Part("recruiter.ProfilePdf", pdfs)
    by_hand = ImportedPerson.objects.filter(email__in=sorted(person.addresses)).exclude(
        member__in=members
    )
    yield Part("recruiter.ImportedPerson by address", by_hand)


def _ats_parts(person: Person) -> Iterable[Part]:
    candidates, applications, members = person.candidates, person.applications, person.members
    yield Part("ats_sync.Candidate", Candidate.objects.filter(pk__in=_ids(candidates)))
    yield Part("ats_sync.Application", Application.objects.filter(pk__in=_ids(applications)))
    for model in (ApplicationStage, InterviewFeedback, ApplicationNote):
        yield Part(model._meta.label, model.objects.filter(_child_of(applications, "application")))
    yield Part(
        "ats_sync.CandidateNote", CandidateNote.objects.filter(_child_of(candidates, "candidate"))
    )
    files = Q(application__in=applications) | Q(candidate__in=candidates)
    yield Part("ats_sync.Attachment", Attachment.objects.filter(files))
    either = Q(candidate__in=candidates) | Q(member__in=members)
    yield Part("ats_sync.Match", Match.objects.filter(either))
    for made in (CandidateIdentity, CandidateKey):
        yield Part(made._meta.label, made.objects.filter(candidate__in=candidates))
    for made in (MemberIdentity, MemberKey, IdentityBlock):
        yield Part(made._meta.label, made.objects.filter(member__in=members))
    events = Q(member_id__in=_ids(members)) | Q(candidate_id__in=_ids(candidates))
    yield Part("ats_sync.IdentityEvent", IdentityEvent.objects.filter(events), stays=True)
    yield Part("ats_sync.Export", Export.objects.filter(member__in=members), stays=True)
    yield Part("recruiter.AtsFootprint", AtsFootprint.objects.filter(member__in=members))
    yield Part("ats_sync.RejectedRecord", _rejected(person))
    notices = ClosedProfile.objects.filter(person_id__in=[one.public_id for one in members])
    yield Part("ats_sync.ClosedProfile", notices, stays=True)
    people = AtsPerson.objects.filter(user=None, email__in=sorted(person.addresses))
    yield Part("ats_sync.AtsPerson", people)


def _rejected(person: Person) -> QuerySet[RejectedRecord]:
    """Refused records that name one of the person's by its ATS's id."""
    named = Q(pk__in=[])
    for one in [*person.candidates, *person.applications]:
        whole = rf"(^|\W){re.escape(one.external_id)}(\W|$)"
        named |= Q(ats=one.ats_id, record_id__regex=whole)
    return RejectedRecord.objects.filter(named)


def _child_of(parents: Iterable[Candidate | Application], kind: str) -> Q:
    """Rows that hang on the parents, or wait for one by its ATS's id."""
    found = Q(**{f"{kind}__in": list(parents)})
    for parent in parents:
        found |= Q(ats=parent.ats_id, **{f"external_{kind}_id": parent.external_id})
    return found


def _ids(rows: Iterable[Model]) -> list[int]:
    return [row.pk for row in rows]
