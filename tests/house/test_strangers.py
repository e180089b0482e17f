"""Every URL, tried as nobody and as a stranger: a new one that is not in a table here fails.

The world belongs to Ada's company and is full of secrets; whoever is not of it reads none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ats_sync import candidates, exports
from ats_sync.models import (
    Application,
    ApplicationNote,
    Attachment,
    CandidateNote,
    InterviewFeedback,
)
from recruiter import (
    attachments,
    inmail,
    notes,
    own_addresses,
    pdf,
    reminders,
    reviews,
    saved_searches,
    search_saves,
    tags,
)
from recruiter.models import (
    Enclosure,
    Member,
    MemberTag,
    MessageTemplate,
    PeopleImport,
    PipelineChange,
    Prospect,
    Reminder,
)
from tests import factories
from tests.ats_sync import records

SECRET = "Topsecret"
pytestmark = pytest.mark.django_db

# Pages that show a stranger no object of ours, and what a stranger's seat gets there.
OPEN_TO_ALL_SEATS = {
    "home": 302,
    "invitation": 404,  # signed for nobody
    "docs": 200,  # for operators: public, and about nobody
    "docs_page": 200,
    "health_live": 200,
    "health_ready": 200,
    "metrics": 403,
    "api:vendors": 200,  # the wire as such: public, and about nobody
    "api:v2": 200,
    "api:rest": 200,
    "api:v2_document": 200,
    "hire_media": 405,  # takes files at a signed address, and gives none
    "api:rest_document": 200,
    "ats:export_people": 200,
    "ats:people_exports": 200,
    "ats:exports": 200,
    "ats:reports": 403,  # for administrators of a contract only
    "ats:export_news": 200,
    "ats:export_news_read": 405,
    "ats:cancel_exports": 405,
    "recruiter:home": 200,
    "recruiter:search": 200,
    "recruiter:search_panel": 302,  # to the page of results, with the panel open
    "recruiter:search_suggest": 200,
    "recruiter:search_help": 200,
    "recruiter:search_keys": 200,
    "recruiter:why_here": 200,  # of a member; what ATSs say is not in it
    "recruiter:more_like": 200,
    "recruiter:saved_searches": 200,
    "recruiter:save_search": 200,
    "recruiter:search_history": 200,
    "recruiter:projects": 200,
    "recruiter:messages": 200,
    "recruiter:message_people": 200,
    "recruiter:message_templates": 200,
    "recruiter:message_signature": 405,
    "ats:lines_before_writing": 200,
    "recruiter:feed": 200,
    "recruiter:preferences": 200,
    "recruiter:seats": 200,
    "recruiter:note_people": 200,
    "recruiter:tag_people": 200,
    "recruiter:remind_people": 200,
    "recruiter:pdf_people": 200,
    "recruiter:follow": 405,
    "recruiter:add_attachment": 405,
    "ats:in_flight": 200,
    "ats:ats_only": 200,
    "ats:why": 200,  # that a company has no ATS
    # Dialogs: a project or a member that is not theirs is simply not among those chosen.
    "recruiter:save_people": 200,
    "recruiter:save_found": 200,
    "recruiter:move_people": 200,
    "recruiter:archive_people": 200,
    "recruiter:share_people": 200,
    "recruiter:reviews": 200,
    "recruiter:profile": 200,  # members are there for all recruiters; what ATSs say is not
    # The member area: a seat is no profile.
    **dict.fromkeys(
        (
            "member:start",
            "member:messages",
            "member:profile",
            "member:photo",
            "member:addresses",
            "member:privacy",
            "member:sharing",
            "member:data",
            "member:close",
        ),
        403,
    ),
    **dict.fromkeys(("member:change_photo", "member:add_phone", "member:block"), 405),
    "member:closed": 200,
    "widget:loader": 200,
    "widget:frame": 403,
    "widget:sign_in": 403,
    "widget:onboarding": 403,
    "widget:connect": 403,
    "widget:playground": 200,
    "widget:content": 405,
    "widget:members": 405,
    "widget:link": 405,
    "widget:undo": 405,
    "widget:save_form": 405,
    "widget:save": 405,
    "widget:unlink": 405,
    "widget:message_form": 405,
    "widget:message": 405,
    "widget:note": 405,
    "widget:follow": 405,
}
# Pages about an object of ours: how to ask, about what, and what a stranger gets.
OBJECTS = {
    "ats:status": ("get", "member", 404),
    "ats:indicator": ("get", "member", 404),
    "ats:history": ("get", "member", 404),
    "ats:feedback": ("get", "member", 404),
    "ats:files": ("get", "member", 404),
    "ats:file": ("get", "file", 404),
    "ats:decide": ("post", "candidate", 404),
    "ats:member_exports": ("get", "member", 404),
    "ats:project_requisition": ("get", "project", 404),
    "ats:project_fills": ("get", "project", 404),
    "ats:why_messages": ("get", "thread", 404),
    "ats:retry_export": ("post", "export", 404),
    "ats:setup": ("get", "setup_link", 404),  # forged; a good one is for whoever holds it
    "recruiter:project": ("get", "project", 404),
    "member:join": ("get", "token", 404),  # signed for another purpose
    "recruiter:photo": ("get", "member", 404),
    "recruiter:conversation": ("get", "thread", 404),
    "recruiter:edit_search": ("get", "saved_search", 404),
    "recruiter:delete_search": ("post", "saved_search", 404),
    "recruiter:pause_alert": ("post", "saved_search", 404),
    "recruiter:search_find": ("get", "search_find", 404),
    "recruiter:stop_alert_mail": ("get", "token", 404),  # signed for another purpose
    "recruiter:enclosure": ("get", "enclosure", 404),
    "recruiter:message_template": ("get", "template", 404),
    "recruiter:delete_message_template": ("post", "template", 404),
    "recruiter:pool": ("get", "project", 404),
    "recruiter:project_settings": ("get", "project", 404),
    "recruiter:project_rights": ("post", "project", 404),
    "recruiter:hand_over": ("post", "project", 404),
    "recruiter:archive_project": ("post", "project", 404),
    "recruiter:add_stage": ("post", "project", 404),
    "recruiter:change_stage": ("post", "stage", 404),
    "recruiter:import_people": ("get", "project", 404),
    "recruiter:people_import": ("get", "people_import", 404),
    "recruiter:drop_unknown": ("post", "people_import", 404),
    "recruiter:settle_imported": ("post", "imported", 404),
    "recruiter:review": ("get", "review_request", 404),
    "recruiter:give_review": ("post", "review", 404),
    "recruiter:review_link": ("get", "review_link", 403),
    "recruiter:undo": ("post", "change", 404),
    "recruiter:search_save": ("get", "search_save", 404),
    "recruiter:undo_search_save": ("post", "search_save", 404),
    "recruiter:edit_note": ("get", "note", 404),
    "recruiter:delete_note": ("post", "note", 404),
    "recruiter:remove_tag": ("post", "tag", 404),
    "recruiter:finish_reminder": ("post", "reminder", 404),
    "recruiter:attachment": ("get", "attachment", 404),
    "recruiter:delete_attachment": ("post", "attachment", 404),
    "recruiter:pdf": ("get", "pdf", 404),
    "recruiter:pdf_file": ("get", "pdf", 404),
}
# The member's own rows: a seat finds no profile of its own, so none of them.
OBJECTS |= {
    f"member:{name}": (method, kind, 403)
    for name, method, kind in (
        ("conversation", "get", "thread"),
        ("contact_question", "get", "thread"),
        ("block_sender", "post", "thread"),
        ("enclosure", "get", "enclosure"),
        ("add_career", "get", "career"),
        ("edit_career", "get", "position"),
        ("delete_career", "post", "position"),
        ("change_email", "post", "email"),
        ("confirm_email", "get", "token"),
        ("remove_phone", "post", "row"),
        ("unblock", "post", "row"),
        ("withdraw", "post", "row"),
        ("fetch_data", "get", "row"),
    )
}
# For those who have no account any more, or not yet, or need none.
PUBLIC = {
    "member:closed",
    "member:join",
    "ats:setup",
    "recruiter:stop_alert_mail",
}
# What stands in an address that no row of ours is behind.
WITHOUT_A_ROW = {
    "hire_media": {"ticket": "forged"},
    "docs_page": {"page": "complaints"},
    "invitation": {"token": "forged"},
    "recruiter:search_panel": {"kind": "project"},
    "recruiter:search_suggest": {"kind": "tag"},
}
# Not pages of ours: libraries with tests of their own, and the wire (see below).
ELSEWHERE = re.compile(r"^(admin/|accounts/|oauth/|\^|xdoor/)")


@pytest.fixture
def world(ats, ada, mae) -> dict[str, Any]:
    """Mae in Ada's ATS and in her project; each text says so."""
    sent = records.candidate(
        f"{SECRET}-1",
        first_name="Mae",
        last_name="Norris",
        emails=["mnorris@gmail.com"],
        current_title=f"{SECRET} title",
        profile_url=f"https://ats.test/{SECRET}",
    )
    candidates.upsert(ats, [sent])
    candidate = ats.candidates.get()
    application = factories.ApplicationFactory(
        candidate=candidate, job_name=f"{SECRET} job", source=f"{SECRET} source"
    )
    common = {"ats": ats, "external_id": "1", "received_at": factories.LONG_AGO}
    own = {"application": application, "external_application_id": application.external_id}
    ApplicationNote.objects.create(text=f"{SECRET} note", **common, **own)
    InterviewFeedback.objects.create(text=f"{SECRET} feedback", **common, **own)
    CandidateNote.objects.create(
        text=f"{SECRET} word", candidate=candidate, external_candidate_id="1", **common
    )
    stage = factories.ProjectStageFactory(project__owner=ada, project__name=f"{SECRET} project")
    prospect = factories.ProspectFactory(stage=stage, member=mae)
    job = factories.JobPostingFactory(ats=ats, title=f"{SECRET} requisition")
    export = exports.export(ada, mae, job)
    kept = PeopleImport.objects.create(project=stage.project, seat=ada, file_name=f"{SECRET} file")
    imported = kept.people.create(line=1, email=f"{SECRET}@people.test", outcome="unknown")
    asked = reviews.ask(ada, [mae], email=f"{SECRET}@people.test", message=f"{SECRET} request")
    change = PipelineChange.objects.create(project=stage.project, seat=ada, before={}, after={})
    save = search_saves.ask(ada, [mae.pk], project=stage.project, to_pool=True)
    return {
        "member": {"public_id": mae.public_id},
        "candidate": {"public_id": mae.public_id, "pk": candidate.pk},
        "project": {"pk": stage.project_id},
        **correspondence(ada, mae),
        "prospect": {"pk": prospect.pk},
        "export": {"pk": export.pk},
        "change": {"pk": change.pk},
        "search_save": {"pk": save.pk},
        "stage": {"pk": stage.pk},
        "people_import": {"pk": imported.people_import_id},
        "imported": {"pk": imported.pk},
        "review_request": {"pk": asked.pk},
        "review": {"pk": asked.reviews.get().pk},
        "review_link": {"token": reviews.token_of(asked)},
        **desk(ada, mae),
        **searches(ada),
        "file": {"pk": resume(ats, candidate).pk},
        "setup_link": {"token": "forged"},
    }


