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
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from recruiter import (
    attachments,
    contact_sharing,
    follows,
    inmail,
    notes,
    pdf,
    pipeline,
    projects,
    reminders,
    reviews,
    saved_searches,
    tags,
)
from recruiter.models import (
    ContactShare,
    InMail,
    MemberAttachment,
    MemberTag,
    Prospect,
    RecruiterNote,
    Reminder,
    ReviewRequest,
    SavedSearch,
)
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
    # ---------------------------------------------------------------------------------- reviews
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
    # ---------------------------------------------------------------------------- saved searches
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
def world(ats, ada, hal, mae) -> World:
    """All that the rules are about, Ada's."""
    guide.mae_in(ats, mae)
    shared = projects.create_project(ada, name="Shared search")
    private = projects.create_project(ada, name="Private search", private=True)
    for project in (shared, private):
        pipeline.save(ada, [mae], project=project)
    own = notes.add(ada, mae, "A note for me", visibility="private")
    notes.add(ada, mae, "A note for few", visibility="project", project=private)
    notes.add(ada, mae, "A note for the project", visibility="project", project=shared)
    notes.add(ada, mae, "A note for all")
    tags.add(ada, [mae], ["tag-of-ours"])
    reminders.remind(ada, [mae], due_on=date(2030, 1, 1), text="A reminder of mine")
    follows.follow(ada, mae)
    upload = SimpleUploadedFile("file-of-ours.txt", b"words in a file")
    thread = inmail.send(ada, mae, subject="A subject of mine", body="words in a thread")
    asked = reviews.ask(ada, [mae], email="hal@people.test", message="Is she a fit?")
    contact_sharing.share(mae, thread, email="shared@people.test")
    another = factories.MemberFactory()
    return {
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
    address = reverse(name, args=[world[rest[0]]] if rest else [])
    if rule.sends is not None:
        sends = {key: value.format(**world) for key, value in rule.sends.items()}
        return client.post(address, sends)
    return client.get(f"{address}?{rest[1]}" if len(rest) > 1 else address)
