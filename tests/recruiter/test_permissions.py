"""Who may see and do what on a recruiter's desk: each rule, tried by six people.

The owner is Ada; Bo is her colleague; Di recruits for the same company on another contract; Cy for
another company; Mae is the member it is all about; and somebody is not signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ats_sync.models import Attachment, Candidate, Match
from recruiter import (
    attachments,
    contact_sharing,
    enclosures,
    filters,
    follows,
    inmail,
    notes,
    pdf,
    pipeline,
    projects,
    reminders,
    reviews,
    saved_searches,
    search_history,
    search_saves,
    tags,
)
from recruiter.models import (
    ContactShare,
    ImportedPerson,
    InMail,
    InMailBlock,
    Member,
    MemberAttachment,
    MemberChange,
    MemberTag,
    MessageTemplate,
    PeopleImport,
    Project,
    Prospect,
    RecruiterNote,
    Reminder,
    Review,
    ReviewRequest,
    SavedSearch,
    SearchSave,
)
from rsc.models import Seat
from tests import factories, guide

pytestmark = pytest.mark.django_db

PEOPLE = ("owner", "colleague", "other contract", "other company", "member", "anonymous")
READS, HIDES = "reads it", "reads the page without it"
DOES, NOT = "does it", "leaves all as it was"  # NOT: the page answers, nothing is changed
NO_SEAT, GONE, LOGIN = 403, 404, "must sign in"

World = dict[str, Any]
Check = Callable[[World], bool]


@dataclass(frozen=True)
class Rule:
    """One rule of the desk.

    Attributes:
        page: a URL's name, the argument's name in the world if it has one, and a query if any.
        cells: what becomes of each of the six, in the order of `PEOPLE`.
        shows: what is read there; for a deed, `sends` is posted and `done` sees that it is done.
    """

    says: str
    page: tuple[str, ...]
    cells: tuple[str | int, ...]
    shows: str = ""
    sends: dict[str, Any] | None = None
    done: Check | None = None


def reads(says: str, page: tuple[str, ...], shows: str, *cells: str | int) -> Rule:
    return Rule(says, page, cells, shows=shows)


def does(
    says: str, page: tuple[str, ...], sends: dict[str, Any], done: Check, *cells: str | int
) -> Rule:
    return Rule(says, page, cells, sends=sends, done=done)


PROFILE = ("recruiter:profile", "member")
# What a row reads, left to right: owner, colleague, other contract, other company, member, nobody.
RULES = [
    # ------------------------------------------------------------------------------------ notes
    reads("a note for me alone", PROFILE, "note for me",
          READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("a note for a private project", PROFILE, "note for few",
          READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("a note for a shared project", PROFILE, "note for the project",
          READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("a note for the contract", PROFILE, "note for all",
          READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    does("a note is changed by its author", ("recruiter:edit_note", "note"),
         {"note-text": "Changed", "note-visibility": "contract"},
         lambda world: RecruiterNote.objects.filter(text="Changed").exists(),
         DOES, GONE, GONE, GONE, NO_SEAT, LOGIN),
    does("a note is deleted by its author", ("recruiter:delete_note", "note"), {},
         lambda world: not RecruiterNote.objects.get(pk=world["note"]).text,
         DOES, GONE, GONE, GONE, NO_SEAT, LOGIN),
    # -------------------------------------------------------------- tags, reminders, files, PDFs
    reads("a tag", PROFILE, "tag-of-ours", READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    does("a tag is removed by the team", ("recruiter:remove_tag", "tag"), {},
         lambda world: not MemberTag.objects.exists(),
         DOES, DOES, GONE, GONE, NO_SEAT, LOGIN),
    reads("a reminder", PROFILE, "reminder of mine", READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    does("a reminder is finished by whom it reminds", ("recruiter:finish_reminder", "reminder"),
         {}, lambda world: not Reminder.objects.filter(done_at=None).exists(),
         DOES, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("a file's name", (*PROFILE, "tab=attachments"), "file-of-ours.txt",
          READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("a file", ("recruiter:attachment", "file"), "words in a file",
          READS, READS, GONE, GONE, NO_SEAT, LOGIN),
    does("a file is deleted by who put it there", ("recruiter:delete_attachment", "file"), {},
         lambda world: not MemberAttachment.objects.exists(),
         DOES, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("a PDF is for who asked for it", ("recruiter:pdf", "pdf"), "PDF",
          READS, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("who follows the member", PROFILE, "Following ✓",
          READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    # --------------------------------------------------------------------------------- projects
    reads("a private project", ("recruiter:project", "private"), "Private search",
          READS, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("a shared project", ("recruiter:project", "shared"), "Shared search",
          READS, READS, GONE, GONE, NO_SEAT, LOGIN),
    reads("a shared project's pool", ("recruiter:pool", "shared"), "Shared search",
          READS, READS, GONE, GONE, NO_SEAT, LOGIN),
    reads("private projects in the list", ("recruiter:projects",), "Private search",
          READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("that somebody is in a private project", (*PROFILE, "tab=projects"), "Private search",
          READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("that somebody is in a shared project", (*PROFILE, "tab=projects"), "Shared search",
          READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    does("people are saved to a shared project", ("recruiter:save_people",),
         {"person": "{another}", "to-project": "{shared}", "to-place": "pipeline"},
         lambda world: Prospect.objects.filter(member=world["other"]).exists(),
         DOES, DOES, NOT, NOT, NO_SEAT, LOGIN),
    does("people are saved to a private project", ("recruiter:save_people",),
         {"person": "{another}", "to-project": "{private}", "to-place": "pipeline"},
         lambda world: Prospect.objects.filter(member=world["other"]).exists(),
         DOES, NOT, NOT, NOT, NO_SEAT, LOGIN),
    does("people are moved in a shared project", ("recruiter:move_people",),
         {"person": "{member}", "in": "{shared}", "stage": "{stage}", "to": "{stage}"},
         lambda world: Prospect.objects.filter(stage=world["stage"]).exists(),
         DOES, DOES, NOT, NOT, NO_SEAT, LOGIN),
    does("people are archived in a shared project", ("recruiter:archive_people",),
         {"person": "{member}", "in": "{shared}", "out_of": "{shared}"},
         lambda world: Prospect.objects.exclude(archived_at=None).exists(),
         DOES, DOES, NOT, NOT, NO_SEAT, LOGIN),
    does("a project's settings are its owner's", ("recruiter:project_settings", "shared"),
         {"name": "Renamed", "status": "open"},
         lambda world: type(world["project"]).objects.filter(name="Renamed").exists(),
         DOES, 403, GONE, GONE, NO_SEAT, LOGIN),
    does("a project is archived by its owner", ("recruiter:archive_project", "shared"), {},
         lambda world: type(world["project"]).objects.exclude(archived_at=None).exists(),
         DOES, 403, GONE, GONE, NO_SEAT, LOGIN),
    does("a project gets stages from its owner", ("recruiter:add_stage", "shared"),
         {"name": "Dinner"}, lambda world: world["project"].stages.filter(name="Dinner").exists(),
         DOES, 403, GONE, GONE, NO_SEAT, LOGIN),
    does("rights are given by the owner", ("recruiter:project_rights", "shared"),
         {"seat": "{hal}", "rights": "view"}, lambda world: world["project"].team.exists(),
         DOES, 403, GONE, GONE, NO_SEAT, LOGIN),
    does("a stage is moved by the owner", ("recruiter:change_stage", "stage"), {"do": "up"},
         lambda world: world["project"].stages.order_by("rank").last().pk != world["stage"],
         DOES, 403, GONE, GONE, NO_SEAT, LOGIN),
    does("a project is handed over by its owner", ("recruiter:hand_over", "shared"),
         {"owner": "{bo}"}, lambda world: type(world["project"]).objects.filter(
             pk=world["shared"], owner=world["bo"]).exists(),
         DOES, 403, GONE, GONE, NO_SEAT, LOGIN),
    does("a change is undone by who made it", ("recruiter:undo", "change"), {},
         lambda world: not Prospect.objects.filter(member=world["third"]).exists(),
         DOES, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("how far saving all found is", ("recruiter:search_save", "saving"), "Saving: 0 of 1",
          READS, GONE, GONE, GONE, NO_SEAT, LOGIN),
    does("saving all found is stopped by who asked", ("recruiter:undo_search_save", "saving"), {},
         lambda world: SearchSave.objects.exclude(undo_asked_at=None).exists(),
         DOES, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("the report of a file of people", ("recruiter:people_import", "import"),
          "in-a-file@people.test", READS, READS, GONE, GONE, NO_SEAT, LOGIN),
    does("a line of a file is dropped", ("recruiter:settle_imported", "line"), {"do": "drop"},
         lambda world: not ImportedPerson.objects.exclude(email="").exists(),
         DOES, DOES, GONE, GONE, NO_SEAT, LOGIN),
    does("all unknown lines of a file are dropped", ("recruiter:drop_unknown", "import"), {},
         lambda world: not ImportedPerson.objects.exclude(email="").exists(),
         DOES, DOES, GONE, GONE, NO_SEAT, LOGIN),
    # ----------------------------------------------------- whoever is seen can be worked with
    does("a note is written on whoever is seen", ("recruiter:note_people",),
         {"person": "{another}", "note-text": "Fresh", "note-visibility": "contract"},
         lambda world: RecruiterNote.objects.filter(text="Fresh").exists(),
         DOES, DOES, DOES, DOES, NO_SEAT, LOGIN),
    does("whoever is seen is tagged", ("recruiter:tag_people",),
         {"person": "{another}", "names": "fresh"},
         lambda world: MemberTag.objects.filter(tag__name="fresh").exists(),
         DOES, DOES, DOES, DOES, NO_SEAT, LOGIN),
    does("whoever is seen is put on one's own list", ("recruiter:remind_people",),
         {"person": "{another}", "due_on": "2030-01-01", "text": "Fresh"},
         lambda world: Reminder.objects.filter(text="Fresh").exists(),
         DOES, DOES, DOES, DOES, NO_SEAT, LOGIN),
    does("whoever is seen is followed", ("recruiter:follow", "another"), {},
         lambda world: world["other"].follows.exists(),
         DOES, DOES, DOES, DOES, NO_SEAT, LOGIN),
    # ---------------------------------------------------------------------------------- reviews
    reads("what a reviewer said", (*PROFILE, "tab=feedback"), "Fit as a fiddle",
          READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    does("a review is given by nobody but who was asked", ("recruiter:give_review", "answer"),
         {"verdict": "no", "text": "Forged"},
         lambda world: Review.objects.filter(text="Forged").exists(),
         NOT, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("a review that was asked for", ("recruiter:review", "review"), "Is she a fit?",
          READS, GONE, GONE, GONE, NO_SEAT, LOGIN),
    does("people of ours are shared for review", ("recruiter:share_people",),
         {"person": "{member}", "email": "hal@people.test", "message": "Again?"},
         lambda world: ReviewRequest.objects.filter(message="Again?").exists(),
         DOES, DOES, DOES, DOES, NO_SEAT, LOGIN),
    # ----------------------------------------------------------------------------------- InMail
    reads("the text of a thread", ("recruiter:conversation", "thread"), "words in a thread",
          READS, HIDES, GONE, GONE, NO_SEAT, LOGIN),
    reads("that a colleague wrote", (*PROFILE, "tab=messages"), "Ada Recruiter",
          READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("the subject of a thread, as in the guide", (*PROFILE, "tab=messages"),
          "subject of mine", READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    does("a thread goes on by who began it", ("recruiter:conversation", "thread"),
         {"body": "One more thing"},
         lambda world: InMail.objects.filter(body__contains="One more thing").exists(),
         DOES, NOT, GONE, GONE, NO_SEAT, LOGIN),
    reads("the member's side of a thread", ("member:conversation", "thread"), "words in a thread",
          403, 403, 403, 403, READS, LOGIN),
    does("the member answers", ("member:conversation", "thread"),
         {"body": "Gladly", "answer": "interested"},
         lambda world: InMail.objects.filter(from_member=True).exists(),
         403, 403, 403, 403, DOES, LOGIN),
    does("an InMail is sent to whoever is seen", ("recruiter:message_people",),
         {"person": "{another}", "subject": "Hello", "body": "Good day", "act": "send"},
         lambda world: InMail.objects.filter(conversation__member=world["other"]).exists(),
         DOES, DOES, DOES, DOES, NO_SEAT, LOGIN),
    reads("a file of a message", ("recruiter:enclosure", "message and file"),
          "words in an enclosure", READS, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("a file of a message, on the member's side", ("member:enclosure", "message and file"),
          "words in an enclosure", 403, 403, 403, 403, READS, LOGIN),
    reads("a template that is not shared", ("recruiter:message_template", "template"),
          "template of ours", READS, GONE, GONE, GONE, NO_SEAT, LOGIN),
    does("a company is told to write no more by the member", ("member:block_sender", "thread"), {},
         lambda world: InMailBlock.objects.exists(), 403, 403, 403, 403, DOES, LOGIN),
    does("an account is closed by whose it is", ("member:close",),
         {"password": "correct horse battery"},
         lambda world: Member.objects.exclude(closed_at=None).exists(),
         403, 403, 403, 403, DOES, LOGIN),
    # ------------------------------------------------------------------------- contact details
    reads("an address shared with the company", PROFILE, "shared@people.test",
          READS, READS, READS, HIDES, NO_SEAT, LOGIN),
    reads("with whom I share", ("member:sharing",), "PMM Middleware Test Company",
          403, 403, 403, 403, READS, LOGIN),
    does("sharing is withdrawn by the member", ("member:withdraw", "share"), {},
         lambda world: not ContactShare.objects.standing().exists(),
         403, 403, 403, 403, DOES, LOGIN),
    # ---------------------------------------------------------------------------------- the ATS
    reads("what the ATS knows", ("ats:history", "member"), "Senior Account Manager",
          READS, READS, READS, GONE, NO_SEAT, LOGIN),
    reads("what the ATS knows, in the header", ("ats:status", "member"), "In Acme ATS",
          READS, READS, READS, GONE, NO_SEAT, LOGIN),
    reads("the card below the badge", ("ats:indicator", "member"), "mnorris@gmail.com",
          READS, READS, READS, GONE, NO_SEAT, LOGIN),
    reads("what interviewers wrote", ("ats:feedback", "member"), "Jordan Lee",
          READS, READS, READS, GONE, NO_SEAT, LOGIN),
    reads("a resume's name", ("ats:files", "member"), "resume-of-mae.txt",
          READS, READS, READS, GONE, NO_SEAT, LOGIN),
    reads("a resume", ("ats:file", "resume"), "words in a resume",
          READS, READS, READS, GONE, NO_SEAT, LOGIN),
    reads("which requisition a project fills", ("ats:project_fills", "shared"), "requisition",
          READS, READS, GONE, GONE, NO_SEAT, LOGIN),
    does("a record is said to be of somebody else", ("ats:decide", "member and record"),
         {"same": "no"}, lambda world: Match.objects.filter(state=Match.State.REJECTED).exists(),
         DOES, DOES, DOES, GONE, NO_SEAT, LOGIN),
    # ------------------------------------------------------------------------ updates, the team
    reads("what a followed member changed", ("recruiter:feed",), "Head of Lanterns",
          READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("what the team did with a member", PROFILE, "Saved to project by",
          READS, READS, HIDES, HIDES, NO_SEAT, LOGIN),
    # ---------------------------------------------------------------------------- saved searches
    reads("a search that was run", ("recruiter:search_history",), "helmsman",
          READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    reads("a saved search to be changed", ("recruiter:edit_search", "search"), "search of mine",
          READS, GONE, GONE, GONE, NO_SEAT, LOGIN),
    reads("a saved search", ("recruiter:saved_searches",), "search of mine",
          READS, HIDES, HIDES, HIDES, NO_SEAT, LOGIN),
    does("a saved search is deleted by who saved it", ("recruiter:delete_search", "search"), {},
         lambda world: not SavedSearch.objects.exists(),
         DOES, GONE, GONE, GONE, NO_SEAT, LOGIN),
]  # fmt: skip


@pytest.fixture
def six(browse, ada, bo, di, cy, mae) -> dict[str, Client]:
    mae.user = factories.UserFactory(username="mae", first_name="Mae", last_name="Norris")
    mae.save()
    clients = [browse(who) for who in (ada, bo, di, cy, mae.user)]
    return dict(zip(PEOPLE, [*clients, Client()], strict=True))


@pytest.fixture
def world(ats, ada, bo, hal, mae) -> World:
    """All that the rules are about, Ada's."""
    guide.mae_in(ats, mae)
    shared = projects.create_project(ada, name="Shared search")
    private = projects.create_project(ada, name="Private search", private=True)
    pipeline.save(ada, [mae], project=private)
    pipeline.save(ada, [mae], project=shared)
    third = factories.MemberFactory()
    change = pipeline.save(ada, [third], project=shared).change
    own = notes.add(ada, mae, "A note for me", visibility="private")
    notes.add(ada, mae, "A note for few", visibility="project", project=private)
    notes.add(ada, mae, "A note for the project", visibility="project", project=shared)
    notes.add(ada, mae, "A note for all")
    tags.add(ada, [mae], ["tag-of-ours"])
    reminders.remind(ada, [mae], due_on=date(2030, 1, 1), text="A reminder of mine")
    follows.follow(ada, mae)
    upload = SimpleUploadedFile("file-of-ours.txt", b"words in a file")
    enclosed = enclosures.keep(
        [SimpleUploadedFile("enclosed.txt", b"words in an enclosure")], sender=ada
    )
    thread = inmail.send(
        ada, mae, subject="A subject of mine", body="words in a thread", enclosures=enclosed
    )
    asked = reviews.ask(ada, [mae], email="hal@people.test", message="Is she a fit?")
    reviews.give(
        hal,
        reviews.ask(ada, [mae], reviewer=hal, message="", project=shared).reviews.get(),
        verdict="yes",
        text="Fit as a fiddle",
    )
    contact_sharing.share(mae, thread, email="shared@people.test")
    another = factories.MemberFactory()
    return {
        "bo": bo.pk,
        "third": third.pk,
        "change": change.pk,
        **brought_into(shared, another),
        **heard_of(ada, mae),
        "answer": asked.reviews.get().pk,
        "message and file": [thread.pk, enclosed[0].pk],
        "member": mae.public_id,
        "another": another.public_id,
        "other": another,
        "project": shared,
        "shared": shared.pk,
        "private": private.pk,
        "stage": shared.stages.order_by("rank").last().pk,
        "note": own.pk,
        "tag": MemberTag.objects.get().pk,
        "reminder": Reminder.objects.get().pk,
        "file": attachments.add(ada, mae, upload).pk,
        "pdf": pdf.ask(ada, [mae]).pk,
        "thread": thread.pk,
        "review": asked.pk,
        "share": ContactShare.objects.get().pk,
        "search": saved_searches.save(ada, name="search of mine", query="q=pilot").pk,
        "hal": hal.pk,
    }