def desk(seat, member) -> dict[str, dict[str, int]]:
    """What a recruiter keeps of a member."""
    tags.add(seat, [member], [f"{SECRET} tag"])
    reminders.remind(seat, [member], due_on=date(2030, 1, 1), text=f"{SECRET} reminder")
    upload = SimpleUploadedFile(f"{SECRET} file.txt", b"words")
    return {
        "note": {"pk": notes.add(seat, member, f"{SECRET} remark").pk},
        "tag": {"pk": MemberTag.objects.get().pk},
        "reminder": {"pk": Reminder.objects.get().pk},
        "attachment": {"pk": attachments.add(seat, member, upload).pk},
        "pdf": {"pk": pdf.ask(seat, [member]).pk},
    }


def searches(seat) -> dict[str, dict[str, int]]:
    """A saved search with an alert that found somebody."""
    saved = saved_searches.save(seat, name=f"{SECRET} search", query="q=pilot")
    alert = saved_searches.be_alerted(seat, saved, "daily")
    find = alert.finds.create(at=factories.LONG_AGO, count=1, member_ids=[1])
    return {"saved_search": {"pk": saved.pk}, "search_find": {"pk": find.pk}}


def resume(ats, candidate) -> Attachment:
    """A resume that the ATS sent."""
    return Attachment.objects.create(
        ats=ats,
        external_id="1",
        parent=Attachment.Parent.CANDIDATE,
        external_parent_id=candidate.external_id,
        candidate=candidate,
        name=f"{SECRET} resume.txt",
        file_type=Attachment.FileType.TXT,
        file=ContentFile(b"words", "resume.txt"),
        size=5,
        text=f"{SECRET} preview",
        received_at=factories.LONG_AGO,
    )


def correspondence(seat, member) -> dict[str, dict[str, int]]:
    """A thread with a file, and a template."""
    file = Enclosure.objects.create(seat=seat, file="", name=SECRET, size=1)
    thread = inmail.send(
        seat, member, subject=f"{SECRET} subject", body=f"{SECRET} words", enclosures=[file]
    )
    template = MessageTemplate.objects.create(
        contract=seat.contract, seat=seat, name=f"{SECRET} template", subject="A", body="B"
    )
    return {
        "thread": {"pk": thread.pk},
        "enclosure": {"pk": thread.pk, "file_pk": file.pk},
        "template": {"pk": template.pk},
        "career": {"kind": "positions"},
        "position": {"kind": "positions", "pk": member.positions.get().pk},
        "email": {"pk": member.emails.get().pk, "deed": "remove"},
        "token": {"token": own_addresses.token_of(member.emails.get())},
        "row": {"pk": 1},
    }


def routes(patterns: list, prefix: str = "", names: str = "") -> Iterator[tuple[str, str]]:
    """All URL patterns, as (path, name with its namespace)."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from routes(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield path, f"{names}{pattern.name or ''}"


def pages() -> dict[str, str]:
    """Names and paths of our own pages."""
    found = routes(get_resolver().url_patterns)
    return {name: path for path, name in found if not ELSEWHERE.match(path)}


def address(name: str, world: dict[str, Any]) -> str:
    _, kind, _ = OBJECTS.get(name, ("", "member" if "public_id" in pages()[name] else "", 0))
    return reverse(name, kwargs=world.get(kind, WITHOUT_A_ROW.get(name, {})))


def test_every_page_is_in_one_of_the_tables():
    assert set(pages()) == set(OPEN_TO_ALL_SEATS) | set(OBJECTS)


@pytest.mark.parametrize("name", sorted({*OPEN_TO_ALL_SEATS, *OBJECTS}))
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_learns_anything_without_signing_in(world, client, name, method):
    response = getattr(client, method)(address(name, world))
    assert SECRET not in response.content.decode()
    if name.startswith(("recruiter:", "ats:", "member:")) and name not in PUBLIC:
        assert response.status_code in {302, 405}
        if response.status_code == 302:
            assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", sorted(OPEN_TO_ALL_SEATS))
def test_a_stranger_reads_nothing_of_ours(world, browse, cy, name):
    response = browse(cy).get(address(name, world))
    assert response.status_code == OPEN_TO_ALL_SEATS[name]
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_a_stranger_finds_none_of_our_objects(world, browse, cy, name):
    method, _, status = OBJECTS[name]
    data = {"project": world["project"]["pk"]}
    response = getattr(browse(cy), method)(address(name, world), data)
    assert response.status_code == status
    assert SECRET not in response.content.decode()
    assert Prospect.objects.filter(archived_at=None).count() == 1


def test_those_whom_it_concerns_do_read_it(world, browse, ada, mae):
    """Without this the tests above would pass on empty pages."""
    seen = "".join(
        browse(ada).get(address(name, world)).content.decode()
        for name in (
            "ats:history", "ats:indicator", "recruiter:project", "recruiter:conversation",
            "recruiter:message_templates", "recruiter:profile", "ats:feedback", "ats:files",
        )
    )  # fmt: skip
    for word in (
        "job", "note", "feedback", "word", "project", "subject", "words", "template", "tag",
        "remark", "reminder", "resume", "preview",
    ):  # fmt: skip
        assert f"{SECRET} {word}" in seen
    assert Application.objects.count() == 1
    assert Member.objects.count() == 1