def resume(candidate: Candidate) -> Attachment:
    """A file that the ATS sent of a candidate."""
    return Attachment.objects.create(
        ats=candidate.ats,
        external_id="R1",
        parent=Attachment.Parent.CANDIDATE,
        external_parent_id=candidate.external_id,
        candidate=candidate,
        name="resume-of-mae.txt",
        file_type=Attachment.FileType.TXT,
        file=ContentFile(b"words in a resume", "resume.txt"),
        size=17,
        received_at=factories.LONG_AGO,
    )


def brought_into(project: Project, member: Member) -> World:
    """A file of people, and a search whose finds a worker is to save."""
    seat = project.owner
    file = PeopleImport.objects.create(
        project=project, seat=seat, file_name="people.csv", done_at=timezone.now()
    )
    line = file.people.create(line=1, email="in-a-file@people.test", outcome="unknown")
    saving = search_saves.ask(seat, [member.pk], project=project, to_pool=True)
    return {"import": file.pk, "line": line.pk, "saving": saving.pk}


def heard_of(seat: Seat, member: Member) -> World:
    """What members change, what ATSs say of them, and what a seat keeps for next time."""
    MemberChange.objects.create(
        member=member,
        kind=MemberChange.Kind.HEADLINE,
        after="Head of Lanterns",
        at=timezone.now(),
    )
    search_history.keep(seat, filters.kept("q=helmsman"))
    template = MessageTemplate.objects.create(
        contract=seat.contract, seat=seat, name="template of ours", subject="A", body="B"
    )
    candidate = member.matches.get().candidate
    suggested = factories.CandidateFactory(ats=candidate.ats)
    Match.objects.create(
        candidate=suggested,
        member=member,
        state=Match.State.SUGGESTED,
        rule="name",
        decided_at=timezone.now(),
    )
    return {
        "template": template.pk,
        "member and record": [member.public_id, suggested.pk],
        "resume": resume(candidate).pk,
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_each_of_six_people_gets_what_the_rule_gives_them(world, six, rule):
    found = {}
    for person, client in six.items():
        with transaction.atomic():
            found[person] = outcome(rule, world, client)
            transaction.set_rollback(True)
    assert found == dict(zip(PEOPLE, rule.cells, strict=True))


def outcome(rule: Rule, world: World, client: Client) -> str | int:
    """What became of one person's request, in the words of a cell."""
    response = ask(rule, world, client)
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
        return LOGIN
    if response.status_code >= 400:
        assert rule.done is None or not rule.done(world)
        return response.status_code
    if rule.done is not None:
        return DOES if rule.done(world) else NOT
    body = response.getvalue() if response.streaming else response.content
    return READS if rule.shows in body.decode() else HIDES


def ask(rule: Rule, world: World, client: Client) -> HttpResponse:
    name, *rest = rule.page
    about = world[rest[0]] if rest else []
    address = reverse(name, args=about if isinstance(about, list) else [about])
    if rule.sends is not None:
        sends = {key: value.format(**world) for key, value in rule.sends.items()}
        return client.post(address, sends)
    return client.get(f"{address}?{rest[1]}" if len(rest) > 1 else address)
